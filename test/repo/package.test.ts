import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "@jest/globals";
import { repository } from "../support/repository.ts";
import { tempDir } from "../support/temp.ts";

const dir = tempDir();
const home = join(dir, "project");
/** What `npx model-quality-exporter` runs there. */
const installed = join(home, "node_modules/.bin/model-quality-exporter");

function run(command: string, args: readonly string[], cwd: string): { status: number | null; stdout: string } {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: "utf8" });
  if (status !== 0) throw new Error(`${command} ${args.join(" ")} ended with ${status}:\n${stdout}${stderr}`);
  return { status, stdout };
}

describe("the package", () => {
  let packed: readonly string[] = [];

  beforeAll(() => {
    // dist is built already; building it again would take it away from under the other tests.
    run("npm", ["run", "--silent", "notices"], repository);
    const { stdout } = run("npm", ["pack", "--ignore-scripts", "--json", "--pack-destination", dir], repository);
    const [report] = JSON.parse(stdout) as { filename: string; files: { path: string }[] }[];
    packed = report?.files.map(({ path }) => path) ?? [];
    mkdirSync(home);
    writeFileSync(join(home, "package.json"), "{}");
    run(
      "npm",
      ["install", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline", join(dir, report?.filename ?? "")],
      home,
    );
  });

  test("the package holds what runs and what is read, and no sources or tests", () => {
    expect(packed).toEqual(expect.arrayContaining(["README.md", "LICENSE", "CHANGELOG.md", "dist/cli/main.js"]));
    const top = new Set(packed.map((path) => path.split("/")[0]));
    expect([...top].sort()).toEqual(["CHANGELOG.md", "LICENSE", "README.md", "dist", "docs", "package.json"]);
    expect(packed.filter((path) => /^dist\/modules\/.*\.(?:js|json)$/u.test(path))).toEqual([]);
  });

  test("the package brings the licences of all code of others, that inside of packages included", () => {
    const notices = readFileSync(
      join(home, "node_modules/model-quality-exporter/dist/THIRD_PARTY_NOTICES.txt"),
      "utf8",
    );
    for (const name of ["express 5", "zod 4", "lmdb 3"]) expect(notices).toContain(name);
    expect(notices).toContain("The OpenLDAP Public License");
  });

  test("the bill of materials names what is in the bundle and what is installed beside it, with hashes", () => {
    const bill = JSON.parse(
      readFileSync(join(home, "node_modules/model-quality-exporter/dist/sbom.cdx.json"), "utf8"),
    ) as { bomFormat: string; components: { name: string; hashes?: { content: string }[] }[] };
    expect(bill.bomFormat).toBe("CycloneDX");
    const names = bill.components.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(["express", "prom-client", "chokidar", "yaml", "lmdb", "jiti"]));
    expect(names).not.toContain("typescript");
    expect(bill.components.filter(({ hashes = [] }) => hashes.length === 0)).toEqual([]);
  });

  test("the package brings few others, none of which needs to run a script to be installed", () => {
    const names = readdirSync(join(home, "node_modules"), { recursive: true, encoding: "utf8" }).flatMap(
      (path) => /^(?:.*\/)?node_modules\/((?:@[^/]+\/)?[^/]+)\/package\.json$/u.exec(`node_modules/${path}`)?.[1] ?? [],
    );
    expect(names).toEqual(expect.arrayContaining(["model-quality-exporter", "lmdb", "jiti", "re2js"]));
    expect(names.length).toBeLessThan(20);
  });

  test("the package answers --help where it was installed into an empty folder", () => {
    expect(run(installed, ["--help"], home).stdout).toContain("serve");
  });

  test("the package loads a TypeScript config there that imports it by its name", () => {
    writeFileSync(
      join(home, "model-quality.config.ts"),
      `import { defineConfig } from "model-quality-exporter";
      const threshold: number = 0.5;
      export default defineConfig({
        sources: [{
          files: ["*.jsonl"],
          fields: { predicted: { score: "p", threshold, below: "legit", above: "fraud" } },
        }],
      });`,
    );
    writeFileSync(join(home, "log.jsonl"), '{"model":"fraud","p":0.9,"label":"fraud"}\n');
    const { stdout } = run(installed, ["replay", "--json", "log.jsonl"], home);
    expect(JSON.parse(stdout)).toMatchObject({ tags: [{ labels: { model: "fraud" } }], lines: { accepted: 1 } });
  });

  test("the package is typed for a strict project that uses it, and asks for no types of others", () => {
    const strict = { strict: true, skipLibCheck: false, exactOptionalPropertyTypes: true, types: [] };
    const compilerOptions = { ...strict, noEmit: true, module: "nodenext", target: "es2023" };
    writeFileSync(
      join(home, "tsconfig.json"),
      JSON.stringify({ compilerOptions, include: ["model-quality.config.ts"] }),
    );
    run(join(repository, "node_modules/.bin/tsc"), ["-p", home], home);
  });
});
