import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "@jest/globals";

/** Makes an empty folder that is removed after the tests of this file. */
export function tempDir(): string {
  const dir = mkdtempSync(join(tmpdir(), "model-quality-"));
  afterAll(() => {
    rmSync(dir, { recursive: true, force: true });
  });
  return dir;
}
