#!/usr/bin/env python3
"""Uses every command and every option of cardlint as a user would, on real files, and asserts what happens.

    surface.py BIN          BIN is the cardlint binary

Needs Python's standard library only. Fails if an option of `--help` was not used.
"""

import json
import os
import pty
import re
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree
from pathlib import Path

BIN = str(Path(sys.argv[1]).resolve())
USED = set()
PLAIN = {k: v for k, v in os.environ.items() if k not in ("NO_COLOR", "CLICOLOR_FORCE", "CI", "COLUMNS", "FORCE_HYPERLINK")}
STALE = "http://app.wandb.ai/acme/finch"
MOVED = "https://wandb.ai/acme/finch"
CARD = f"---\nlicense: mit\ntags:\n- birds\n---\n# Finch\n\nSee [the run]({STALE}).\n\nACME_NAME sings.\n"
CLEAN = "---\nlicense: mit\n---\n# Finch\n\nA small model of songs.\n"
LEAK = "---\ntags:\n- huggingtweets\n---\n# Finch\n\nBy USER_NAME.\n"


def run(*args, want=None, stdin=None, env=None, cwd=None):
    """Runs cardlint; returns its output, and its standard error as `.err`."""
    args = [str(a) for a in args]
    for arg in args:
        if arg.startswith("--"):
            USED.add((args[0], arg.split("=")[0]))
    if "--format" in args:
        USED.add(("format", args[args.index("--format") + 1]))
    done = subprocess.run([BIN, *args], input=stdin, capture_output=True, env=env or PLAIN, cwd=cwd)
    if want is not None and done.returncode != want:
        raise AssertionError(f"{args}: exit code {done.returncode}, not {want}\n{done.stdout.decode()}\n{done.stderr.decode()}")
    out = Text(done.stdout.decode())
    out.err = done.stderr.decode()
    return out


class Text(str):
    err = ""


def has(text, *parts):
    for part in parts:
        assert part in text, f"{part!r} is not in:\n{text}"


def lacks(text, *parts):
    for part in parts:
        assert part not in text, f"{part!r} is in:\n{text}"


def write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def findings(*args, **more):
    return json.loads(run("check", "--format", "json", *args, **more))["findings"]


def test_check_and_threshold(tmp):
    card = write(tmp / "README.md", CARD)
    run("check", "--severity", "error", card, want=0)
    has(run("check", "--severity", "warning", card, want=1), "stale-link", "1 of 1 can be fixed with `cardlint fix`")
    run("check", "--severity", "info", card, want=1)
    run("check", "--exit-zero", card, want=0)
    run("check", tmp / "missing.md", "--exit-zero", want=2)
    small, enough = str(len(CARD) - 1), str(len(CARD))
    for command in ("check", "fix"):
        has(run(command, "--max-size", small, card, want=2).err, f"larger than {small} bytes", "--max-size")
        has(run(command, "--max-size", "1T", card, want=2).err, "a number with K, M or G")
    run("check", "--max-size", enough, card, want=1)
    has(run("check", "--sverity", card, want=2).err, "--severity")
    has(run("check", "--format", "jsno", card, want=2).err, "json")
    has(run("check", "--select", "stale-lnk", card, want=2).err, "stale-link")
    assert findings("--select", "placeholder-leak", card) == []
    assert findings("--select", "default", "--ignore", "stale-link", card) == []
    assert len(findings("--select", "all", "--ignore", "unused-suppression", card)) >= 1


