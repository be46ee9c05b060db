import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import ts from "typescript";
import { loadConfig } from "../../src/config/load.ts";
import { run } from "../support/daemon.ts";
import { codeBlocks, documentationPages } from "../support/documentation.ts";
import { readRepositoryFile, repository } from "../support/repository.ts";
import { tempDir } from "../support/temp.ts";

const dir = tempDir();

/** Every whole config of a page; those of docs/forms.md are loaded by the tests that it is written from. */
const examples = documentationPages.flatMap((page) =>
  codeBlocks(page, "ts")
    .filter((text) => text.includes("defineConfig("))
    .map((text, index) => ({ what: `${page} ${index + 1}`, text })),
);

/** What the compiler says of configs that stand beside the sample config, each fault as `WHAT: message`. */
function compilerFaults(configs: readonly { what: string; text: string }[]): readonly string[] {
  const { config } = ts.readConfigFile(join(repository, "tsconfig.json"), (path) => ts.sys.readFile(path)) as {
    config: unknown;
  };
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, repository);
  const named = new Map(configs.map((one, index) => [join(repository, `example-${index}.config.ts`), one]));
  const host = ts.createCompilerHost(options);
  host.fileExists = (path) => named.has(path) || ts.sys.fileExists(path);
  host.readFile = (path) => named.get(path)?.text ?? ts.sys.readFile(path);
  return ts.getPreEmitDiagnostics(ts.createProgram([...named.keys()], options, host)).map(({ file, messageText }) => {
    const message = ts.flattenDiagnosticMessageText(messageText, "\n");
    return `${named.get(file?.fileName ?? "")?.what ?? "?"}: ${message}`;
  });
}

describe("the configs in the documentation", () => {
  test("the configs compile, and a fault in one would show", () => {
    expect(new Set(examples.map(({ what }) => what.split(" ")[0])).size).toBeGreaterThanOrEqual(8);
    const faulty = { what: "faulty", text: examples[0]?.text.replace("sources", "sauces") ?? "" };
    expect(compilerFaults([...examples, faulty])).toEqual([expect.stringMatching(/^faulty: .*sauces/u)]);
  });

  test("the configs load", async () => {
    const refused: string[] = [];
    const others = examples.filter(({ what }) => !what.startsWith("docs/forms.md"));
    for (const [index, { what, text }] of others.entries()) {
      const folder = join(dir, String(index));
      mkdirSync(folder);
      writeFileSync(join(folder, "model-quality.config.ts"), text);
      await loadConfig(join(folder, "model-quality.config.ts")).catch((error: unknown) => {
        refused.push(`${what}: ${String(error)}`);
      });
    }
    expect(refused).toEqual([]);
  });

  test("the README shows a line that its first config counts", async () => {
    writeFileSync(join(dir, "first.config.ts"), codeBlocks("README.md", "ts")[0] ?? "");
    writeFileSync(join(dir, "line.jsonl"), codeBlocks("README.md", "json")[0] ?? "");
    const { stdout } = await run(["replay", "--json", "--config", "first.config.ts", "line.jsonl"], { cwd: dir });
    expect(JSON.parse(stdout)).toMatchObject({
      tags: [{ labels: { model: "fraud", version: "v3" } }],
      lines: { read: 1, accepted: 1 },
    });
  });

  test("the line and the objective of the walk through the house are ones that the exporter takes", async () => {
    const [objective = ""] = codeBlocks("docs/how-it-works.md", "ts");
    writeFileSync(
      join(dir, "walk.config.ts"),
      `const objective = ${objective.trim()};
       export default {
         sources: [{ files: ["*.jsonl"] }],
         models: { fraud: { team: "payments", objectives: [objective] } },
         teams: { payments: { critical: ["hook"] } },
         receivers: { hook: { webhook: { url: "http://127.0.0.1:5001/" } } },
         alerting: { defaultReceiver: "hook" },
       };`,
    );
    writeFileSync(join(dir, "walk.jsonl"), codeBlocks("docs/how-it-works.md", "json")[0] ?? "");
    const { stdout } = await run(["replay", "--json", "--config", "walk.config.ts", "walk.jsonl"], { cwd: dir });
    expect(JSON.parse(stdout)).toMatchObject({
      tags: [{ labels: { model: "fraud", version: "v3" }, objectives: [{ metric: "recall", verdict: "quiet" }] }],
      lines: { read: 1, accepted: 1 },
    });
  });

  test("the README is what a newcomer can read in ten minutes", () => {
    expect(readRepositoryFile("README.md").split("\n").length).toBeLessThanOrEqual(250);
  });
});
