import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { evaluateModule } from "../../src/config/evaluate.ts";
import { loadConfig } from "../../src/config/load.ts";
import { Problem } from "../../src/problem.ts";
import { tempDir } from "../support/temp.ts";

const dir = tempDir();

function write(name: string, text: string): string {
  const file = join(dir, name);
  writeFileSync(file, text);
  return file;
}

/** What is said of a config that cannot be loaded, as the command line prints it but without the folder. */
async function refusal(file: string): Promise<string> {
  const problem: unknown = await loadConfig(file, {}).catch((error: unknown) => error);
  if (!(problem instanceof Problem)) throw new Error(`taken, or broke the loader: ${String(problem)}`);
  expect(problem.exitCode).toBe(2);
  // Under jest a failed import says from where; in the product it does not.
  return problem.text.replaceAll(`${dir}/`, "").replace(/ from '.*'$/u, "");
}

describe("a config written in", () => {
  test.each([
    { name: "c.ts", text: 'enum A { B = "a" }\nexport default { sources: [{ files: [A.B] }] } satisfies object;' },
    { name: "c.mts", text: "await null;\nexport default Promise.resolve({ sources: [{ files: ['a'] }] });" },
    { name: "c.js", text: "module.exports = { sources: [{ files: ['a'] }] };" },
    { name: "c.mjs", text: "export default async () => ({ sources: [{ files: ['a'] }] });" },
    { name: "c.json", text: '\uFEFF{ "sources": [{ "files": ["a"] }] }' },
    { name: "c.yaml", text: "sources: [{ files: [a] }]" },
    { name: "c.yml", text: "sources:\n- &a { files: [a] }" },
  ])("a config is read from $name", async ({ name, text }) => {
    const config = await loadConfig(write(name, text), {});
    expect(config.sources[0]?.source.files).toEqual([join(dir, "a")]);
  });

  test("a TypeScript config may import other files and JSON, without node_modules", async () => {
    write("windows.ts", 'export const windows: readonly string[] = ["7m"];');
    write("files.json", '["from-json"]');
    const text = `import { defineConfig } from "model-quality-exporter";
      import { windows } from "./windows";
      import files from "./files.json";
      export default defineConfig({ sources: [{ files }], windows });`;
    const config = await loadConfig(write("importing.ts", text), {});
    expect([config.sources[0]?.source.name, config.windows[0]?.label]).toEqual(["from-json", "7m"]);
  });
});

test("names that JavaScript makes hard come through YAML whole, and change nothing else", async () => {
  const text = `sources: [{ files: [a], fields: { labels: { constructor: x } } }]
models: { __proto__: { team: __proto__, classes: [__proto__, constructor] }, toString: {} }
teams: { __proto__: { constructor: [__proto__] } }
receivers: { __proto__: { webhook: { url: "http://127.0.0.1:5001/" } } }
alerting: { defaultReceiver: __proto__ }`;
  const config = await loadConfig(write("names.yaml", text), {});
  expect(config.tagLabels).toEqual(["model", "constructor"]);
  expect([...config.models.keys()]).toEqual(["__proto__", "toString"]);
  expect(config.models.get("__proto__")).toMatchObject({ team: "__proto__", classes: ["__proto__", "constructor"] });
  expect(config.teams.get("__proto__")?.severities).toEqual(
    new Map([["constructor", { receivers: ["__proto__"], muteTimeIntervals: [], activeTimeIntervals: [] }]]),
  );
  expect(config.receivers.get("__proto__")?.integrations.map(({ kind }) => kind)).toEqual(["webhook"]);
  expect(Object.keys(Object.prototype)).toEqual([]);
});

test("the environment is the process's own when none is given", async () => {
  const file = write("env.json", '{ "sources": [{ "files": ["a"], "fields": { "version": { "env": "PATH" } } }] }');
  const [only] = (await loadConfig(file)).sources;
  expect(only?.decode.fields.labels[1]).toEqual({ kind: "value", value: process.env["PATH"] });
});

