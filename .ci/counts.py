#!/usr/bin/env python3
"""Holds what the rules' pages say of real cards against a run on them.

    counts.py BIN FOLDER          fails where a page's numbers are others
    counts.py BIN FOLDER --write  puts them right

FOLDER has public cards, which this repository does not carry. Each page says, in its section "On real cards":
"Of N public cards (in M Markdown files) this touches …". What was read of the findings is for the reader to say.
"""

import json
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

SENTENCE = re.compile(
    r"Of [\d,]+\s+public\s+cards\s+\(in\s+[\d,]+\s+Markdown\s+files\)\s+this\s+touches\s+(?:none|[\d,]+,\s+with\s+[\d,]+\s+findings?)"
)


def counts(binary, folder):
    """The summary of a run, and each rule's cards and findings."""
    # A rule's default severity is to be met, whatever a configuration near the cards says.
    args = [binary, "check", "--isolated", "--select", "all", "--severity", "info", "--exit-zero", "--format", "json", folder]
    report = json.loads(subprocess.run(args, capture_output=True, check=True).stdout)
    cards = Counter(rule for rule, _ in {(f["rule"], f["path"]) for f in report["findings"]})
    findings = Counter(f["rule"] for f in report["findings"])
    return report["summary"], cards, findings


def sentence(summary, cards, findings):
    files = summary["cards"] + summary["skipped"]
    touched = "none" if findings == 0 else f"{cards:,}, with {findings:,} finding{'' if findings == 1 else 's'}"
    return f"Of {summary['cards']:,} public cards (in {files:,} Markdown files) this touches {touched}"


def main():
    binary, folder, *write = sys.argv[1:]
    summary, cards, findings = counts(binary, folder)
    wrong = 0
    for page in sorted(Path(__file__).parent.parent.joinpath("rules").glob("*.md")):
        rule = page.stem.replace("_", "-")
        text = page.read_text()
        want = sentence(summary, cards[rule], findings[rule])
        found = SENTENCE.search(text)
        if found and " ".join(found[0].split()) == want:
            continue
        wrong += 1
        print(f"{page.name}: {want}" if found else f"{page.name} does not say: {want}")
        if found and write:
            page.write_text(text[:found.start()] + want + text[found.end():])
    return 1 if wrong and not write else 0


if __name__ == "__main__":
    sys.exit(main())
