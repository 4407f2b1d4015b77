// Asks GitHub's own library what each expression of a file comes to, and prints the answers as JSON.
import { readFileSync } from "node:fs";
import { Evaluator, Lexer, Parser, data } from "@actions/expressions";

const [expressions, contexts, manifest] = process.argv.slice(2).map((path) => readFileSync(path, "utf8"));
const { version, license } = JSON.parse(manifest);
const known = JSON.parse(contexts, data.reviver ?? reviver);

function reviver(_key, value) {
  if (value === null) return new data.Null();
  if (typeof value === "string") return new data.StringData(value);
  if (typeof value === "number") return new data.NumberData(value);
  if (typeof value === "boolean") return new data.BooleanData(value);
  if (Array.isArray(value)) return new data.Array(...value);
  return new data.Dictionary(...Object.entries(value).map(([key, item]) => ({ key, value: item })));
}

function plain(value) {
  switch (value.kind) {
    case data.Kind.Null:
      return null;
    case data.Kind.Array:
      return value.values().map(plain);
    case data.Kind.Dictionary:
      return Object.fromEntries(value.pairs().map((pair) => [pair.key, plain(pair.value)]));
    case data.Kind.Number:
      return Number.isFinite(value.value) ? value.value : { number: String(value.value) };
    default:
      return value.value;
  }
}

function answer(source) {
  try {
    const tree = new Parser(new Lexer(source).lex().tokens, ["github"], []).parse();
    const value = new Evaluator(tree, known).evaluate();
    return { source, value: plain(value), text: value.coerceString() };
  } catch {
    return { source, refused: true };
  }
}

const answers = expressions.split("\n").filter(Boolean).map(answer);
const rows = answers.map((row) => `  ${JSON.stringify(row)}`).join(",\n");
const from = JSON.stringify({ library: "@actions/expressions", version, license });
process.stdout.write(`{"from": ${from},\n "contexts": ${JSON.stringify(JSON.parse(contexts))},\n "answers": [\n${rows}\n]}\n`);
