import { existsSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { run } from "../support/daemon.ts";
import { filesUnder, readRepositoryFile, repository } from "../support/repository.ts";
import { tempDir } from "../support/temp.ts";

const dir = tempDir();
const pages = filesUnder("docs").filter((path) => path.endsWith(".md"));

/** The paths of this repository that a page names: as code, or as the target of a link. */
function namedPaths(page: string): readonly string[] {
  const text = readRepositoryFile(page);
  const code = [...text.matchAll(/`((?:src|test|docs|examples)\/[^`\s*<]+|\.dependency-cruiser\.cjs)`/gu)];
  const links = [...text.matchAll(/\]\((?!https?:|#)([^)#\s]+)/gu)];
  return [
    ...new Set([
      ...code.map(([, path = ""]) => path),
      ...links.map(([, target = ""]) => join(dirname(page), decodeURI(target))),
    ]),
  ];
}

/** The only block of a language in a page. */
function block(page: string, language: string): string {
  return new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, "msu").exec(readRepositoryFile(page))?.[1] ?? "";
}

describe("the pages of docs", () => {
  test.each(["README.md", ...pages])("%s names no file of the repository that is not there", (page) => {
    expect(namedPaths(page).filter((path) => !existsSync(join(repository, path)))).toEqual([]);
  });

  test("the walk through the house names a file of every folder of the sources", () => {
    const folders = new Set(filesUnder("src").flatMap((path) => /^src\/([^/]+)\//u.exec(path)?.[1] ?? []));
    const named = new Set(namedPaths("docs/how-it-works.md").flatMap((path) => /^src\/([^/]+)/u.exec(path)?.[1] ?? []));
    expect([...folders].filter((folder) => !named.has(folder))).toEqual([]);
  });

  test("each page of docs is named by the README", () => {
    const readme = readRepositoryFile("README.md");
    expect(pages.filter((page) => !readme.includes(page))).toEqual([]);
  });

  test("the line and the objective of the walk through the house are ones that the exporter takes", async () => {
    const objective = block("docs/how-it-works.md", "ts");
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
    writeFileSync(join(dir, "walk.jsonl"), block("docs/how-it-works.md", "json"));
    const { stdout } = await run(["replay", "--json", "--config", "walk.config.ts", "walk.jsonl"], { cwd: dir });
    expect(JSON.parse(stdout)).toMatchObject({
      tags: [{ labels: { model: "fraud", version: "v3" }, objectives: [{ metric: "recall", verdict: "quiet" }] }],
      lines: { read: 1, accepted: 1 },
    });
  });
});
