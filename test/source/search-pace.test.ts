import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { expect, test } from "@jest/globals";
import { tempDir } from "../support/temp.ts";
import { withTail } from "./tail-bed.ts";

const base = tempDir();

/** As a long answer to a request: a turn of the event loop that belongs to others. */
function work(): void {
  const before = process.cpuUsage();
  for (let used = 0; used < 10_000;) {
    const { user, system } = process.cpuUsage(before);
    used = user + system;
  }
}

test("new files are found at the pace of the search itself, however much others do between its parts", async () => {
  const dir = mkdtempSync(join(base, "s-"));
  const files = 15;
  await withTail({ files: [join(dir, "*/*/*.log")], watch: false, discoverMs: 1, pollMs: 1 }, async (bed) => {
    let turns = 0;
    for (let at = 0; at < files; at++) {
      mkdirSync(join(dir, `${at}/deep`), { recursive: true });
      writeFileSync(join(dir, `${at}/deep/app.log`), `${at}\n`);
      for (; bed.lines.length <= at && turns < 10_000; turns++) {
        work();
        await nextTurn();
      }
    }
    // A search takes some turns, and as many go by until the next: with the others' work counted, it would be five times as many.
    expect(turns).toBeLessThan(files * 25);
  });
});
