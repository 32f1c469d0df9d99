#!/usr/bin/env python3
"""A card of twice the size takes at most twice the work, whatever shape it has.

    growth.py BIN            checks cards of many hostile shapes, of one size and of twice that size, with all rules
    growth.py --quick BIN    the same in a minute: of one size and of eight times that size, where the square would be 64

What is compared are the instructions that valgrind counts (callgrind), without those of a small card; they are the same on a busy
machine. Without valgrind it is processor time, the least of five runs, with a wider bound. Prints what it measured.
Where a larger card is read in another way than a smaller one, the work takes a step: such a shape is doubled once more, and from
there it must not grow faster than the card.
With --quick it is processor time in any case. What is linear stays far from the bound, and a shape is only wrong where it is so
again and again, so that a busy machine is not mistaken for too much work.
CARDLINT_LONG=1 takes instead cards of 100 MB, a million rows, 100,000 of each nesting, and holds each against a stated time.
"""

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import tomllib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

CHECK = ["check", "--isolated", "--select", "all", "--severity", "info"]
ARGS = [*CHECK, "--exit-zero", "--format", "jsonl"]
ACCEPT = [*CHECK, "--add-suppressions=why"]
HEAD = "---\nlicense: mit\n---\n\n"
SMALL = HEAD + "# A\n\nWords.\n"
STAMP = "I was made with [huggingtweets](https://github.com/borisdayma/huggingtweets).\n\n"
# Instructions of the larger card for one of the smaller; processor time is less steady.
MOST, MOST_TIME = 2.3, 2.6
# Bytes of the smaller card: its body; its front matter, of which 64 KB are read in a quicker way.
SIZE, FRONT_SIZE = 24 << 10, 80 << 10
# Times as many where processor time is measured.
TIMES = 20
# Bytes of the smaller card of a quick look, how many times as large the other one is, and how much more work it may be. No
# shape is wrong that was ever found right in so many tries.
QUICK_SIZE, QUICK_TIMES, MOST_QUICK, TRIES = 64 << 10, 8, 11.5, 6
# Seconds after which a run is given up.
ENDLESS = 120
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


def around(opening, piece, closing):
    """A card whose body is this piece again and again between two others."""
    return len(piece.encode()), lambda count: HEAD + opening + piece * count + closing + "\n"


def yaml(lines):
    return f"---\n{lines}---\n\n# A\n"


def keys(count):
    return "".join(f"key{n}: v\n" for n in range(count))


