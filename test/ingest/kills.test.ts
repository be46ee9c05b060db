import { beforeAll, describe, expect, test } from "@jest/globals";
import { ingestFaultPoints, type FaultPoint } from "../../src/fault-points.ts";
import { countedBy } from "../torture/outcomes.js";
import { Victim } from "../torture/victim.js";
import { Api, lines, ndjson, outcomes, send, type Answer } from "./api.ts";

const bodies = 5;
const perBody = 100;
const body = ndjson(outcomes(perBody));

/** What came of posting to a daemon that kills itself. */
interface Fate {
  deaths: number;
  /** What was counted after each restart, beyond what had been answered: a whole body or nothing. */
  readonly found: number[];
  readonly answers: unknown[];
  total: number;
}

async function countedAt(victim: Victim): Promise<number> {
  if (!(await victim.listens())) throw new Error(victim.log);
  const cells = (await countedBy(victim.url)).get("m") ?? new Map<string, number>();
  return [...cells.values()].reduce((sum, count) => sum + count, 0);
}

/** Posts bodies, each with a key, until each has its answer, and starts the daemon again when it has killed itself. */
async function dieAt(point: FaultPoint): Promise<Fate> {
  const dir = Api.folder();
  const fate: Fate = { deaths: 0, found: [], answers: [], total: 0 };
  let victim = new Victim(dir, `${point}:${point in visits ? visits[point] : 2}`);
  for (let at = 0; at < bodies; at++) {
    for (let answer: Answer | undefined; answer === undefined;) {
      try {
        if (!(await victim.listens())) throw new Error("not listening");
        answer = await send(victim.url, { headers: { ...lines, "idempotency-key": `key ${at}` }, body });
        fate.answers.push(answer.json);
      } catch {
        // Whether the events were counted is not known: they are posted again.
        await victim.kill();
        fate.deaths++;
        victim = new Victim(dir);
        fate.found.push((await countedAt(victim)) - at * perBody);
      }
    }
  }
  if (victim.hasEnded) {
    fate.deaths++;
    victim = new Victim(dir);
  }
  fate.total = await countedAt(victim);
  await victim.kill();
  return fate;
}

/** Visits of a point before the daemon kills itself there, where others come by than requests. */
const visits: Readonly<Partial<Record<FaultPoint, number>>> = { taken: 3, written: 6, durable: 3, committed: 3 };

describe("a daemon that is killed while events are posted", () => {
  const points: readonly FaultPoint[] = [...ingestFaultPoints, "taken", "written", "durable", "committed"];
  const fates = new Map<FaultPoint, Fate>();

  beforeAll(async () => {
    const waiting = [...points];
    const worker = async (): Promise<void> => {
      for (let point = waiting.shift(); point !== undefined; point = waiting.shift())
        fates.set(point, await dieAt(point));
    };
    await Promise.all([worker(), worker(), worker()]);
  }, 120_000);

  test.each(points)(
    "%s: what was answered is there, what was not is there as a whole or not at all, and a retry makes it exact",
    (point) => {
      const fate = fates.get(point);
      expect(fate).toMatchObject({ deaths: 1, total: bodies * perBody });
      expect(fate?.answers).toEqual(
        Array.from({ length: bodies }, () => ({ accepted: perBody, duplicates: 0, rejected: [] })),
      );
      for (const found of fate?.found ?? []) expect([0, perBody]).toContain(found);
    },
  );

  test("right after the answer all is there, without any retry", async () => {
    const dir = Api.folder();
    const victim = new Victim(dir);
    await victim.listens();
    expect((await send(victim.url, { headers: lines, body })).status).toBe(202);
    await victim.kill();
    const next = new Victim(dir);
    expect(await countedAt(next)).toBe(perBody);
    await next.kill();
  });
});
