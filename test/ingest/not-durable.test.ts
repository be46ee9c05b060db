import { expect, test } from "@jest/globals";
import { lines, ndjson, outcomes, send, type Answer } from "./api.ts";
import { serveEvents } from "./in-process.ts";

const body = ndjson(outcomes(3));
const headers = { ...lines, "idempotency-key": "k" };

test("what could not be written down is not confirmed, and a retry with the key is confirmed once it is, and counts once", async () => {
  let isFull = true;
  const events = await serveEvents({}, () => Promise.resolve(!isFull));
  const post = (): Promise<Answer> => send(events.url, { headers, body });
  for (const answer of [await post(), await post()]) {
    expect([answer.status, answer.headers["retry-after"]]).toEqual([503, "5"]);
  }
  isFull = false;
  const answer = await post();
  expect([answer.status, answer.json]).toEqual([202, { accepted: 3, duplicates: 0, rejected: [] }]);
  expect(events.counted()).toBe(3);
  events.close();
});

test("while the config is switched a request waits, and is answered by the next one; at a stop it is refused", async () => {
  const events = await serveEvents({}, () => Promise.resolve(true));
  const { reception } = events.intake;
  events.intake.close();
  const waiting = send(events.url, { headers, body });
  // The bytes are held meanwhile.
  while (events.intake.queue.bytes === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  expect(events.counted()).toBe(0);
  events.intake.open(reception);
  expect((await waiting).status).toBe(202);
  events.intake.stop();
  const refused = await send(events.url, { headers, body });
  expect([refused.status, refused.headers["retry-after"]]).toEqual([503, "5"]);
  expect([events.counted(), events.intake.queue.bytes, events.intake.running.size]).toEqual([3, 0, 0]);
  events.close();
});

test("a commit that fails is answered with 500 and holds nothing, rather than leaving the client without an answer", async () => {
  const events = await serveEvents({}, () => Promise.reject(new Error("the disk is gone")));
  const { status } = await send(events.url, { headers, body });
  expect([status, events.intake.queue.bytes, events.intake.running.size]).toEqual([500, 0, 0]);
  events.close();
});