def test_config(tmp):
    for place in ("models/a", "templates", "old"):
        write(tmp / place / "README.md", CARD)
    config = write(tmp / "cardlint.toml", """
        exclude = ["templates/"]
        [severity]
        stale-link = "error"
        [[override]]
        paths = ["old/"]
        ignore = ["placeholder-leak"]
        severity = { stale-link = "info" }
        [[placeholder]]
        text = "ACME_NAME"
        [[move]]
        from = "https://wandb.ai/acme"
        to = "https://runs.acme.example"
        """)
    seen = {(Path(f["path"]).parent.name, f["rule"], f["severity"]) for f in findings("--severity", "info", tmp)}
    want = {("a", "stale-link", "error"), ("a", "placeholder-leak", "error"), ("old", "stale-link", "info")}
    assert seen == want, seen
    has(run("check", tmp, want=1), "excluded 1 file")
    # A file that is named, as hooks do, is excluded all the same.
    has(run("check", tmp / "templates/README.md", want=0), "excluded 1 file")
    assert len(findings("--isolated", tmp / "templates/README.md")) == 1
    assert len(findings("--config", config, tmp / "models")) == 2
    # Both moves are made, one after the other.
    has(run("fix", "-", "--stdin-path", tmp / "models/a/README.md", stdin=CARD.encode(), want=1), "https://runs.acme.example/finch")
    for text, hint in [("exlude = []", "did you mean `exclude`?"), ("ignore = ['stale_link']", "did you mean `stale-link`?"),
                       ("[[move]]\nto = 'x'", "entry 1 of [[move]]: it needs a `from` or a `pattern`"), ("exclude = ['a[z-b]']", "a[z-b]"), ("select = [", "line 1")]:
        config.write_text(text)
        has(run("check", tmp, want=2).err, "cardlint.toml", hint)
        has(run("fix", tmp, want=2).err, hint)
    config.write_text("include = ['models/']\n")
    assert {Path(f["path"]).parent.name for f in findings(tmp)} == {"a"}
    # The nearest configuration of each path, not one for all.
    write(tmp / "old/cardlint.toml", "ignore = ['stale-link']\n")
    assert len(findings(tmp / "old", tmp / "models")) == 1


def test_suppressions(tmp):
    card = write(tmp / "README.md", CARD.replace("See", "<!-- cardlint: allow(stale-link) old -->\nSee"))
    run("check", card, want=0)
    run("fix", card, want=0)
    has(card.read_text(), STALE)
    card.write_text(CARD.replace(STALE, MOVED).replace("See", "<!-- cardlint: allow(stale-link, stale-lnk) old -->\nSee"))
    has(run("check", card, want=1), "unused-suppression", "did you mean `stale-link`?")
    run("fix", "--suggested", card, want=2)
    has(run("fix", "--suggested", "--select", "stale-link,unused-suppression", card, want=2).err, "one rule at a time")
    has(run("fix", "--suggested", "--select", "unused-suppression", "--diff", card, want=1), "-<!-- cardlint: allow")
    run("fix", "--suggested", "--select", "unused-suppression", card, want=0)
    lacks(card.read_text(), "cardlint:")
    for text in (CARD, LEAK, CARD.replace("\n", "\r\n"), "\ufeff" + LEAK, "x\n\n> " + STALE, STALE):
        card.write_bytes(text.encode())
        run("check", card, want=1)
        run("check", "--add-suppressions=for the record --> <b>", card, want=0)
        has(card.read_text(), "cardlint: allow", "for the record")
        run("check", "--select", "all", card, want=0)
        lines = [line for line in card.read_bytes().decode().split("\n") if "cardlint: allow" not in line]
        assert "\n".join(lines) == text, "a suppression is a line of its own"
    run("check", "--add-suppressions", "-", stdin=CARD.encode(), want=2)