def words(facts):
    """All words in a file of facts, on one line."""
    found, left = [], [facts]
    while left:
        fact = left.pop()
        if isinstance(fact, str):
            found.append(fact)
        elif isinstance(fact, (dict, list)):
            left.extend(fact.values() if isinstance(fact, dict) else fact)
            found.extend(fact if isinstance(fact, dict) else [])
    return " ".join(sorted(set(found))).replace("\n", " ") + " "


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
    "mojibake beside whole letters": body("â€” SÃO "),
    "mojibake beside half letters": body("Ã© Î "),
    "mojibake between quotes": body("“SÃO” â€” "),
    "mojibake in lines": body("CrÃ¨me brÃ»lÃ©e â€“ naÃ¯f\n"),
    "mojibake of robots": body("ðŸ¤– "),
    "lost bytes": body("caf\ufffd "),
    "right text": body("Ñandú 北京 мир\n"),
    "placeholders": body("{MODEL_NAME} "),
    "placeholders of the notebook": (11, lambda count: HEAD + STAMP + "USER_NAME\n\n" * count),
    "placeholders in a table": (23, lambda count: HEAD + STAMP + "| a | b |\n| - | - |\n" + "| RETWEETS | USER_NAME |\n" * count),
    "unfilled fields": body("## Uses\n\n[More Information Needed]\n\n"),
    "braces": body("{"),
    "tabs between values": front("key{}:\tv\t# c\t\n"),
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
# What made a rule or a report look at the same bytes again for each of its findings.
NAMED = "<div><div style=\"background-image: url('https://a.b/1.jpg')\"></div>\n" + "".join(
    f'<div style="{style}">{words}</div>' for style, words in
    [("font-weight: 800", "AI BOT"), ("font-weight: 800", "NAME"), ("font-size: 14px", "@ada_l")]
) + "</div>\n\n" + STAMP
TABLE = "| Data | Bob |\n| --- | --- |\n| Retweets | 1 |\n| Short tweets | 1 |\n\n"
SHAPES |= {
    "pictures in pictures, escapes": pair("![", "](b\\_c)"),
    "pictures in pictures, character references": pair("![", "](&eacute;)"),
    "removed tasks": front("- conversational\n", "task_categories:\n"),
    "marks of suppressions on one line": (10, lambda count: yaml("# " + "cardlint: " * count + "\n")),
    "suppressions on one line of YAML": (20, lambda count: yaml("a: 1 " + "# cardlint: allow(a) " * count + "\n")),
    "suppressions that are never closed": (20, lambda count: yaml("a: 1 " + "# cardlint: allow(a, " * count + ")\n")),
    "suppressions on one line": around("x ", "<!--cardlint:allow(a)-->", ""),
    "suppressions on one line that cannot be read": around("x ", "<!--cardlint:allw(a)-->", ""),
    "models of former names": around("```\n", "from_pretrained('gpt2') ", "\n```"),
    "unfilled fields, links": body("[More Information Needed]("),
    "tables like those of huggingtweets": body(TABLE),
    "tables of huggingtweets": around(NAMED, TABLE, ""),
    "tables of huggingtweets, broken": around(NAMED, TABLE.replace("--- | ---", "---"), ""),
    "tables of huggingtweets, a long name": (70, lambda count: HEAD + NAMED.replace("NAME", "Ada " * count) + TABLE * count),
    "keys, then no ids": (75, lambda count: yaml(keys(6 * count) + "datasets:\n" + "- a b\n" * count)),
    "keys, then no languages": (75, lambda count: yaml(keys(6 * count) + "language:\n" + "- qqq\n" * count)),
    "placeholders in styles": body("<p style='DISPLAY1'>\n"),
    "placeholders in a list": front("- lang1\n", "tags:\n"),
    "placeholders in a list on one line": (7, lambda count: yaml("tags: [" + "lang1, " * count + "x]\n")),
    "placeholders in values": front("k{}: '{license}'\n"),
    "links to a heading of many signs": (12, lambda count: HEAD + "# a " + "- " * count + "b\n\n" + "[x](#ab)\n" * count),
    "stale links on one line": body("[a](https://app.wandb.ai/a/b) "),
    "findings of two rules, counted": (44, lambda count: HEAD + "[a](https://app.wandb.ai/a/b)\n" * count + "\n##Uses\n" * count),
    "findings, accepted": body("[a](https://app.wandb.ai/a/b)\n\n"),
    "findings on one line, accepted": body("[a](https://app.wandb.ai/b/c) "),
    "findings on one line of YAML, accepted": (7, lambda count: yaml("tags: [" + "lang1, " * count + "y]\n")),
}
for facts in sorted(Path(__file__).parent.parent.glob("rules/*.toml")):
    line = words(tomllib.loads(facts.read_text(encoding="utf-8")))
    SHAPES[f"words of {facts.stem}"] = body(line.replace("{}", ""))
    SHAPES[f"words of {facts.stem} in code"] = around("```\n", line, "\n```")
# The arguments of the shapes that are not only checked.
OTHER_ARGS = {
    "findings of two rules, counted": [*CHECK, "--exit-zero", "--statistics"],
    "findings, accepted": ACCEPT,
    "findings on one line, accepted": ACCEPT,
    "findings on one line of YAML, accepted": ACCEPT,
}


