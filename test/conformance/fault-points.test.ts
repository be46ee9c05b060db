import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { beforeAll, describe, expect, test } from "@jest/globals";
import { faultPoints, type FaultPoint } from "../../src/fault-points.ts";
import { tempDir } from "../support/temp.ts";
import { countedBy, difference } from "../torture/outcomes.js";
import { Victim } from "../torture/victim.js";
import { LogFolder } from "./log-folder.ts";
import type { Scene } from "./log-case.ts";

const root = tempDir();

/** What brings the daemon to each of its fault points. */
const steps: readonly Scene[] = [
  (folder) => {
    folder.write(3);
  },
  (folder) => {
    folder.write(3, folder.path("other.log"));
  },
  (folder) => {
    folder.write(2);
    folder.copyTruncate();
    folder.write(2);
  },
  (folder) => {
    folder.rotate();
    folder.write(2);
  },
  (folder) => {
    folder.write(40, folder.path("batch.log.1"));
    folder.gzip("batch.log.1");
  },
  (folder) => {
    rmSync(folder.path("batch.log.1.gz"));
    folder.write(1);
  },
];

/** A daemon that is killed at a fault point, and started again as often as that happens. */
class Doomed {
  readonly folder: LogFolder;
  /** How often it has killed itself. */
  deaths = 0;
  readonly #dir: string;
  #victim: Victim | undefined;

  constructor() {
    this.#dir = mkdtempSync(join(root, "fault-"));
    this.folder = new LogFolder(join(this.#dir, "logs"), "model", {
      settled: () => this.settled(),
      shows: () => Promise.resolve(),
      log: "",
    });
    const sources = [{ files: ["logs/*.log", "logs/*.gz"] }];
    writeFileSync(join(this.#dir, "config.json"), JSON.stringify({ sources, windows: [{ last: 10_000 }] }));
  }

  start(fault = ""): void {
    this.#victim = new Victim(this.#dir, fault);
  }

  async kill(): Promise<void> {
    await this.#victim?.kill();
  }

  /** Waits until all is counted and committed, whatever happens on the way. */
  async settled(): Promise<void> {
    const end = performance.now() + 60_000;
    let last = "";
    while (performance.now() < end) {
      if (this.#victim?.hasEnded !== false) this.#rise();
      try {
        last = await this.#difference();
        if (last === "" && (await this.#isCommitted())) return;
      } catch {
        // It has just died: it is started again.
      }
      await sleep(20);
    }
    throw new Error(`${last}\n${this.folder.listing()}\n${this.#victim?.log ?? ""}`);
  }

  /** Waits for the first death: a file that was deleted is let go only after a quiet while. */
  async died(): Promise<void> {
    const end = performance.now() + 15_000;
    while (this.deaths === 0 && this.#victim?.hasEnded !== true && performance.now() < end) await sleep(20);
  }

  /** Starts it again. It must have been killed: what ends by itself may have prepared for that. */
  #rise(): void {
    const by = this.#victim?.endedBy;
    if (by !== "SIGKILL") throw new Error(`the daemon has ended by ${String(by)}:\n${this.#victim?.log ?? ""}`);
    this.deaths++;
    this.start();
  }

  async #difference(): Promise<string> {
    if ((await this.#victim?.listens()) !== true) return "not listening";
    const counted = (await countedBy(this.#victim?.url ?? "")).get("model") ?? new Map<string, number>();
    const { lost, twice } = difference(this.folder.outcomes.cells, counted);
    return lost + twice === 0 ? "" : `lost ${lost}, counted twice ${twice}`;
  }

  async #isCommitted(): Promise<boolean> {
    const now = Date.now() / 1000;
    while (((await this.#victim?.committedAt()) ?? 0) <= now) await sleep(20);
    return true;
  }
}

async function dieAt(point: FaultPoint): Promise<{ deaths: number; verdict: string }> {
  const doomed = new Doomed();
  doomed.folder.write(30);
  doomed.start();
  try {
    await doomed.settled();
    await doomed.kill();
    doomed.start(`${point}:1`);
    for (const step of steps) {
      await step(doomed.folder);
      await doomed.settled();
    }
    await doomed.died();
    await doomed.settled();
    await doomed.kill();
    return { deaths: doomed.deaths, verdict: "" };
  } catch (error) {
    await doomed.kill().catch(() => undefined);
    return { deaths: doomed.deaths, verdict: String(error) };
  }
}

describe("killed at the fault point", () => {
  const outcomes = new Map<FaultPoint, { deaths: number; verdict: string }>();
  beforeAll(async () => {
    const waiting = [...faultPoints];
    const worker = async (): Promise<void> => {
      for (let point = waiting.shift(); point !== undefined; point = waiting.shift()) {
        outcomes.set(point, await dieAt(point));
      }
    };
    await Promise.all(Array.from({ length: faultPoints.length }, worker));
  }, 300_000);

  test.each(faultPoints)("%s, every line counts once after the restart", (point) => {
    expect(outcomes.get(point)).toEqual({ deaths: 1, verdict: "" });
  });
});
