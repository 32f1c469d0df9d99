"""What ftfy does with the texts of mojibake.rs, in MB/s: `pip install ftfy`, then run this beside `cargo bench --bench mojibake`."""

import re
import sys
import time
from pathlib import Path

from ftfy import fix_encoding

SIZE = 1 << 20


def texts():
    """The constants of the benchmark, so that both measure the same."""
    source = (Path(__file__).parent / "mojibake.rs").read_text(encoding="utf-8")
    for name, text in re.findall(r'const (ASCII|RIGHT|DAMAGED): &str = "(.*?)";\n', source, re.DOTALL):
        text = re.sub(r"\\u\{(\w+)\}", lambda code: chr(int(code[1], 16)), text.replace("\\n", "\n"))
        yield name.lower(), text


def seconds(work):
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def main():
    found = list(texts())
    if len(found) != 3:
        sys.exit("mojibake.rs has no such constants")
    for name, line in found:
        size = len(line.encode())
        # Line by line, as ftfy advises: it takes a line for the unit that one accident happens to.
        lines = [line] * (SIZE // size)
        best = min(seconds(lambda: [fix_encoding(line) for line in lines]) for _ in range(3))
        print(f"{name:8} {len(lines) * size / best / 1e6:8.2f} MB/s")


if __name__ == "__main__":
    main()