def test_baseline(tmp):
    cards = [write(tmp / name / "README.md", CARD) for name in ("a", "b")]
    file = tmp / "baseline.jsonl"
    run("check", "--write-baseline", tmp, want=2)
    run("check", "--baseline", file, tmp, want=2)
    run("check", "--baseline", file, "--write-baseline", tmp, want=0)
    lines = file.read_text().splitlines()
    assert len(lines) == 2 and lines == sorted(lines)
    has(run("check", "--baseline", file, tmp, want=0), "the baseline accepts 2 findings")
    # Lines move; a second fault of the same kind is new.
    cards[0].write_text(CARD.replace("# Finch", "# Finch\n\nNew text."))
    run("check", "--baseline", file, tmp, want=0)
    cards[0].write_text(CARD + STALE)
    assert len(findings("--baseline", file, tmp)) == 1
    # It shrinks by itself, and not for what this run did not look at.
    cards[0].write_text(CARD.replace(STALE, MOVED))
    run("check", "--baseline", file, "--select", "table-mismatch", tmp, want=0)
    run("check", "--baseline", file, cards[1], want=0)
    assert len(file.read_text().splitlines()) == 2
    has(run("check", "--baseline", file, tmp, want=0).err, "1 finding gone")
    assert len(file.read_text().splitlines()) == 1
    cards[0].write_text(CARD)
    run("check", "--baseline", file, tmp, want=1)
    # From another folder it is the same file.
    run("check", "--baseline", "baseline.jsonl", "b", cwd=tmp, want=0)
    file.write_text("junk\n")
    has(run("check", "--baseline", file, tmp, want=2).err, "line 1")


def hostile(tmp):
    name = "::error::x%0A\x1b[31m,a:b\n::warning::y.md"
    text = "---\ntags:\n- huggingtweets\n---\n# \x1b]0;t\x07 ::error::title ##[error]x\n\n" \
        f"::error file=x::injected USER_NAME]]>&\"'<x>\u202e {STALE}/%0A::error::z##[error]\n"
    return write(tmp / name, text)


def test_outputs_hold_what_cards_throw_at_them(tmp):
    hostile(tmp)
    write(tmp / "bad.md", b"---\nlicense: mit\n---\n\xff\xfe\x00\n")
    for kind in ("text", "concise", "json", "jsonl", "sarif", "github", "gitlab", "junit"):
        out = run("check", "--format", kind, tmp, tmp / "missing\x1b.md", want=2)
        for text in (out, out.err):
            lacks(text, "\x1b", "\x07", "\u202e") if kind not in ("json", "jsonl", "sarif", "gitlab") else lacks(text, "\x1b", "\x07")
    lacks(run("fix", "--diff", tmp), "\x1b", "\x07", "\u202e")


def test_json(tmp):
    write(tmp / "README.md", CARD)
    whole = json.loads(run("check", "--format", "json", tmp, want=1))
    assert set(whole) == {"version", "findings", "errors", "summary"} and whole["version"] == 1
    lines = [json.loads(line) for line in run("check", "--format", "jsonl", tmp, want=1).splitlines()]
    assert lines == whole["findings"]
    [edit] = lines[0]["fix"]["edits"]
    card = CARD.encode()
    assert card[:edit["start"]] + edit["text"].encode() + card[edit["end"]:] == CARD.replace(STALE, MOVED).encode()
    counts = json.loads(run("check", "--statistics", "--format", "json", tmp, want=1))
    assert counts[0]["rule"] == "stale-link" and counts[0]["findings"] == 1
    has(run("check", "--statistics", tmp, want=1), "stale-link", "in 1 card")
    has(run("check", "--statistics", "--format", "concise", tmp, want=1), "stale-link")
    run("check", "--statistics", "--format", "sarif", tmp, want=2)


