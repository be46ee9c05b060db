import { execFile } from "node:child_process";
import { chmodSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { tempDir } from "../support/temp.ts";

const loader = new URL("../../dist/modules/config/load.js", import.meta.url).href;
const dirs = { readOnly: tempDir(), unreadable: tempDir(), writable: tempDir(), edited: tempDir() };
const config = `import { defineConfig } from "model-quality-exporter";
import { windows } from "./windows.ts";
export default defineConfig({ sources: [{ files: ["a.jsonl"] }], windows });
`;

// Whoever is not root must be able to remove the folders again.
afterEach(() => {
  for (const dir of Object.values(dirs)) chmodSync(dir, 0o755);
});

/**
 * Runs a script in a folder by the built package, outside of jest, whose own module system hides what a cache does, and
 * as a user who has only the rights that the folder gives. `load()` tells the windows, or the error. Gives what the
 * script returns.
 */
async function runIn(dir: string, script: string): Promise<unknown> {
  const program = `
    const { writeFileSync } = await import("node:fs");
    const { loadConfig } = await import(${JSON.stringify(loader)});
    const labels = (config) => config.windows.map(({ label }) => label);
    const load = () => loadConfig("model-quality.config.ts").then(labels, (error) => error.text ?? String(error));
    const canWrite = () => { try { writeFileSync("probe", ""); return true; } catch { return false; } };
    const run = async () => { ${script} };
    console.log(JSON.stringify(await run()));`;
  // Root may read and write anything, so root becomes nobody.
  const user = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
  const options = { cwd: dir, env: { PATH: process.env["PATH"], HOME: dir, TMPDIR: join(dir, "tmp") }, ...user };
  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", program], options);
  return JSON.parse(stdout);
}

describe("a TypeScript config in a folder without node_modules", () => {
  beforeEach(() => {
    for (const dir of Object.values(dirs)) {
      writeFileSync(join(dir, "model-quality.config.ts"), config, { mode: 0o644 });
      writeFileSync(join(dir, "windows.ts"), 'export const windows = ["7m"] as const;', { mode: 0o644 });
    }
  });

  test("a config without node_modules loads where nothing can be written", async () => {
    chmodSync(dirs.readOnly, 0o555);
    expect(await runIn(dirs.readOnly, "return [canWrite(), await load()];")).toEqual([false, ["7m"]]);
  });

  test("a config without node_modules leaves nothing behind where something could be written", async () => {
    mkdirSync(join(dirs.writable, "tmp"));
    for (const dir of [dirs.writable, join(dirs.writable, "tmp")]) chmodSync(dir, 0o777);
    expect(await runIn(dirs.writable, "return await load();")).toEqual(["7m"]);
    expect(readdirSync(dirs.writable, { recursive: true }).sort()).toEqual([
      "model-quality.config.ts",
      "tmp",
      "windows.ts",
    ]);
  });

  test("a config without node_modules is read anew by each load, with what it imports", async () => {
    for (const name of ["model-quality.config.ts", "windows.ts"]) chmodSync(join(dirs.edited, name), 0o666);
    const script = `
      const first = await load();
      writeFileSync("windows.ts", 'export const windows = ["8m"];');
      const second = await load();
      writeFileSync("model-quality.config.ts", 'export default { sources: [{ files: ["b"] }], windows: ["9m"] };');
      return [first, second, await load()];`;
    expect(await runIn(dirs.edited, script)).toEqual([["7m"], ["8m"], ["9m"]]);
  });

  test("a config without node_modules is rejected with the reason when it is unreadable", async () => {
    const file = join(dirs.unreadable, "model-quality.config.ts");
    chmodSync(dirs.unreadable, 0o555);
    chmodSync(file, 0);
    const error = `${file}: cannot read the file: EACCES: permission denied, access '${file}'`;
    expect(await runIn(dirs.unreadable, "return await load();")).toBe(error);
    chmodSync(file, 0o644);
  });
});

test.each(["config.mjs", "config.js", "config.ts"])(
  "%s as a module is read anew with all that it imports",
  async (name) => {
    const dir = dirs.edited;
    chmodSync(dir, 0o777);
    writeFileSync(join(dir, "package.json"), '{"type":"module"}', { mode: 0o644 });
    const script = `
    const kinds = ["mjs", "cjs", "js", "ts", "json"];
    const windows = async (minutes) => {
      for (const kind of kinds) {
        const exported = kind === "cjs" ? "module.exports = " : kind === "json" ? "" : "export default ";
        writeFileSync("part." + kind, exported + JSON.stringify({ window: String(minutes) + kinds.indexOf(kind) + "m" }));
      }
      const imports = kinds.map((kind) => 'import ' + kind + '_ from "./part.' + kind + '";').join("");
      const list = kinds.map((kind) => kind + "_.window").join() + ', "' + minutes + '9m"';
      writeFileSync("${name}", imports + 'export default { sources: [{ files: ["a"] }], windows: [' + list + "] };");
      return labels(await loadConfig("${name}"));
    };
    return [await windows(1), await windows(2)];`;
    expect(await runIn(dir, script)).toEqual(
      [1, 2].map((minutes) => [0, 1, 2, 3, 4, 9].map((at) => `${minutes}${at}m`)),
    );
  },
);
