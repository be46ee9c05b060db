import { expect, test } from "@jest/globals";
import { IdTable } from "../../src/join/id-table.ts";

test("an id takes 18 bytes, as docs/labels.md says, whatever their number", () => {
  const table = new IdTable();
  let seed = 1;
  const random = (): number => (seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0);
  const perId: number[] = [];
  for (let ids = 1; ids <= 2_000_000; ids++) {
    table.insert(random(), random());
    table.set(1, 0, 0, 0x1_0000_0000 * 200);
    if (ids >= 1_000_000 && ids % 100_000 === 0) perId.push(table.bytes / ids);
  }
  expect(Math.max(...perId)).toBeLessThan(18.8);
  expect(perId.reduce((sum, bytes) => sum + bytes, 0) / perId.length).toBeCloseTo(18.1, 0);
});
