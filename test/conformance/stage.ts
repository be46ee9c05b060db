import { errorMessage } from "../../src/problem.ts";
import { rmSync, writeFileSync } from "node:fs";
import { isAbsolute, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Daemon } from "../support/daemon.ts";
import { countedBy, difference } from "../torture/outcomes.js";
import type { LogCases } from "./log-case.ts";
import { hasSeries, LogFolder, type Follower } from "./log-folder.ts";
import { patienceMs, untilCountedOnce, type Miscount } from "./patience.ts";

/** How long until the daemon has nothing more to find out (ms): some seconds, on a machine that has nothing else to do. */
const restMs = 60_000;

/** How long the daemon is left in peace between two questions (ms): most of what it does here would be to answer. */
const restBetweenMs = 250;

/** A question that is asked once for all who ask it while it is asked: what they get is never older than their question. */
class Shared<T> {
  readonly #ask: () => Promise<T>;
  #underWay: Promise<unknown> = Promise.resolve();
  #next: Promise<T> | undefined;

  constructor(ask: () => Promise<T>) {
    this.#ask = ask;
  }

  answer(): Promise<T> {
    this.#next ??= this.#askNext();
    return this.#next;
  }

  async #askNext(): Promise<T> {
    await this.#underWay;
    await sleep(restBetweenMs);
    const answer = this.#ask();
    this.#next = undefined;
    this.#underWay = answer.catch(() => undefined);
    return answer;
  }
}

/** How a case went: empty when everything counted once. */
export type Verdict = string;

/**
 * Plays all cases at the same time, each in its own folder and with its own source, before one daemon. All scenes in which
 * the daemon is down are played in the same break.
 */
export class Stage implements Follower {
  readonly #dir: string;
  readonly #folders: ReadonlyMap<string, LogFolder>;
  readonly #cases: LogCases;
  readonly #verdicts = new Map<string, Verdict>();
  /** How many outcomes of each case were counted before the daemon that runs now was started. */
  readonly #countedBefore = new Map<string, number>();
  readonly #sentinel: LogFolder;
  #daemon: Daemon | undefined;
  #earlier = "";
  readonly #models = new Shared(() => countedBy(this.#daemon?.url ?? ""));
  readonly #metrics = new Shared(async () => (await this.#daemon?.get("/metrics"))?.body ?? "");

