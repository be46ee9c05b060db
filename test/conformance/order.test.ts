import { appendFileSync, renameSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { eventually } from "../support/eventually.ts";
import { tempDir } from "../support/temp.ts";
import { countedBy } from "../torture/outcomes.js";
import { Solo } from "./solo.ts";

const root = tempDir();
/** More than the daemon reads before others have their turn. */
const many = 60_000;

function lines(label: string, count: number): string {
  return `${JSON.stringify({ model: "model", version: "1", prediction: label, label })}\n`.repeat(count);
}

/** What the last four lines come to. */
const lastFour = { "one one": 1, "two two": 3 };

/** A daemon that keeps the last four outcomes, and what it keeps. */
class LastFour {
  readonly solo = new Solo(root, ["app.log"]);
  readonly app = this.solo.folder.app;

  constructor() {
    const sources = [{ name: "model", files: ["logs/app.log"] }];
    writeFileSync(join(this.solo.dir, "config.json"), JSON.stringify({ sources, windows: [{ last: 4 }] }));
  }

  write(label: string, count: number): void {
    appendFileSync(this.app, lines(label, count));
  }

  /** Waits until so many lines were counted, then tells what is kept. */
  async keeps(total: number): Promise<unknown> {
    await eventually(async () => (await this.#lines()) >= total, `${total} lines are counted`);
    return Object.fromEntries((await countedBy(this.solo.daemon.url)).get("model") ?? []);
  }

  async #lines(): Promise<number> {
    const { body } = await this.solo.daemon.get("/metrics");
    const total = /^model_quality_outcomes_total\{.*\} (\d+)$/mu.exec(body);
    return Number(total?.[1] ?? 0);
  }
}

/** What happens while the daemon is down, after one line was counted; `many + 5` lines are written. */
const breaks: Readonly<Record<string, (log: LastFour) => void>> = {
  "a long file that was known is renamed": (log) => {
    log.write("old", many);
    log.write("one", 1);
    renameSync(log.app, `${log.app}.1`);
    log.write("two", 3);
  },
  "a long file that was known is compressed": (log) => {
    log.write("old", many);
    log.write("one", 1);
    log.solo.folder.rotate();
    log.solo.folder.gzip("app.log.1");
    log.write("two", 3);
  },
  "it is rotated twice within a tick of the clock": (log) => {
    log.write("old", 1);
    log.solo.folder.rotate();
    log.write("old", many - 1);
    log.write("one", 1);
    log.solo.folder.rotate();
    log.write("two", 3);
    for (const name of ["app.log", "app.log.1", "app.log.2"]) utimesSync(log.solo.folder.path(name), 1e9, 1e9);
  },
};

test.each(Object.entries(breaks))(
  "what was written last is counted last, over a restart: %s",
  async (_name, whileDown) => {
    const log = new LastFour();
    log.write("first", 1);
    await log.solo.start();
    await log.keeps(1);
    await log.solo.committed();
    await log.solo.stop("SIGKILL");
    whileDown(log);
    await log.solo.start();
    expect(await log.keeps(many + 5)).toEqual(lastFour);
    await log.solo.stop();
  },
  60_000,
);
