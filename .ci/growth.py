#!/usr/bin/env python3
"""A card of twice the size takes at most twice the work, whatever shape it has.

    growth.py BIN    checks cards of many hostile shapes, of one size and of twice that size, with all rules

What is compared are the instructions that valgrind counts (callgrind), without those of a small card; they are the same on a busy
machine. Without valgrind it is processor time, the least of five runs, with a wider bound. Prints what it measured.
Where a larger card is read in another way than a smaller one, the work takes a step: such a shape is doubled once more, and from
there it must not grow faster than the card.
CARDLINT_LONG=1 takes instead cards of 100 MB, a million rows, 100,000 of each nesting, and holds each against a stated time.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ARGS = ["check", "--isolated", "--exit-zero", "--select", "all", "--severity", "info", "--format", "jsonl"]
HEAD = "---\nlicense: mit\n---\n\n"
SMALL = HEAD + "# A\n\nWords.\n"
STAMP = "I was made with [huggingtweets](https://github.com/borisdayma/huggingtweets).\n\n"
# Instructions of the larger card for one of the smaller; processor time is less steady.
MOST, MOST_TIME = 2.3, 2.6
# Bytes of the smaller card: its body; its front matter, of which 64 KB are read in a quicker way.
SIZE, FRONT_SIZE = 24 << 10, 80 << 10
# Times as many where processor time is measured.
TIMES = 20
# Seconds that the longest of the long cards may take.
LONG = 10


def body(piece):
    """A card whose body is this piece again and again; {} is its number."""
    if "{}" in piece:
        numbered = lambda count: "".join(piece.replace("{}", str(n)) for n in range(count))
    else:
        numbered = lambda count: piece * count
    return len(piece.encode()), lambda count: HEAD + numbered(count) + "\n"


def pair(opening, closing):
    """A card with so many openings, and as many closings after them."""
    return len(opening + closing), lambda count: HEAD + opening * count + "x" + closing * count + "\n"


def front(piece, head="", numbered=True):
    """A card whose front matter has this line again and again."""
    lines = lambda count: "".join(piece.replace("{}", str(n)) if numbered else piece for n in range(count))
    return len(piece), lambda count: f"---\n{head}{lines(count)}---\n\n# A\n"


def levels(count):
    """A list in a list in a list; its indentation alone is of the square of its depth."""
    return HEAD + "".join("  " * n + "- a\n" for n in range(count))


def root(count, per):
    """How deep something may be whose size grows with the square of its depth."""
    return max(1, int((count * per) ** 0.5))


# Bytes of a piece, and the card of so many pieces.
SHAPES = {
    "one long line": body("word "),
    "paragraphs": body("A paragraph of words.\n\n"),
    "table rows": (10, lambda count: HEAD + "| a | b |\n| - | - |\n" + "| 1 | 2 |\n" * count),
    "table rows with a cell too many": (14, lambda count: HEAD + "| a | b |\n| - | - |\n" + "| 1 | 2 | 3 |\n" * count),
    "table columns": (8, lambda count: HEAD + "| a " * count + "|\n" + "| - " * count + "|\n"),
    "tables without a delimiter": body("| a | b |\n| c | d |\n\n"),
    "quotes in quotes with blanks": body("> "),
    "brackets": body("["),
    "brackets, closed": pair("[", "]"),
    "brackets with destinations": pair("[", "](a)"),
    "half links": body("[a]("),
    "links": body("[a](https://example.org/{}) "),
    "stale links": body("[a](https://app.wandb.ai/{}/b)\n"),
    "bare addresses": body("https://app.wandb.ai/{}/b "),
    "anchors": body("# h{}\n\n[a](#H{})\n\n"),
    "references": body("[a{}]: https://example.org\n"),
    "<div> in <div>": pair("<div>", "</div>"),
    "<div> in <div>, by blank lines": pair("<div>\n\n", "</div>\n\n"),
    "<div>, never closed": body("<div>"),
    "tags, never ended": body("<div "),
    "attributes": (6, lambda count: HEAD + "<div" + " a='b'" * count + "></div>\n"),
    "attributes in double quotes": (6, lambda count: HEAD + "<div" + ' a="b"' * count + "></div>\n"),
    "attributes that hold tags": (8, lambda count: HEAD + "<div" + ' a="><"' * count + "></div>\n"),
    "rows of an HTML table": (22, lambda count: HEAD + "<table>" + "<tr><td>1</td></tr>\n" * count + "</table>\n"),
    "list items": body("- a\n"),
    "numbers on one line": body("1. "),
    "emphasis": body("*a_ "),
    "asterisks": body("*a"),
    "backticks": body("`"),
    "backticks of many lengths": (1, lambda count: HEAD + " ".join("`" * n for n in range(1, root(count, 2)))),
    "code": body("`a` "),
    "fences": body("```\n"),
    "mojibake": body("Ã©"),
    "mojibake in lines": body("CrÃ¨me brÃ»lÃ©e â€“ naÃ¯f\n"),
    "mojibake of robots": body("ðŸ¤– "),
    "lost bytes": body("caf\ufffd "),
    "right text": body("Ñandú 北京 мир\n"),
    "placeholders": body("{MODEL_NAME} "),
    "placeholders of the notebook": (11, lambda count: HEAD + STAMP + "USER_NAME\n\n" * count),
    "placeholders in a table": (23, lambda count: HEAD + STAMP + "| a | b |\n| - | - |\n" + "| RETWEETS | USER_NAME |\n" * count),
    "unfilled fields": body("## Uses\n\n[More Information Needed]\n\n"),
    "braces": body("{"),
    "keys": front("k{}: v\n"),
    "keys of one name": front("k: v\n"),
    "tags": front("- t{}\n", "tags:\n"),
    "languages": front("- nowhere{}\n", "language:\n"),
    "datasets": front("- a b {}\n", "datasets:\n"),
    "misspelt keys": front("licence{}: v\n"),
    "widget": front("- text: a{}\n", "widget:\n"),
    "results": front("- name: a{}\n  results: []\n", "model-index:\n"),
    "lists in a value": (2, lambda count: f"---\na: {'[' * count}{']' * count}\n---\n\n# A\n"),
    "anchors and aliases": front("k{}: &a{} [*a{}]\n"),
    "comments in front matter": front("# a\n"),
    "front matter, never closed": (5, lambda count: "---\n" + "a: b\n" * count),
    "comments": body("<!-- a -->\n"),
    "comments, never closed": body("<!--"),
    "headings": body("# a\n"),
    "headings without a blank": body("#a\n\n"),
    "suppressions": body("<!-- cardlint: allow(mojibake) because -->\n"),
    "suppressions of nothing known": body("<!-- cardlint: allow(nothing{}) because -->\n"),
    "suppressions in front matter": front("# cardlint: allow(unknown-license) because\n"),
    "huggingtweets": body(STAMP),
    "huggingtweets, pipes": (6, lambda count: HEAD + STAMP + "| Data | Ned |\n| --- | --- |\n" + "| a | 1 |\n" * count),
    "huggingtweets, names": body("I was made with [huggingtweets](https://github.com/borisdayma/huggingtweets). @ned{} bot\n\n"),
    "secrets": body("hf_abcdefghijklmnopqrstuvwxyzABCDEF12 "),
    "blanks": body(" "),
    "line breaks": body("\n"),
    "entities": body("&amp;"),
    "marks on letters": body("e\u0301"),
}
SHAPES["list levels"] = (1, lambda count: levels(root(count, 1)))


def card(folder, text):
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "README.md"
    path.write_text(text, encoding="utf-8", newline="")
    return path


def instructions(binary, path):
    valgrind = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null"]
    run = subprocess.run([*valgrind, binary, *ARGS, path], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    found = re.search(r"Collected : (\d+)", run.stderr)
    if run.returncode != 0 or not found:
        sys.exit(f"{path}: exit code {run.returncode}\n{run.stderr}")
    return int(found[1])


def processor_time(binary, path):
    def once():
        child = subprocess.Popen([binary, *ARGS, path], stdout=subprocess.DEVNULL)
        _, status, used = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode != 0:
            sys.exit(f"{path}: exit code {child.returncode}")
        return used.ru_utime + used.ru_stime

    return min(once() for _ in range(5))


def grow(binary, folder):
    counted = shutil.which("valgrind") is not None
    measure, times, most = (instructions, 1, MOST) if counted else (processor_time, TIMES, MOST_TIME)
    unit = (lambda cost: f"{cost / 1e6:.1f} M instructions") if counted else (lambda cost: f"{cost * 1e3:.0f} ms")
    small = measure(binary, card(folder / "small", SMALL))

    def cost(name, count):
        text = SHAPES[name][1](count)
        place = folder / re.sub(r"\W+", "-", f"{name} {count}")
        return len(text.encode()), measure(binary, card(place, text)) - small

    def costs(name):
        per, text = SHAPES[name]
        is_front = text(1).startswith("---\n") and not text(1).startswith(HEAD)
        count = times * (FRONT_SIZE if is_front else SIZE) // per
        found = [cost(name, count), cost(name, 2 * count)]
        while len(found) < 4 and found[-1][1] > most * found[-2][1]:
            found.append(cost(name, 2 ** len(found) * count))
        return name, found

    wrong = []
    # Instructions are counted beside each other; times are not taken so.
    with ThreadPoolExecutor(os.cpu_count() if counted else 1) as pool:
        for name, found in pool.map(costs, SHAPES):
            ratio = found[-1][1] / max(found[-2][1], 1)
            steps = ", then ".join(f"{unit(work)} for {length >> 10} KB" for length, work in found)
            print(f"{ratio:6.2f}  {name}: {steps}{', a step' if len(found) > 2 and ratio <= most else ''}", flush=True)
            if ratio > most:
                wrong.append(name)
    print(f"{len(SHAPES)} shapes, at most {most} times for twice the size; a small card takes {unit(small)}")
    return wrong


def endure(binary, folder):
    """Cards as large as they are read at all."""
    count = 100_000
    texts = {f"{count} pieces: {name}": (lambda text=text: text(count)) for name, (_, text) in SHAPES.items()}
    texts["100 MB of paragraphs"] = lambda: SHAPES["paragraphs"][1]((100 << 20) // 23)
    texts["100 MB on one line"] = lambda: SHAPES["one long line"][1]((100 << 20) // 5)
    texts["a table of a million rows"] = lambda: SHAPES["table rows"][1](1_000_000)
    texts["a million rows, each with a cell too many"] = lambda: SHAPES["table rows with a cell too many"][1](1_000_000)
    wrong = []
    for name, text in texts.items():
        path = card(folder / "long", text())
        start = time.perf_counter()
        child = subprocess.Popen([binary, *ARGS, path], stdout=subprocess.DEVNULL)
        _, status, used = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        took, cpu = time.perf_counter() - start, used.ru_utime + used.ru_stime
        size, memory = path.stat().st_size / 1e6, used.ru_maxrss >> 10
        print(f"{took:6.2f} s, {cpu:6.2f} s of processor, {memory:5} MiB  {name} ({size:.1f} MB)", flush=True)
        if child.returncode != 0 or took > LONG:
            wrong.append(f"{name} (exit code {child.returncode})")
    return wrong


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    with tempfile.TemporaryDirectory() as folder:
        binary = Path(sys.argv[1]).resolve()
        # valgrind reads all that is known of a program's lines before it starts it.
        if shutil.which("strip"):
            bare = Path(folder, "cardlint")
            subprocess.run(["strip", "-o", bare, binary], check=True)
            binary = bare
        long = bool(os.environ.get("CARDLINT_LONG"))
        wrong = (endure if long else grow)(binary, Path(folder))
    for name in wrong:
        print(f"too much work: {name}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
