import { appendFileSync, mkdtempSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "@jest/globals";
import { tempDir } from "../support/temp.ts";
import { countedBy, difference } from "../torture/outcomes.js";
import { Victim } from "../torture/victim.js";
import { LogFolder } from "./log-folder.ts";

const root = tempDir();
/** More lives than a backlog takes, however busy the machine is. */
const mostLives = 60;

/** So many blocks are more than is read in 300 ms. */
const blocks = 12;

/** Folders of logs and the daemons that follow them, one after the other, each for a short time. */
class ShortLives {
  readonly folders: readonly LogFolder[];
  lives = 0;
  readonly #dir = mkdtempSync(join(root, "short-"));

  /** Of each model there is a folder. */
  constructor(models: readonly string[]) {
    this.folders = models.map(
      (model) =>
        new LogFolder(join(this.#dir, model), model, {
          settled: () => this.settled(),
          shows: () => Promise.resolve(),
          log: "",
        }),
    );
    const sources = models.map((model) => ({ name: model, files: [`${model}/*.log`] }));
    writeFileSync(join(this.#dir, "config.json"), JSON.stringify({ sources, windows: [{ last: 2_000_000 }] }));
  }

  /** Lets a daemon live for so long after it listens (ms), and kills it; gives what it said in its log. */
  async live(ms: number): Promise<string> {
    this.lives++;
    const victim = new Victim(this.#dir);
    if (!(await victim.listens())) throw new Error(victim.log);
    await sleep(ms);
    await victim.kill();
    return victim.log;
  }

  /** Lets a daemon live until what it counts is what was written. */
  async settled(): Promise<void> {
    const victim = new Victim(this.#dir);
    if (!(await victim.listens())) throw new Error(victim.log);
    const end = performance.now() + 60_000;
    let wrong = await this.#difference(victim);
    while (wrong !== "" && performance.now() < end) {
      await sleep(50);
      wrong = await this.#difference(victim);
    }
    const { log } = victim;
    await victim.kill();
    if (wrong !== "") throw new Error(`${wrong} after ${this.lives} lives\n${log}`);
  }

  async #difference({ url }: Victim): Promise<string> {
    const counted = await countedBy(url);
    const wrong = this.folders.flatMap(({ outcomes: { model, cells } }) => {
      const { lost, twice } = difference(cells, counted.get(model) ?? new Map<string, number>());
      return lost + twice === 0 ? [] : [`${model}: lost ${lost}, counted twice ${twice}`];
    });
    return wrong.join("; ");
  }
}

test("a daemon that is killed 300 ms after it listens, each time, gets through a backlog", async () => {
  const short = new ShortLives(["model"]);
  for (const folder of short.folders) {
    const block = folder.block(40_000, blocks);
    for (let written = 0; written < blocks; written++) appendFileSync(folder.app, block);
  }
  let log = "";
  while (!log.includes("the backlog is read") && short.lives < mostLives) log = await short.live(300);
  expect(log).toContain("the backlog is read");
  await short.settled();
});

/** What is done to a log whenever the daemon was killed. */
const rotations: Readonly<Record<string, (folder: LogFolder) => void>> = {
  renamed: (folder) => {
    folder.rotate();
  },
  copied: (folder) => {
    folder.copyTruncate();
  },
  compressed: (folder) => {
    folder.rotate();
    folder.gzip("app.log.1");
  },
};

test("logs that are renamed, copied and truncated, or renamed and compressed whenever a daemon is killed at the instant in which it listens count, each line once", async () => {
  const short = new ShortLives(Object.keys(rotations));
  for (const folder of short.folders) folder.write(3);
  for (let life = 0; life < 5; life++) {
    await short.live(0);
    for (const folder of short.folders) {
      folder.write(3);
      rotations[folder.outcomes.model]?.(folder);
      folder.write(3);
    }
  }
  await short.settled();
});
