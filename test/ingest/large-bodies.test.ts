import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { lines, ndjson, outcomes, send } from "./api.ts";
import { serveEvents, type InProcess } from "./in-process.ts";

const count = 50_000;
/** Not short, so that the whole body is long for each of its events. */
const events = outcomes(count).map((event) => ({ ...event, note: "-".repeat(200) }));
let served: InProcess;
beforeAll(async () => {
  served = await serveEvents({ maxEvents: count, maxBodyBytes: 2 ** 24 }, () => Promise.resolve(true));
});
afterAll(() => {
  served.close();
});

/** Posts a body of all events; resolves to how long that takes (ms). */
async function timeOf(type: string, body: string): Promise<number> {
  const before = performance.now();
  const { status } = await send(served.url, { headers: { "content-type": type }, body });
  expect(status).toBe(202);
  return performance.now() - before;
}

test("an array of many events holds the exporter up hardly longer than the same events as lines", async () => {
  const asLines = await timeOf(lines["content-type"], ndjson(events));
  const asArray = await timeOf("application/json", JSON.stringify(events));
  // Where each event costs the length of the body, the array takes many times as long.
  expect(asArray).toBeLessThan(10 * asLines);
  expect(served.counted()).toBe(2 * count);
});
