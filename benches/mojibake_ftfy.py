"""What ftfy does with the texts of mojibake.rs, in MB/s: `pip install ftfy`, then run this beside `cargo bench --bench mojibake`."""

import time
from pathlib import Path

from ftfy import fix_encoding

SIZE = 1 << 20


def texts():
    """The texts of the benchmark, so that both measure the same."""
    right = (Path(__file__).parent / "mojibake.txt").read_text(encoding="utf-8")
    yield "ascii", right.splitlines(keepends=True)[0]
    yield "right", right
    yield "windows_1252", right.encode().decode("sloppy-windows-1252")
    yield "mac_roman", right.encode().decode("mac_roman")


def seconds(work):
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def main():
    for name, text in texts():
        # Line by line, as ftfy advises: it takes a line for the unit that one accident happens to.
        lines = text.removesuffix("\n").split("\n")
        times = SIZE // len(text.encode())
        best = min(seconds(lambda: [fix_encoding(line) for _ in range(times) for line in lines]) for _ in range(3))
        print(f"{name:12} {times * len(text.encode()) / best / 1e6:8.2f} MB/s")


if __name__ == "__main__":
    main()
