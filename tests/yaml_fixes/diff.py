"""Reads pairs of YAML texts, one JSON list a line; says of each, one JSON value a line, at which places PyYAML reads a
difference, or why it cannot read one of them. A place is a path such as `2v/0`: the value of the third pair, its first item."""

import json
import sys

import yaml

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def different(a, b, path=""):
    if isinstance(a, dict) and isinstance(b, dict) and len(a) == len(b):
        for index, (one, other) in enumerate(zip(a.items(), b.items())):
            yield from different(one[0], other[0], f"{path}{index}k/")
            yield from different(one[1], other[1], f"{path}{index}v/")
    elif isinstance(a, list) and isinstance(b, list) and len(a) == len(b):
        for index, (one, other) in enumerate(zip(a, b)):
            yield from different(one, other, f"{path}{index}/")
    elif repr(a) != repr(b):
        yield path


for line in sys.stdin:
    try:
        before, after = (yaml.load(text, Loader=LOADER) for text in json.loads(line))
        print(json.dumps(list(different(before, after))))
    except (yaml.YAMLError, ValueError) as error:
        print(json.dumps(str(error)))
