import { mkdtempSync, renameSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test } from "@jest/globals";
import { watchConfig } from "../../src/server/config-watch.ts";
import { eventually } from "../support/eventually.ts";
import { watchedInodes } from "../support/inotify.ts";
import { tempDir } from "../support/temp.ts";

const base = tempDir();
/** By itself it looks no sooner than this (ms). */
const anHour = 3_600_000;

let unwatch = (): void => undefined;
// Whatever comes of a test, nothing is to be left that runs for an hour.
afterEach(() => {
  unwatch();
});

async function watched(path: string): Promise<void> {
  await eventually(() => watchedInodes("self").includes(statSync(path, { bigint: true }).ino), `${path} is watched`);
}

test.each([
  {
    way: "written over",
    put: (path: string, content: string): void => {
      // Not made empty first: whoever reads it just then would see two changes.
      writeFileSync(path, content, { flag: "r+" });
    },
  },
  {
    way: "replaced",
    put: (path: string, content: string): void => {
      writeFileSync(`${path}.next`, content);
      renameSync(`${path}.next`, path);
    },
  },
])("a config that is $way is noticed by events alone, each time", async ({ put }) => {
  const path = join(mkdtempSync(join(base, "c-")), "config.json");
  writeFileSync(path, "0");
  let changes = 0;
  unwatch = watchConfig(path, () => changes++, anHour);
  for (let change = 1; change <= 3; change++) {
    await watched(path);
    put(path, String(change));
    await eventually(() => changes === change, `change ${change} is noticed`);
  }
  unwatch();
  await eventually(() => watchedInodes("self").length === 0, "nothing is watched any more");
  expect(changes).toBe(3);
});
