// Asks GitHub's own language service what is wrong with files of a repository, and prints one fault a line.
import { readFileSync } from "node:fs";
import { register } from "node:module";

// It imports JSON without saying so, as bundlers allow and node does not.
const load = `export const load = (url, context, next) =>
  next(url, url.endsWith(".json") ? { ...context, importAttributes: { type: "json" } } : context);`;
register(`data:text/javascript,${encodeURIComponent(load)}`);
const { registerLogger, validate } = await import("@actions/languageservice");

// It swallows what it stumbles over and then finds nothing: only this says so.
const stumble = (message) => {
  throw new Error(message);
};
registerLogger({ error: stumble, warn: stumble });

const [root, ...paths] = process.argv.slice(2);
const read = (path) => readFileSync(`${root}/${path}`, "utf8");
const fileProvider = { getFileContent: async ({ path }) => ({ name: path, content: read(path) }) };

for (const path of paths) {
  const document = { uri: `file://${root}/${path}`, getText: () => read(path) };
  for (const { message, range } of await validate(document, { fileProvider })) {
    process.stdout.write(`${path}:${range.start.line + 1}: ${message}\n`);
  }
}
