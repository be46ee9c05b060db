import { execFile } from "node:child_process";
import { chmodSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, expect, test } from "@jest/globals";
import { tempDir } from "../support/temp.ts";

const readOnly = tempDir();
const unreadable = tempDir();
afterEach(() => {
  // So that whoever is not root can remove them.
  for (const dir of [readOnly, unreadable]) chmodSync(dir, 0o755);
});

const built = new URL("../../dist/config/load.js", import.meta.url).href;
const script = `
  const { loadConfig } = await import(${JSON.stringify(built)});
  const { writeFileSync } = await import("node:fs");
  let writable = true;
  try { writeFileSync("probe", ""); } catch { writable = false; }
  const config = await loadConfig("model-quality.config.ts").catch((error) => ({ error: error.text ?? String(error) }));
  console.log(JSON.stringify({ writable, windows: config.windows, error: config.error }));
`;

/** Loads `model-quality.config.ts` of a folder by the built package, as a user who may not write there. */
async function loadIn(dir: string): Promise<unknown> {
  // Root may write anywhere, so root becomes nobody.
  const user = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
  const env = { PATH: process.env["PATH"], HOME: dir, TMPDIR: dir };
  const options = { cwd: dir, env, ...user };
  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", script], options);
  return JSON.parse(stdout);
}

test("a TypeScript config loads from a folder that is read-only and has no node_modules", async () => {
  const dir = readOnly;
  writeFileSync(join(dir, "windows.ts"), 'export const windows = ["7m"] as const;');
  const text = `import { defineConfig } from "model-quality-exporter";
    import { windows } from "./windows.ts";
    export default defineConfig({ sources: [{ files: ["a.jsonl"] }], windows });`;
  writeFileSync(join(dir, "model-quality.config.ts"), text);
  chmodSync(dir, 0o555);
  expect(await loadIn(dir)).toEqual({
    writable: false,
    windows: [{ kind: "time", label: "7m", ms: 420_000, panes: 60 }],
  });
  expect(readdirSync(dir).sort()).toEqual(["model-quality.config.ts", "windows.ts"]);
});

test("a config that may not be read is refused as such", async () => {
  const dir = unreadable;
  writeFileSync(join(dir, "model-quality.config.ts"), "export default {};");
  chmodSync(join(dir, "model-quality.config.ts"), 0);
  chmodSync(dir, 0o555);
  const file = join(dir, "model-quality.config.ts");
  const error = `${file}: cannot be read: EACCES: permission denied, access '${file}'`;
  expect(await loadIn(dir)).toEqual({ writable: false, error });
});
