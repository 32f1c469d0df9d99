#!/usr/bin/env python3
"""What cardlint costs beside other tools, over the same trees of invented cards, as Markdown tables.

    compare.py [--write README.md] [--counts 10000,100000] [--rounds 5,3]

Builds cardlint and the maker of the cards, makes the trees where they are not there, and runs every tool that is on PATH, one after
the other, round after round; what it prints are medians. Where a tool is not there, it says so. Linux, Python 3.9 or newer.
Run it on a machine that has nothing else to do: the ratios hold on a busy one as well, the seconds do not.
"""

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent.parent
BEGIN, END = "<!-- written by benches/compare.py -->", "<!-- until here -->"
# A tool that takes longer than so many seconds for 10,000 cards is run once, and not on the larger trees.
PATIENCE = 20
TIME = Path("/usr/bin/time")
FTFY = """
import sys
from pathlib import Path
from ftfy import fix_text
for path in sorted(Path(sys.argv[1]).rglob("*.md")):
    fix_text(path.read_text(encoding="utf-8", errors="replace"))
"""
RUMDL_FEW = "MD011,MD018,MD042,MD051,MD055,MD056"


def peers(binary, tree):
    """Name, command, and whether it is there."""
    on_path = lambda name: shutil.which(name) is not None
    has_ftfy = subprocess.run([sys.executable, "-c", "import ftfy"], capture_output=True).returncode == 0
    return [
        ("cardlint, all default rules", [binary, "check", "--isolated", "--format", "jsonl", tree], True),
        ("ripgrep, one word", ["rg", "-c", "wandb", tree], on_path("rg")),
        ("cat", ["find", tree, "-name", "*.md", "-exec", "cat", "{}", "+"], on_path("find")),
        ("mado", ["mado", "check", tree], on_path("mado")),
        ("typos", ["typos", "--format", "json", tree], on_path("typos")),
        ("rumdl, six rules", ["rumdl", "check", "--no-cache", "--isolated", "--enable", RUMDL_FEW, tree], on_path("rumdl")),
        ("rumdl", ["rumdl", "check", "--no-cache", "--isolated", tree], on_path("rumdl")),
        ("ftfy", [sys.executable, "-c", FTFY, tree], has_ftfy),
        ("markdownlint-cli2", ["markdownlint-cli2", f"{tree}/**/*.md"], on_path("markdownlint-cli2")),
    ]


class Cost:
    """Seconds of processor and of the clock, and MiB at most."""

    def __init__(self, cpu, wall, memory):
        self.cpu, self.wall, self.memory = cpu, wall, memory

    @classmethod
    def median(cls, costs):
        return cls(*(statistics.median(getattr(cost, field) for cost in costs) for field in ("cpu", "wall", "memory")))


