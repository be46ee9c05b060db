import { mkdirSync, mkdtempSync } from "node:fs";
import { join } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { expect, test } from "@jest/globals";
import { tempDir } from "../support/temp.ts";
import { withTail } from "./tail-bed.ts";

const base = tempDir();

/** As a long answer to a request: a turn of the event loop that belongs to others. */
function work(): void {
  const before = process.cpuUsage();
  for (let used = 0; used < 5000;) {
    const { user, system } = process.cpuUsage(before);
    used = user + system;
  }
}

/** Gives others turns of the event loop until something is over; how many turns that took. */
async function turnsUntil(isOver: () => boolean): Promise<number> {
  let turns = 0;
  for (; !isOver(); turns++) {
    work();
    await nextTurn();
  }
  return turns;
}

test("the search for files rests for as long as it takes, however much others do between its parts", async () => {
  const dir = mkdtempSync(join(base, "s-"));
  for (let at = 0; at < 10; at++) mkdirSync(join(dir, `${at}/deep`), { recursive: true });
  const files = [join(dir, "*/*/*.log")];
  const rounds = 10;

  // Without files, each search asks for the time once, and nothing else does.
  let searches = 0;
  const clock = (): number => {
    searches++;
    return Date.now();
  };
  const alone = await withTail({ files, byHand: true }, async (bed) => {
    let turns = 0;
    for (let round = 0; round < rounds; round++) {
      let isOver = false;
      void bed.look().then(() => (isOver = true));
      turns += await turnsUntil(() => isOver);
    }
    return turns;
  });
  const repeated = await withTail({ files, watch: false, discoverMs: 1, pollMs: 1, clock }, () => {
    const until = searches + rounds;
    return turnsUntil(() => searches >= until);
  });

  // Twice as many with the rest; were the work of others counted as the search's own, it would be six times as many.
  expect(repeated / alone).toBeLessThan(4);
});
