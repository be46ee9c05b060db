import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { countedBy, difference, Outcomes } from "./outcomes.js";
import { Random } from "./random.js";
import { Victim } from "./victim.js";

/** Where a daemon that events are posted to may be told to kill itself: the names of src/fault-points.ts. */
const faults = ["received", "posted", "keyed", "kept", "answered", "taken", "written", "durable", "committed"];
/** Clients that post at once, each outcomes of a model of its own. */
const clientCount = 4;
/** After so many kills all that was answered is compared. */
const killsPerRest = 10;

/**
 * Clients post events, and each body again with its key until it is answered, while the daemon is killed `kills` times. In
 * the end each outcome counts once.
 *
 * @param {{ dir: string, kills: number, seed: number }} options
 * @param {(toll: Readonly<import("./ordeal.js").Toll>) => void} [onProgress]
 * @returns {Promise<import("./ordeal.js").Toll>}
 */
export async function torturePosting({ dir, kills, seed }, onProgress = () => undefined) {
  const random = new Random(seed);
  mkdirSync(dir, { recursive: true });
  const fields = { model: "model", version: "version", predicted: "prediction", actual: "label" };
  const sources = [{ name: "api", http: {}, fields }];
  writeFileSync(join(dir, "config.json"), JSON.stringify({ sources, windows: [{ last: 1_000_000 }] }));
  /** @type {import("./ordeal.js").Toll} */
  const toll = { kills: 0, early: 0, faults: 0, rotations: 0, lines: 0, lost: 0, twice: 0, differences: [] };
  const clients = Array.from({ length: clientCount }, (_, at) => new Client(`model ${at}`, new Random(seed + at)));
  while (toll.kills < kills && toll.differences.length === 0) {
    const fault = random.chance(0.4) ? `${random.one(faults)}:${random.whole(1, 12)}` : "";
    const victim = new Victim(dir, fault);
    const posting = clients.map((client) => client.postTo(victim));
    const isEarly = random.chance(0.2);
    while (!isEarly && victim.url === "" && !victim.hasEnded) await sleep(5);
    const end = performance.now() + random.whole(0, 1200);
    while (performance.now() < end && !victim.hasEnded) await sleep(5);
    if (victim.hasEnded && fault !== "") toll.faults++;
    if (victim.url === "") toll.early++;
    await victim.kill();
    await Promise.all(posting);
    toll.kills++;
    toll.lines = clients.reduce((sum, { outcomes }) => sum + outcomes.written, 0);
    onProgress(toll);
    if (toll.kills % killsPerRest === 0 || toll.kills === kills) await compare(dir, clients, toll);
  }
  return toll;
}

/** Posts numbered outcomes, a body at a time. */
class Client {
  outcomes;
  #random;
  #bodies = 0;
  /** What was posted and not answered yet. @type {{ key: string, body: string } | undefined} */
  #open;

  /** @param {string} model @param {Random} random */
  constructor(model, random) {
    this.outcomes = new Outcomes(model);
    this.#random = random;
  }

  /** Posts until the daemon has ended. @param {Victim} victim */
  async postTo(victim) {
    while (!victim.hasEnded) {
      this.#open ??= {
        key: `${this.outcomes.model} ${this.#bodies++}`,
        body: this.outcomes.lines(this.#random.whole(1, 60)),
      };
      await this.#send(victim);
    }
  }

  /** Posts what has no answer yet, until it has one. @param {Victim} victim */
  async finish(victim) {
    while (this.#open !== undefined) await this.#send(victim);
  }

  /** @param {Victim} victim */
  async #send(victim) {
    const { key, body } = this.#open ?? { key: "", body: "" };
    if (!(await victim.listens())) return;
    const headers = { "Content-Type": "application/x-ndjson", "Idempotency-Key": key };
    let status;
    try {
      const answer = await fetch(`${victim.url}/api/v1/events`, { method: "POST", headers, body });
      ({ status } = answer);
      await answer.text();
    } catch {
      // It was killed: whether the events count is not known. What has a status was answered all the same.
    }
    if (status === 202) this.#open = undefined;
    else if (status === undefined || status === 409 || status === 503) await sleep(10);
    else throw new Error(`answered with ${status}`);
  }
}

/** @param {string} dir @param {readonly Client[]} clients @param {import("./ordeal.js").Toll} toll */
async function compare(dir, clients, toll) {
  const victim = new Victim(dir);
  if (!(await victim.listens())) throw new Error(`the daemon has ended:\n${victim.log}`);
  await Promise.all(clients.map((client) => client.finish(victim)));
  await victim.kill();
  // Again from the disk: what was answered is there.
  const next = new Victim(dir);
  if (!(await next.listens())) throw new Error(`the daemon has ended:\n${next.log}`);
  const counted = await countedBy(next.url);
  for (const { outcomes } of clients) {
    const { lost, twice } = difference(outcomes.expected, counted.get(outcomes.model) ?? new Map());
    toll.lost += lost;
    toll.twice += twice;
    if (lost + twice > 0) toll.differences.push(`${outcomes.model}: lost ${lost}, counted twice ${twice}`);
  }
  await next.kill();
}
