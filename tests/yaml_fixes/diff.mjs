// Reads pairs of YAML texts, one JSON list a line; says of each, one JSON value a line, at which places js-yaml reads a
// difference, or why it cannot read one of them. A place is a path such as `2v/0`: the value of the third pair, its first item.
import { createInterface } from "node:readline";
import { createRequire } from "node:module";

const { load } = createRequire(new URL("../js-yaml/", import.meta.url))("js-yaml");

const isMapping = (value) => value !== null && typeof value === "object" && !Array.isArray(value) && !(value instanceof Date);

function* different(a, b, path = "") {
  if (isMapping(a) && isMapping(b) && Object.keys(a).length === Object.keys(b).length) {
    const others = Object.entries(b);
    for (const [index, [key, value]] of Object.entries(a).entries()) {
      yield* different(key, others[index][0], `${path}${index}k/`);
      yield* different(value, others[index][1], `${path}${index}v/`);
    }
  } else if (Array.isArray(a) && Array.isArray(b) && a.length === b.length) {
    for (const [index, value] of a.entries()) yield* different(value, b[index], `${path}${index}/`);
  } else if (typeof a !== typeof b || JSON.stringify(a) !== JSON.stringify(b)) {
    yield path;
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  let answer;
  try {
    const [before, after] = JSON.parse(line).map((text) => load(text));
    answer = [...different(before, after)];
  } catch (error) {
    answer = String(error.reason ?? error.message);
  }
  process.stdout.write(JSON.stringify(answer) + "\n");
}