  constructor(dir: string, cases: LogCases, watch: "auto" | "poll") {
    this.#dir = dir;
    this.#cases = cases;
    this.#folders = new Map(
      Object.keys(cases).map((name) => [name, new LogFolder(join(dir, "cases", slug(name)), slug(name), this)]),
    );
    this.#sentinel = new LogFolder(join(dir, "sentinel"), "sentinel", this);
    const sources: Record<string, unknown>[] = Object.entries(cases).map(([name, given]) => {
      const { files = ["app.log"], exclude = [], linksTo, wrapper = "none" } = given;
      const inFolder = (glob: string): string => (isAbsolute(glob) ? glob : `cases/${slug(name)}/${glob}`);
      const links = linksTo === undefined ? {} : { links: { to: linksTo.map(inFolder) } };
      return { name: slug(name), files: files.map(inFolder), exclude: exclude.map(inFolder), ...links, wrapper, watch };
    });
    // The last one: when it was searched, all the others were.
    sources.push({ name: "sentinel", files: ["sentinel/*.log"], exclude: [], wrapper: "none", watch });
    const config = {
      sources,
      windows: [{ last: 1_000_000 }],
      limits: { maxLineBytes: 4096 },
      // The cells are compared as `/api/v1/models` shows them; the metrics are asked for all the time.
      exposition: { confusion: "none" },
    };
    writeFileSync(join(dir, "config.json"), JSON.stringify(config));
  }

  get log(): string {
    return this.#earlier + (this.#daemon?.log ?? "");
  }

  /** Plays everything to its end; the verdicts are by the cases' names. */
  async play(): Promise<ReadonlyMap<string, Verdict>> {
    for (const [name, { before }] of Object.entries(this.#cases)) {
      const folder = this.#folders.get(name);
      if (folder !== undefined) before?.(folder);
    }
    const last = Math.max(...Object.values(this.#cases).map(({ scenes }) => scenes.length));
    for (let scene = 0; scene < last; scene += 2) {
      if (scene > 0) await this.#playScene(scene - 1, false);
      await this.#start();
      await this.#playScene(scene, true);
      if (scene + 2 >= last) await this.#rested();
      if (scene + 2 >= last) await this.#judgeAll();
      await this.#committed();
      await this.#end("SIGKILL");
    }
    // Once more, ended in peace: nothing may count again.
    for (let time = 0; time < 2; time++) {
      await this.#start();
      await this.#rested();
      await this.#judgeAll();
      await this.#committed();
      await this.#end("SIGTERM");
    }
    for (const folder of this.#folders.values()) folder.closeAll();
    return this.#verdicts;
  }

  settled(folder: LogFolder): Promise<void> {
    return untilCountedOnce(
      () => this.#compare(folder),
      () => `; in the folder: ${folder.listing()}`,
    );
  }

  async shows(series: string | RegExp): Promise<void> {
    let page = "";
    await this.#until(
      async () => hasSeries((page = await this.#metrics.answer()), series),
      () => {
        const text = String(series);
        const [, name = ""] = /(\w+)\{/u.exec(text) ?? [];
        const like = page.split("\n").filter((line) => line.includes(name));
        return `there never was ${text}, but ${like.slice(0, 5).join(", ")}`;
      },
    );
  }

  async #until(condition: () => Promise<boolean>, otherwise: () => string, withinMs = patienceMs): Promise<void> {
    const end = performance.now() + withinMs;
    while (!(await condition())) {
      if (performance.now() > end) throw new Error(otherwise());
      await sleep(20);
    }
  }

  async #playScene(scene: number, isUp: boolean): Promise<void> {
    await Promise.all(
      [...this.#folders].map(async ([name, folder]) => {
        if (this.#verdicts.has(name)) return;
        try {
          await this.#cases[name]?.scenes[scene]?.(folder);
          if (!isUp) return;
          await folder.settled();
          await this.#checkLines(folder);
        } catch (error) {
          this.#verdicts.set(name, `scene ${scene}: ${errorMessage(error)}`);
        }
      }),
    );
  }

  async #judgeAll(): Promise<void> {
    await Promise.all(
      [...this.#folders].map(async ([name, folder]) => {
        if ((this.#verdicts.get(name) ?? "") !== "") return;
        const { lost, twice } = await this.#compare(folder);
        const verdict = lost + twice === 0 ? "" : `after a while: lost ${lost}, counted twice ${twice}`;
        this.#verdicts.set(
          name,
          verdict !== "" ? verdict : await this.#checkLines(folder).then(() => "", errorMessage),
        );
      }),
    );
  }

  /**
   * Waits until the daemon has nothing more to find out: all folders were searched, everything it waits for is over (what
   * was deleted is kept for longest), and all were searched again.
   */
  async #rested(): Promise<void> {
    const { app } = this.#sentinel;
    this.#sentinel.write(1);
    await this.#sentinel.settled();
    rmSync(app);
    await this.#until(
      async () => !(await this.#metrics.answer()).includes(`,file="${app}"}`),
      () => "what was deleted is not let go",
      restMs,
    );
    this.#sentinel.write(1);
    await this.#sentinel.settled();
    rmSync(app);
  }

  /** The lines that the daemon has read since it was started are those that count, and those that were to be rejected. */
  async #checkLines({ outcomes, rejections }: LogFolder): Promise<void> {
    const of = `{source="${outcomes.model}"`;
    const rejected = [...rejections].map(([reason, lines]) => `line_errors_total${of},reason="${reason}"} ${lines}`);
    const counted = sumOf(outcomes.cells.values()) - (this.#countedBefore.get(outcomes.model) ?? 0);
    const expected = [`lines_total${of}} ${counted + sumOf(rejections.values())}`, ...rejected].toSorted();
    let found: readonly string[] = [];
    await this.#until(
      async () => {
        const lines = (await this.#metrics.answer()).replaceAll("model_quality_exporter_", "").split("\n");
        const isOf = (line: string): boolean =>
          /^lines_total|^line_errors_total.* [^0]/u.test(line) && line.includes(of);
        found = lines.filter(isOf).toSorted();
        return found.join() === expected.join();
      },
      () => `the lines are ${found.join(", ")} and not ${expected.join(", ")}`,
    );
  }

  async #compare(folder: LogFolder): Promise<Miscount> {
    const counted = (await this.#models.answer()).get(folder.outcomes.model) ?? new Map<string, number>();
    return difference(folder.outcomes.cells, counted);
  }

  async #start(): Promise<void> {
    for (const folder of this.#folders.values()) folder.rejections.clear();
    this.#daemon = await Daemon.start([
      "--config",
      join(this.#dir, "config.json"),
      "--state",
      join(this.#dir, "state"),
    ]);
    const end = performance.now() + 30_000;
    while ((await this.#daemon.get("/-/ready")).status !== 200) {
      if (performance.now() > end) throw new Error(`never ready:\n${this.#daemon.log}`);
      await sleep(20);
    }
  }

  async #committed(): Promise<void> {
    const now = Date.now() / 1000;
    const seconds = async (): Promise<number> => {
      const match = /^model_quality_exporter_checkpoint_timestamp_seconds (\S+)$/mu.exec(await this.#metrics.answer());
      return Number(match?.[1] ?? 0);
    };
    while ((await seconds()) <= now) await sleep(20);
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const code = await this.#daemon?.stop(signal);
    if (code !== (signal === "SIGKILL" ? null : 0))
      throw new Error(`ended with ${String(code)}:\n${this.#daemon?.log ?? ""}`);
    this.#earlier = this.log;
    for (const { outcomes } of this.#folders.values()) {
      this.#countedBefore.set(outcomes.model, sumOf(outcomes.cells.values()));
    }
  }
}

function sumOf(numbers: Iterable<number>): number {
  return [...numbers].reduce((sum, number) => sum + number, 0);
}

/** The name of a case as a folder and a model have it. */
export function slug(name: string): string {
  return name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/gu, "-")
    .slice(0, 80);
}