def run(command, expected=(0, 1, 2, 123), feed=None):
    """Runs it and says what it took. What it prints is thrown away."""
    # A child of this program is counted with the memory that this program holds; one of GNU time is not.
    told = tempfile.NamedTemporaryFile("r")
    wrapped = [str(TIME), "-q", "-o", told.name, "-f", "%M", *command] if TIME.exists() else command
    stdin = subprocess.PIPE if feed else subprocess.DEVNULL
    start = time.perf_counter()
    child = subprocess.Popen(wrapped, stdin=stdin, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    if feed:
        feed(child.stdin)
        child.stdin.close()
    _, status, used = os.wait4(child.pid, 0)
    wall = time.perf_counter() - start
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode not in expected:
        sys.exit(f"{command}: exit code {child.returncode}")
    memory = int(told.read().split()[-1]) if TIME.exists() else used.ru_maxrss
    return Cost(used.ru_utime + used.ru_stime, wall, memory / 1024)


def make(maker, folder, *args):
    if not folder.exists():
        part = folder.with_name(folder.name + ".part")
        shutil.rmtree(part, ignore_errors=True)
        subprocess.run([maker, part, *map(str, args)], check=True)
        part.rename(folder)
    return str(folder)


def check_tree(binary, tree, count, rounds, left_out):
    """The costs of each tool that is there and not left out, by name; and who is too slow for more."""
    costs, absent, slow = {}, [], set()
    tools = [tool for tool in peers(binary, tree) if tool[0] not in left_out]
    # Into memory, so that no tool pays for the disk.
    for path in Path(tree).rglob("*.md"):
        path.read_bytes()
    for number in range(rounds):
        for name, command, is_there in tools:
            if not is_there:
                absent += [name] if number == 0 else []
                continue
            if name in slow:
                continue
            cost = run(command)
            costs.setdefault(name, []).append(cost)
            if cost.wall > PATIENCE * count / 10_000 and not name.startswith("cardlint"):
                slow.add(name)
            print(f"  {name}: {cost.cpu:.2f} s, {cost.wall:.2f} s", file=sys.stderr, flush=True)
    return {name: Cost.median(found) for name, found in costs.items()}, absent, slow


def check_table(count, costs, slow):
    rows = [f"| {count:,} cards | processor | of ripgrep's | clock | memory |", "| --- | ---: | ---: | ---: | ---: |"]
    base = costs.get("ripgrep, one word")
    for name, cost in sorted(costs.items(), key=lambda item: item[1].cpu):
        ratio = f"{cost.cpu / base.cpu:.1f}" if base else ""
        star = " (one run)" if name in slow else ""
        rows.append(f"| {name}{star} | {cost.cpu:.2f} s | {ratio} | {cost.wall:.2f} s | {cost.memory:.0f} MiB |")
    return rows


def fix_table(binary, tree, count, rounds, work):
    """Rewriting, its parts and a copy of the tree."""
    steps = {"cp -r": [], "reading": [], "reading and rewriting": [], "all of it": []}
    room = Path(tempfile.mkdtemp(dir=work))
    copies = [str(room / str(number)) for number in range(rounds)]
    # All copies come first, and nothing is deleted before the end: some file systems take many times as long to make files
    # where others were deleted a moment ago, and a rewrite deletes too. That would flatter what is compared with a copy.
    for copy in copies:
        steps["cp -r"].append(run(["cp", "-r", tree, copy], expected=(0,)))
    for copy in copies:
        check = [binary, "check", "--isolated", "--select", "not-a-card", copy]
        steps["reading"].append(run(check, expected=(0, 1)))
        fix = [binary, "fix", "--isolated", "--migrate"]
        steps["reading and rewriting"].append(run([*fix, "--diff", copy], expected=(0, 1)))
        steps["all of it"].append(run([*fix, copy], expected=(0, 1)))
    shutil.rmtree(room)
    cost = {name: Cost.median(found) for name, found in steps.items()}
    copy, read, rewrite, whole = cost.values()
    parts = [
        ("`cp -r` of the same cards", copy),
        ("`fix --migrate`", whole),
        ("of that, reading", read),
        ("rewriting", Cost(rewrite.cpu - read.cpu, rewrite.wall - read.wall, 0)),
        ("writing and syncing", Cost(whole.cpu - rewrite.cpu, whole.wall - rewrite.wall, 0)),
    ]
    rows = [f"| {count:,} cards in old layouts | processor | of `cp`'s | clock |", "| --- | ---: | ---: | ---: |"]
    rows += [f"| {name} | {c.cpu:.2f} s | {c.cpu / copy.cpu:.1f} | {c.wall:.2f} s |" for name, c in parts]
    spread = [f"{min(c.cpu for c in steps[name]):.2f} to {max(c.cpu for c in steps[name]):.2f} s" for name in ("cp -r", "all of it")]
    return [*rows, "", f"Processor, least to most: `cp -r` {spread[0]}, `fix --migrate` {spread[1]}."]


def start_up(binary, tree, runs=50):
    """Milliseconds and MiB for one small card."""
    card = min(Path(tree).rglob("README.md"), key=lambda path: (path.stat().st_size, str(path)))
    command = [binary, "check", "--isolated", str(card)]
    cost = Cost.median([run(command) for _ in range(runs)])
    return card.stat().st_size, cost.wall * 1000, cost.memory


def rows_of(binary, maker, count):
    """Seconds and MiB for so many rows, the cards of the smaller tree again and again."""
    made = subprocess.run([maker, "-", "10000"], check=True, capture_output=True).stdout
    times, rest = divmod(count, 10_000)
    last = b"".join(made.splitlines(keepends=True)[:rest])

    def feed(pipe):
        for _ in range(times):
            pipe.write(made)
        pipe.write(last)

    command = [binary, "check", "--isolated", "--input", "jsonl", "--format", "jsonl", "-"]
    size = len(made) * times + len(last)
    return size, run(command, feed=feed)


def report(args, binary, maker, work):
    counts = [int(count) for count in args.counts.split(",")]
    rounds = [int(count) for count in args.rounds.split(",")]
    rounds += rounds[-1:] * (len(counts) - len(rounds))
    lines, left_out, first = [], set(), ""
    for count, times in zip(counts, rounds):
        tree = make(maker, Path(work, f"mixed-{count}"), count)
        first = first or tree
        costs, absent, slow = check_tree(binary, tree, count, times, left_out)
        lines += check_table(count, costs, slow) + [""]
        if absent:
            lines += [f"Not measured, since not installed: {', '.join(absent)}.", ""]
        if left_out:
            lines += [f"Not run on so many: {', '.join(sorted(left_out))}.", ""]
        left_out |= slow
    old = make(maker, Path(work, f"old-{counts[0]}"), counts[0], 1, "old")
    lines += [*fix_table(binary, old, counts[0], rounds[0], work), ""]
    size, took, most = start_up(binary, first)
    lines += [f"One card of {size:,} bytes: {took:.1f} ms and {most:.1f} MiB from start to end."]
    if args.rows:
        size, cost = rows_of(binary, maker, args.rows)
        lines += [f"{args.rows:,} rows ({size / 1e9:.1f} GB) of `--input jsonl`: {cost.wall:.0f} s and {cost.memory:.0f} MiB."]
    versions = [version(name) for name in ("rg", "mado", "typos", "rumdl", "markdownlint-cli2") if shutil.which(name)]
    lines += [f"Medians of {' and '.join(map(str, rounds))} rounds, on Linux with {os.cpu_count()} cores; {', '.join(filter(None, versions))}."]
    return "\n".join(lines)


def version(name):
    told = subprocess.run([name, "--version"], capture_output=True, text=True).stdout.splitlines()
    return told[0].split(" Finding")[0].split(" (")[0] if told else ""


def build():
    """cardlint and the maker of the cards."""
    command = ["cargo", "build", "--release", "--locked", "--bin", "cardlint", "--example", "make_cards"]
    subprocess.run(command, cwd=HERE, check=True)
    target = Path(os.environ.get("CARGO_TARGET_DIR", HERE / "target"), "release")
    return str(target / "cardlint"), str(target / "examples" / "make_cards")


def write(file, text):
    page = file.read_text(encoding="utf-8")
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        sys.exit(f"{file} has no lines {BEGIN!r} and {END!r}")
    file.write_text(f"{before}{begin}\n\n{text}\n\n{end}{after}", encoding="utf-8")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--counts", default="10000,100000", help="cards in each tree")
    parser.add_argument("--rounds", default="5,3", help="rounds over each tree")
    parser.add_argument("--rows", type=int, default=667_000, help="rows of --input jsonl; 0 for none")
    parser.add_argument("--work", type=Path, default=Path(tempfile.gettempdir(), "cardlint-cards-made"), help="where the trees are kept")
    parser.add_argument("--bin", nargs=2, metavar=("CARDLINT", "MAKE_CARDS"), help="programs that are built already")
    parser.add_argument("--write", type=Path, metavar="FILE", help="put the tables between the marks in this file")
    args = parser.parse_args()
    args.work.mkdir(parents=True, exist_ok=True)
    binary, maker = args.bin or build()
    text = report(args, binary, maker, args.work)
    print(text)
    if args.write:
        write(args.write, text)


if __name__ == "__main__":
    main()
