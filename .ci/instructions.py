#!/usr/bin/env python3
"""Instructions that `check` takes for a card, by stage: the figure that is the same on a busy machine.

    instructions.py CARDLINT MAKE_CARDS

valgrind counts them (callgrind), over a few hundred invented cards less those over a part of them, so that nothing is counted that
is done once in a run. Each rule is run alone, above a run that reads the cards and splits them: what several rules need, such as
the Markdown, is counted for each of them, and together they take less than their sum.
"""

import os
import re
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

FEW, MANY = 60, 260
# The rule that asks for nothing but the first bytes.
FLOOR = "not-a-card"


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    binary, maker = (str(Path(program).resolve()) for program in sys.argv[1:])
    listed = subprocess.run([binary, "rules"], check=True, capture_output=True, text=True).stdout
    rules = re.findall(r"^([a-z-]+) ", listed, re.MULTILINE)
    with tempfile.TemporaryDirectory() as folder:
        trees = {count: Path(folder, str(count)) for count in (FEW, MANY)}
        for count, tree in trees.items():
            subprocess.run([maker, tree, str(count)], check=True)

        def instructions(args):
            few, many = (count_instructions(binary, [*args, trees[count]]) for count in (FEW, MANY))
            return (many - few) / (MANY - FEW)

        runs = {"walk, read, split": ["--select", FLOOR]}
        runs |= {rule: ["--select", rule] for rule in rules if rule != FLOOR}
        runs |= {"all default rules": [], "all default rules, text": ["--format", "text"]}
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            counts = dict(zip(runs, pool.map(instructions, runs.values())))
    floor = counts["walk, read, split"]
    for name, count in sorted(counts.items(), key=lambda item: -item[1]):
        own = count - floor if name in rules else count
        print(f"{own / 1000:9.1f} thousand  {name}{' (above walk, read, split)' if name in rules else ''}")


def count_instructions(binary, args):
    # On one core it works on the cards in turn, without threads that wait for each other.
    alone = ["taskset", "-c", str(min(os.sched_getaffinity(0)))]
    valgrind = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null"]
    check = [binary, "check", "--isolated", "--exit-zero", "--format", "jsonl"]
    if "--format" in args:
        check = check[:-2]
    run = subprocess.run([*alone, *valgrind, *check, *args], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    found = re.search(r"Collected : (\d+)", run.stderr)
    if run.returncode != 0 or not found:
        sys.exit(f"{args}: exit code {run.returncode}\n{run.stderr}")
    return int(found[1])


if __name__ == "__main__":
    main()