describe("a config is refused in one message without a stack trace when it", () => {
  test.each([
    {
      does: "throws",
      name: "throw.ts",
      text: 'type A = number;\n\nthrow new Error("boom\\nand more");',
      says: "throw.ts:3: the config failed: Error (its text is not shown, since it may hold a secret)",
    },
    {
      does: "uses what is not there",
      name: "undefined.mjs",
      text: "const a = undefined;\nexport default { sources: a.b };",
      says: "undefined.mjs:2: the config failed: TypeError (its text is not shown, since it may hold a secret)",
    },
    {
      does: "exports a function that throws no error but a text",
      name: "text.js",
      text: 'export default () => { throw "no error"; };',
      says: "text.js: the config failed: a thrown string (its text is not shown, since it may hold a secret)",
    },
    {
      does: "exports a promise that fails",
      name: "reject.js",
      text: 'export default Promise.reject(new Error("nope"));',
      says: "reject.js:1: the config failed: Error (its text is not shown, since it may hold a secret)",
    },
    {
      does: "does not end",
      name: "syntax.ts",
      text: "export default {\n  sources: [\n",
      says: "syntax.ts:3: the config failed: ParseError: Unexpected token",
    },
    {
      does: "imports a file that is not there",
      name: "import.ts",
      text: 'import "./missing.ts";\nexport default {};',
      says: "import.ts:1: the config failed: Cannot find module './missing.ts'",
    },
    {
      does: "exports nothing by default",
      name: "named.ts",
      text: "export const config = {};",
      says: "named.ts: has no default export; end it with `export default defineConfig({ ... })`",
    },
    {
      does: "awaits what nothing brings",
      name: "never.ts",
      text: "export default new Promise(() => undefined);",
      says: "never.ts: the config exited before it finished; it waits for something that never completes",
    },
    {
      does: "ends the process",
      name: "exit.ts",
      text: "process.exit(0);",
      says: "exit.ts: the config exited before it finished; it waits for something that never completes",
    },
    {
      does: "holds a function",
      name: "function.ts",
      text: "export default { sources: () => [] };",
      says: "function.ts: a config must be plain data, except for extend.changeRules; it holds a function or an object of a class",
    },
    {
      does: "exports a number",
      name: "number.ts",
      text: "export default () => 5;",
      says: "number.ts: 1 fault in the config\n  config: expected an object like { sources: [...] }, got 5",
    },
    {
      does: "is empty",
      name: "empty.ts",
      text: "",
      says: "empty.ts: has no default export; end it with `export default defineConfig({ ... })`",
    },
    {
      does: "is no JSON",
      name: "bad.json",
      text: '{\n  "a": 1,\n  b\n}',
      says: "bad.json:3: invalid JSON: Expected double-quoted property name in JSON at position 14",
    },
    {
      does: "is JSON that ends too early",
      name: "end.json",
      text: '{\n  "sources": [',
      says: "end.json:2: invalid JSON: Unexpected end of JSON input",
    },
    {
      does: "has a JSON key twice",
      name: "twice.json",
      text: '{\n  "sources": [],\n\t"sources": []\n}',
      says: "twice.json:3: duplicate key in an object",
    },
    {
      does: "is no YAML",
      name: "bad.yaml",
      text: "a: 1\nb: [1\na: 2\nc: }",
      says: [
        "bad.yaml: invalid YAML",
        "  line 3: Flow sequence in block collection must be sufficiently indented and end with a ]",
        "  line 3: Map keys must be unique",
        '  line 4: Unexpected flow-map-end token in YAML stream: "}"',
      ].join("\n"),
    },
    {
      does: "is two YAML documents",
      name: "two.yaml",
      text: "sources: []\n---\nsources: []",
      says: "two.yaml: invalid YAML\n  line 2: second document; a config must be a single document",
    },
    {
      does: "is of another kind",
      name: "config.toml",
      text: "",
      says: "config.toml: unsupported file extension; expected one of .ts, .mts, .js, .mjs, .json, .yaml, .yml",
    },
  ])("a config is rejected in one message when it $does", async ({ name, text, says }) => {
    expect(await refusal(write(name, text))).toBe(says);
  });

  test("a config is rejected in one message when it never comes to its end", async () => {
    const file = write("loop.ts", "for (;;);");
    const says = `${file}: the config did not finish within 0.5 s; it waits for something that never completes`;
    await expect(evaluateModule(file, false, 500)).rejects.toMatchObject({ message: says, exitCode: 2 });
  });

  test("a config is rejected in one message when it is not there", async () => {
    const hint = "specify the config with --config FILE";
    expect(await refusal(join(dir, "none.ts"))).toBe(`none.ts: no such file; ${hint}`);
  });

  test("a config is rejected in one message when it is a directory", async () => {
    mkdirSync(join(dir, "folder.ts"));
    expect(await refusal(join(dir, "folder.ts"))).toBe("folder.ts: is a directory; specify the config file in it");
  });
});

test("the function of a config is there for those who call it, and harms nobody else", async () => {
  const text = `export default { sources: [{ files: ["a.jsonl"] }], extend: { changeRules: (group) => group } };`;
  const file = write("changes.ts", text);
  expect(typeof (await loadConfig(file, {}, true)).extend.changeRules).toBe("function");
  expect((await loadConfig(file, {})).extend.changeRules).toBeUndefined();
});