def test_sarif(tmp):
    hostile(tmp)
    write(tmp / "a b/README.md", CARD + "\n🤖é " + STALE + "\n")
    write(tmp / "twice/README.md", "---\ntags: [a]\ntags: [b]\n---\n# Finch\n\nA small model.\n")
    run_of = json.loads(run("check", "--format", "sarif", "./", cwd=tmp, want=1))["runs"][0]
    rules = run_of["tool"]["driver"]["rules"]
    assert run_of["columnKind"] == "unicodeCodePoints" and run_of["invocations"][0]["executionSuccessful"]
    prints = set()
    for result in run_of["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        place = result["locations"][0]["physicalLocation"]
        uri = place["artifactLocation"]["uri"]
        assert re.fullmatch(r"[A-Za-z0-9/._~%-]+", uri), uri
        prints.add((uri, result["partialFingerprints"]["cardlint/v1"]))
        if uri == "twice/README.md":
            related = result["relatedLocations"][0]
            assert related["message"]["text"] and related["physicalLocation"]["region"]["startLine"] == 2
        if uri == "a%20b/README.md":
            replaced = result["fixes"][0]["artifactChanges"][0]["replacements"][0]
            region, text = place["region"], (tmp / "a b/README.md").read_text().splitlines()
            gone, new = replaced["deletedRegion"], replaced["insertedContent"]["text"]
            line = text[gone["startLine"] - 1]
            line = line[:gone["startColumn"] - 1] + new + line[gone["endColumn"] - 1:]
            assert MOVED in line and STALE not in line, line
            assert text[region["startLine"] - 1][region["startColumn"] - 1:region["endColumn"] - 1] == STALE
    assert len(prints) == len(run_of["results"]), "fingerprints differ"
    assert json.loads(run("check", "--format", "sarif", write(tmp / "c/README.md", CLEAN)))["runs"][0]["results"] == []


def commands(log):
    """Workflow commands as the runner of GitHub Actions reads them."""
    found = []
    for line in log.split("\n"):
        assert "##[" not in line, line
        match = re.match(r"::([a-z-]+)(?: (.*?))?::(.*)$", line.strip())
        if match:
            pairs = dict(pair.split("=", 1) for pair in (match[2] or "").split(","))
            plain = lambda s: s.replace("%0D", "\r").replace("%0A", "\n").replace("%3A", ":").replace("%2C", ",").replace("%25", "%")
            found.append((match[1], {k: plain(v) for k, v in pairs.items()}, plain(match[3])))
    return found


def test_github(tmp):
    hostile(tmp)
    found = commands(run("check", "--format", "github", ".", cwd=tmp, want=1))
    names = [(kind, data["title"]) for kind, data, _ in found]
    assert sorted(names) == [("error", "cardlint: placeholder-leak"), ("warning", "cardlint: stale-link")], found
    assert all("file" in data and "line" in data for _, data, _ in found)
    write(tmp / "README.md", LEAK + "USER_NAME\n" * 30)
    log = run("check", "--format", "github", ".", cwd=tmp, want=1)
    kinds = [kind for kind, _, _ in commands(log)]
    assert kinds.count("error") == 10 and kinds.count("notice") == 1, kinds
    has(log, "findings more in the log of this step")
    assert len(re.findall(r"^(?:::error .*cardlint: placeholder-leak|error.placeholder-leak)", log, re.M)) == 32


def test_a_diff_in_a_log_is_no_command(tmp):
    text = f"---\nlicense: mit\n---\n# Finch\n\n::error::above ##[error]x\r::warning::a\n\n{STALE}\n\n   ::error::below\n"
    write(tmp / "::error::x.md", text)
    assert commands(run("fix", "--diff", "--format", "github", tmp, want=1)) == []
    has(run("fix", "--diff", tmp, want=1), "\n ::error::above")


def unlike(value, schema, at="$"):
    """How a value differs from a JSON Schema, of which this knows what is used below."""
    kinds = {"object": dict, "array": list, "string": str, "integer": int}
    if not isinstance(value, kinds[schema["type"]]) or isinstance(value, bool):
        return [f"{at} is no {schema['type']}"]
    wrong = [f"{at} has no {key}" for key in schema.get("required", ()) if key not in value]
    if "enum" in schema and value not in schema["enum"]:
        wrong.append(f"{at} is {value!r}")
    if value == "" or schema["type"] == "integer" and value < schema.get("minimum", value):
        wrong.append(f"{at} is {value!r}")
    for key, part in schema.get("properties", {}).items():
        wrong += unlike(value[key], part, f"{at}.{key}") if key in value else []
    for n, item in enumerate(value if "items" in schema else ()):
        wrong += unlike(item, schema["items"], f"{at}[{n}]")
    if schema.get("uniqueItems"):
        prints = [item.get("fingerprint") for item in value]
        wrong += [f"{at} has {p} twice" for p in set(prints) if prints.count(p) > 1]
    return wrong


# What GitLab's documentation asks of a code quality report; fingerprints must be unique.
GITLAB = {
    "type": "array", "uniqueItems": True, "items": {
        "type": "object", "required": ["description", "check_name", "fingerprint", "severity", "location"], "properties": {
            "description": {"type": "string"}, "check_name": {"type": "string"}, "fingerprint": {"type": "string"},
            "severity": {"type": "string", "enum": ["info", "minor", "major", "critical", "blocker"]},
            "location": {"type": "object", "required": ["path", "lines"], "properties": {
                "path": {"type": "string"},
                "lines": {"type": "object", "required": ["begin"], "properties": {
                    "begin": {"type": "integer", "minimum": 1}, "end": {"type": "integer", "minimum": 1}}}}}}}}


def test_gitlab(tmp):
    assert unlike([{"severity": "bad", "location": {"lines": {"begin": 0}}}], GITLAB) == [
        "$[0] has no description", "$[0] has no check_name", "$[0] has no fingerprint", "$[0].severity is 'bad'",
        "$[0].location has no path", "$[0].location.lines.begin is 0"]
    hostile(tmp)
    write(tmp / "README.md", LEAK + "USER_NAME\n" * 3)
    report = json.loads(run("check", "--format", "gitlab", ".", cwd=tmp, want=1))
    assert len(report) == 6 and unlike(report, GITLAB) == [], unlike(report, GITLAB)
    for issue in report:
        assert set(issue) == {"description", "check_name", "fingerprint", "severity", "location"}
        assert not issue["location"]["path"].startswith("./")
    assert json.loads(run("check", "--format", "gitlab", write(tmp / "c/x.md", CLEAN), want=0)) == []


def test_junit(tmp):
    hostile(tmp)
    write(tmp / "good/README.md", CLEAN)
    suites = ElementTree.fromstring(run("check", "--format", "junit", tmp, tmp / "none.md", want=2))
    assert len(suites) == 3
    for suite in suites:
        assert int(suite.get("tests")) == len(suite) and int(suite.get("failures")) == len(suite.findall("*/failure"))
        assert int(suite.get("errors")) == len(suite.findall("*/error"))
    assert len(list(suites.iter("failure"))) == 2


def test_colours(tmp):
    card = write(tmp / "README.md", CARD)
    esc = "\x1b["
    lacks(run("check", card), esc)
    has(run("check", "--color", "always", card), esc)
    has(run("check", card, env={**PLAIN, "CLICOLOR_FORCE": "1"}), esc)
    lacks(run("check", card, env={**PLAIN, "CLICOLOR_FORCE": "1", "NO_COLOR": "1"}), esc)
    lacks(run("check", "--color", "never", card, env={**PLAIN, "CLICOLOR_FORCE": "1"}), esc)
    has(run("fix", "--diff", "--color", "always", card), f"{esc}32m+")
    has(run("explain", "stale-link", "--color", "always"), f"{esc}1mstale-link")
    has(run("check", "--format", "concise", card, env={**PLAIN, "FORCE_HYPERLINK": "1"}), "\x1b]8;;file:///")
    has(run("rules", "--color", "always"), "stale-link")
    write(tmp / "plan.jsonl", "")
    run("apply", "--color", "always", tmp / "plan.jsonl", want=0)
    run("completions", "--color", "never", "bash", want=0)
    run("man", "--color", "never", want=0)
    run("schema", "--color", "never", want=0)


def test_progress(tmp):
    """On a terminal a long run shows a bar, and takes it away."""
    for n in range(1500):
        write(tmp / f"{n}/README.md", "---\nlicense: mit\n---\n" + "word [link](https://a.example/x) `code`\n\n" * 1500)
    leader, follower = pty.openpty()
    done = subprocess.Popen([BIN, "check", str(tmp)], stderr=follower, stdout=subprocess.PIPE, env=PLAIN)
    os.close(follower)
    seen = b""
    while True:
        try:
            part = os.read(leader, 4096)
        except OSError:
            break
        if not part:
            break
        seen += part
    out = done.stdout.read().decode()
    assert done.wait() == 0
    has(out, "No findings in 1500 cards.")
    if seen:  # a fast machine shows nothing
        has(seen.decode(), "of 1500 cards")
        assert seen.endswith(b"\r\x1b[K")


def test_stdin(tmp):
    has(run("check", "-", stdin=CARD.encode(), want=1), "-:8:15")
    has(run("check", "-", "--stdin-path", "docs/x.md", stdin=CARD.encode(), want=1), "docs/x.md:8:15")
    out = run("fix", "-", stdin=CARD.encode(), want=0)
    assert out == CARD.replace(STALE, MOVED), out
    out = run("fix", "-", "--stdin-path", "x.md", "--exit-zero", stdin=LEAK.encode(), want=0)
    assert out == LEAK and "x.md:7:4" in out.err
    write(tmp / "cardlint.toml", "exclude = ['x.md']")
    assert run("fix", "-", "--stdin-path", tmp / "x.md", stdin=CARD.encode(), want=0) == CARD
    run("check", "--stdin-path", "x.md", tmp, want=2)
    run("fix", "-", tmp, stdin=b"", want=2)


def test_rows(tmp):
    rows = [{"id": "acme/finch", "card": CARD}, {"id": "acme/wren", "card": CLEAN, "repo_type": "model"}, {"id": "acme/none", "card": None}]
    lines = "".join(json.dumps(row) + "\n" for row in rows).encode()
    found = [json.loads(line) for line in run("check", "--input", "jsonl", "--format", "jsonl", "-", stdin=lines, want=1).splitlines()]
    assert [finding["path"] for finding in found] == ["acme/finch"], found
    out = run("fix", "--input", "jsonl", "-", stdin=lines, want=0)
    assert [json.loads(line) for line in out.splitlines()] == [{"id": "acme/finch", "card": CARD.replace(STALE, MOVED)}], out
    has(run("check", "--input", "jsonl", "-", stdin=b"{}\n", want=2).err, "-:1: is not a row")


def test_fix(tmp):
    card = write(tmp / "README.md", CARD.replace("\n", "\r\n"))
    run("fix", "--diff", card, want=1)
    run("fix", "--select", "placeholder-leak", card, want=0)
    run("fix", "--ignore", "stale-link", card, want=0)
    assert STALE in card.read_text()
    has(run("fix", "--severity", "info", "--format", "concise", card, want=0), "")
    assert card.read_bytes().decode() == CARD.replace(STALE, MOVED).replace("\n", "\r\n")
    has(run("check", "--repo-type", "dataset", "--format", "concise", card), "")
    has(run("fix", "--repo-type", "model", "--isolated", "--migrate", "--statistics", card), "Fixed 0 findings")
    config = write(tmp / "c.toml", "")
    run("fix", "--config", config, card)
    assert sorted(p.name for p in tmp.iterdir()) == ["README.md", "c.toml"], "no litter"


def test_plan(tmp):
    cards = [write(tmp / f"{name}/README.md", CARD) for name in ("a", "b", "c")]
    write(tmp / "a/.git/config", '[remote "origin"]\n\turl = https://huggingface.co/acme/finch\n')
    before = [card.read_bytes() for card in cards]
    has(run("fix", "--migrate", "--plan", "plan.jsonl", ".", cwd=tmp, want=1).err, "3 cards")
    assert before == [card.read_bytes() for card in cards]
    steps = [json.loads(line) for line in (tmp / "plan.jsonl").read_text().splitlines()]
    assert [step["repository"] for step in steps] == ["acme/finch", None, None] and "stale-link" in steps[0]["title"]
    run("fix", "--plan", "p.jsonl", "-", stdin=b"", want=2)
    shutil.copytree(tmp, tmp.parent / "copy")
    cards[1].write_text(CARD + "changed\n")
    has(run("apply", "--diff", "plan.jsonl", cwd=tmp, want=2), f"+See [the run]({MOVED}).")
    run("apply", "plan.jsonl", cwd=tmp, want=2)
    assert STALE in cards[1].read_text() and MOVED in cards[0].read_text() and MOVED in cards[2].read_text()
    cards[1].write_text(CARD)
    has(run("apply", "--max-size", "9", "plan.jsonl", cwd=tmp, want=2).err, "larger than 9 bytes")
    has(run("apply", "plan.jsonl", cwd=tmp, want=0), "Changed 1 card; 2 done before")
    has(run("apply", "--root", tmp.parent / "copy", "plan.jsonl", cwd=tmp, want=0), "Changed 3 cards")
    steps[0]["path"] = "../escape.md"
    write(tmp / "evil.jsonl", json.dumps(steps[0]) + "\n")
    has(run("apply", "--root", tmp, tmp / "evil.jsonl", want=2).err, "outside")
    write(tmp / "evil.jsonl", "junk\n")
    has(run("apply", tmp / "evil.jsonl", want=2).err, "line 1")


def test_pages(tmp):
    has(run("rules", want=0), "stale-link", "warning")
    page = run("explain", "stale-link", want=0)
    assert page == (Path(__file__).parent.parent / "rules/stale_link.md").read_text()
    has(run("explain", "stale-lnk", want=2).err, "did you mean `stale-link`?")
    has(run("man", want=0), ".TH cardlint")
    has(run("man", "check", want=0), "cardlint-check", "\\-\\-baseline")
    has(run("man", "chekc", want=2).err, "did you mean `check`?")
    json.loads(run("schema", want=0))
    for shell in ("bash", "zsh", "fish", "powershell", "elvish"):
        run("completions", shell, want=0)
    bash = write(tmp / "c.bash", run("completions", "bash"))
    done = subprocess.run(["bash", "-c", f"source {bash}; COMP_WORDS=(cardlint che); COMP_CWORD=1; _cardlint cardlint che cardlint; echo $COMPREPLY"],
                          capture_output=True, text=True)
    assert done.stdout.strip() == "check", done
    has(run("--version", want=0), "cardlint ")
    has(run("--help", want=0), "Examples:")


def test_broken_pipes(tmp):
    write(tmp / "README.md", LEAK + "USER_NAME\n" * 20000)
    for args in ("check", "check --format json", "check --format sarif", "fix --diff", "explain stale-link", "man", "completions zsh"):
        where = [str(tmp)] if args.startswith(("check", "fix")) else []
        with tempfile.TemporaryFile() as err:
            done = subprocess.Popen([BIN, *args.split(), *where], stdout=subprocess.PIPE, stderr=err, env=PLAIN)
            done.stdout.read(10)
            done.stdout.close()
            assert done.wait() in (0, 1), (args, done.returncode)
            err.seek(0)
            lacks(err.read().decode(), "panicked", "roken pipe")
    shut = subprocess.run(f"{BIN} check {tmp}/none 2>&-", shell=True, capture_output=True)
    assert shut.returncode == 2, shut


def every_option_is_used():
    commands_of = re.findall(r"^  ([a-z]+) ", run("--help").split("Commands:")[1].split("Options:")[0], re.M)
    for command in [c for c in commands_of if c != "help"]:
        page = run(command, "--help", want=0).split("Examples:")[0]
        for option in set(re.findall(r"^ +(?:-\w, )?(--[a-z-]+)", page, re.M)) - {"--help", "--version"}:
            assert (command, option) in USED, f"`cardlint {command} {option}` was not used"
        kinds = re.search(r"--format <FORMAT>.*?Possible values:(.*?)\[default", page, re.S)
        for kind in re.findall(r"- ([a-z]+):", kinds[1]) if kinds else []:
            assert ("format", kind) in USED, kind


def main():
    tests = [(name[5:], test) for name, test in globals().items() if name.startswith("test_")]
    for name, test in tests:
        with tempfile.TemporaryDirectory() as tmp:
            folder = Path(tmp).resolve() / "cards"
            folder.mkdir()
            test(folder)
        print(f"ok   {name.replace('_', ' ')}", flush=True)
    every_option_is_used()
    print("ok   every option is used")


main()
