import { rmSync } from "node:fs";
import { expect, test } from "@jest/globals";
import { eventually } from "../support/eventually.ts";
import { openFiles } from "../support/open-files.ts";
import { tempDir } from "../support/temp.ts";
import { Solo } from "./solo.ts";

const root = tempDir();
/** For so long a deleted file is held after it last grew (ms). */
const heldMs = 5000;

test("a deleted file is held until it has not grown for 5 s, and then frees its room on the disk", async () => {
  const solo = new Solo(root);
  const { folder } = solo;
  const held = (): readonly string[] => openFiles(solo.daemon.pid, folder.dir);
  const writer = folder.open();
  folder.writeTo(writer, 5);
  await solo.start();
  await solo.settled();
  expect(held()).toEqual([folder.app]);
  rmSync(folder.app);
  const grown = performance.now();
  folder.writeTo(writer, 5);
  await solo.settled();
  await eventually(() => held().length === 0, "it is closed");
  // From below: on a busy machine it is only held for longer.
  expect(performance.now() - grown).toBeGreaterThan(heldMs);
  folder.closeAll();
});