def instructions(binary, args, path, text):
    path.write_text(text, encoding="utf-8", newline="")
    valgrind = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null"]
    run = subprocess.run([*valgrind, binary, *args, path], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    found = re.search(r"Collected : (\d+)", run.stderr)
    if run.returncode != 0 or not found:
        sys.exit(f"{path}: exit code {run.returncode}\n{run.stderr}")
    return int(found[1])


def processor_time(binary, args, path, text, runs=5):
    def once():
        path.write_text(text, encoding="utf-8", newline="")
        child = subprocess.Popen([binary, *args, path], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        alarm = threading.Timer(ENDLESS, child.kill)
        alarm.start()
        _, status, used = os.wait4(child.pid, 0)
        alarm.cancel()
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode == -signal.SIGKILL:
            return float("inf")
        if child.returncode != 0:
            sys.exit(f"{path}: exit code {child.returncode}")
        return used.ru_utime + used.ru_stime

    return min(once() for _ in range(runs))


def pieces(name, size, front_size):
    """How many pieces of a shape make a card of about so many bytes."""
    per, text = SHAPES[name]
    is_front = text(1).startswith("---\n") and not text(1).startswith(HEAD)
    return max(1, (front_size if is_front else size) // per)


def grow(binary, folder):
    counted = shutil.which("valgrind") is not None
    measure, times, most = (instructions, 1, MOST) if counted else (processor_time, TIMES, MOST_TIME)
    unit = (lambda cost: f"{cost / 1e6:.1f} M instructions") if counted else (lambda cost: f"{cost * 1e3:.0f} ms")
    small = measure(binary, ARGS, folder / "README.md", SMALL)

    def cost(name, count):
        text = SHAPES[name][1](count)
        place = folder / re.sub(r"\W+", "-", f"{name} {count}")
        place.mkdir()
        return len(text.encode()), measure(binary, OTHER_ARGS.get(name, ARGS), place / "README.md", text) - small

    def costs(name):
        count = pieces(name, times * SIZE, times * FRONT_SIZE)
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


def look(binary, folder):
    """A quick look at all shapes, by processor time."""
    start = processor_time(binary, ARGS, folder / "README.md", SMALL)

    def costs(name):
        place = folder / re.sub(r"\W+", "-", name)
        place.mkdir()
        count, args = pieces(name, QUICK_SIZE, FRONT_SIZE), OTHER_ARGS.get(name, ARGS)
        texts = [SHAPES[name][1](times * count) for times in (1, QUICK_TIMES)]
        small, large = float("inf"), float("inf")
        for _ in range(TRIES):
            small, large = (
                min(cost, processor_time(binary, args, place / "README.md", text, 1) - start)
                for cost, text in zip((small, large), texts)
            )
            ratio = large / max(small, 0.001) if large < float("inf") else large
            if ratio <= MOST_QUICK or ratio == float("inf"):
                break
        return name, [len(text.encode()) for text in texts], small, large, ratio

    wrong = []
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for name, sizes, small, large, ratio in pool.map(costs, SHAPES):
            known = f"{small * 1e3:.0f} ms for {sizes[0] >> 10} KB, then {large * 1e3:.0f} ms for {sizes[1] >> 10} KB"
            print(f"{ratio:6.2f}  {name}: {known}", flush=True)
            if ratio > MOST_QUICK:
                wrong.append(name)
    print(f"{len(SHAPES)} shapes, at most {MOST_QUICK} times for {QUICK_TIMES} times the size; a small card takes {start * 1e3:.0f} ms")
    return wrong


def endure(binary, folder):
    """Cards as large as they are read at all."""
    most = 100_000
    texts = {}
    for name, (per, text) in SHAPES.items():
        count = min(most, (100 << 20) // per)
        texts[f"{count} pieces: {name}"] = lambda text=text, count=count: text(count)
    texts["100 MB of paragraphs"] = lambda: SHAPES["paragraphs"][1]((100 << 20) // 23)
    texts["100 MB on one line"] = lambda: SHAPES["one long line"][1]((100 << 20) // 5)
    texts["a table of a million rows"] = lambda: SHAPES["table rows"][1](1_000_000)
    texts["a million rows, each with a cell too many"] = lambda: SHAPES["table rows with a cell too many"][1](1_000_000)
    path, wrong = folder / "README.md", []
    for name, text in texts.items():
        path.write_text(text(), encoding="utf-8", newline="")
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
    quick, named = "--quick" in sys.argv[1:], [arg for arg in sys.argv[1:] if arg != "--quick"]
    if len(named) != 1:
        sys.exit(__doc__)
    with tempfile.TemporaryDirectory() as folder:
        binary = Path(named[0]).resolve()
        # valgrind reads all that is known of a program's lines before it starts it.
        if shutil.which("valgrind") and not quick and shutil.which("strip"):
            bare = Path(folder, "cardlint")
            subprocess.run(["strip", "-o", bare, binary], check=True)
            binary = bare
        long = bool(os.environ.get("CARDLINT_LONG"))
        wrong = (look if quick else endure if long else grow)(binary, Path(folder))
    for name in wrong:
        print(f"too much work: {name}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
