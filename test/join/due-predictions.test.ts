import { expect, test } from "@jest/globals";
import { Cells } from "../../src/join/cells.ts";
import { DuePredictions } from "../../src/join/due-predictions.ts";
import { state } from "../../src/join/id-table.ts";
import { Pool } from "../../src/join/pool.ts";

const maxIds = 10;

test("predictions that get their label are not kept, however many, and those that wait are shown the earliest first", () => {
  const cells = new Cells(["model"]);
  const tag = cells.tag(["m"]);
  const waiting = cells.cell(tag, "a", undefined);
  const joined = cells.cell(tag, "a", "b");
  const pool = new Pool(1000, 1_000_000, cells, { next: 0 });
  const due = new DuePredictions(maxIds);
  const left: number[] = [];
  for (let at = 2000; at > 1000; at--) {
    pool.write("new", at, at, state.predicted, waiting, at, 0);
    due.add(at, pool, at, at);
    expect(due.size).toBeLessThanOrEqual(2 * maxIds);
    if (at % 200 === 0) left.unshift(at);
    else if (pool.table.seek(at, at)) pool.write("cursor", at, at, state.joined, joined, at, 0);
  }
  const shown: number[] = [];
  due.show(1500, (of, low) => {
    if (of.table.state === state.predicted) shown.push(low);
  });
  expect(shown).toEqual(left.filter((at) => at < 1500));
  due.show(3000, (of, low) => {
    if (of.table.state === state.predicted) shown.push(low);
  });
  expect(shown).toEqual(left);
});
