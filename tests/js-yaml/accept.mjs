// Reads cards, one JSON string a line; says of each, one JSON value a line, what the Hub's parser makes of its front matter:
// null: there is none; true: accepted; [reason, line]: refused, at this 0-based line of the YAML.
import { createInterface } from "node:readline";
import { load } from "js-yaml";

// The expression with which the Hub splits off the front matter.
const FRONT_MATTER = /^(\s*---(?:\r\n|\r|\n))([\S\s]*?)((?:\r\n|\r|\n)---[ \t]*(\r\n|\n|$))/;

function answer(card) {
  const match = FRONT_MATTER.exec(card);
  if (match === null) return null;
  try {
    load(match[2]);
    return true;
  } catch (error) {
    return [error.reason ?? error.message, error.mark?.line ?? 0];
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(JSON.stringify(answer(JSON.parse(line))) + "\n");
}
