import { errorMessage } from "../../src/problem.ts";
import { mkdirSync, writeFileSync } from "node:fs";
import { isAbsolute, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Daemon } from "../support/daemon.ts";
import { countedBy, difference } from "../torture/outcomes.js";
import type { LogCases } from "./log-case.ts";
import { LogFolder, type Follower } from "./log-folder.ts";

/** How long counts may stand still before they are taken for final (ms). */
const patienceMs = 10_000;

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
  #daemon: Daemon | undefined;
  #earlier = "";
  #models: { readonly at: number; readonly counted: ReturnType<typeof countedBy> } | undefined;
  #metrics: { readonly at: number; readonly text: Promise<string> } | undefined;

  constructor(dir: string, cases: LogCases, watch: "auto" | "poll") {
    this.#dir = dir;
    this.#cases = cases;
    this.#folders = new Map(
      Object.keys(cases).map((name) => [name, new LogFolder(join(dir, "cases", slug(name)), slug(name), this)]),
    );
    mkdirSync(dir, { recursive: true });
    const sources = Object.entries(cases).map(([name, { files = ["app.log"], exclude = [], wrapper = "none" }]) => {
      const inFolder = (glob: string): string => (isAbsolute(glob) ? glob : `cases/${slug(name)}/${glob}`);
      return { name: slug(name), files: files.map(inFolder), exclude: exclude.map(inFolder), wrapper, watch };
    });
    const config = { sources, windows: [{ last: 1_000_000 }], limits: { maxLineBytes: 4096 } };
    writeFileSync(join(dir, "config.json"), JSON.stringify(config));
  }

  get log(): string {
    return this.#earlier + (this.#daemon?.log ?? "");
  }

  /** Plays everything to its end; the verdicts are by the cases' names. */
  async play(): Promise<ReadonlyMap<string, Verdict>> {
    const last = Math.max(...Object.values(this.#cases).map(({ scenes }) => scenes.length));
    for (let scene = 0; scene < last; scene += 2) {
      if (scene > 0) await this.#playScene(scene - 1, false);
      await this.#start();
      await this.#playScene(scene, true);
      await this.#committed();
      await this.#end("SIGKILL");
    }
    // Once more, ended in peace: nothing may count again.
    await this.#start();
    await this.#judgeAll();
    await this.#committed();
    await this.#end("SIGTERM");
    await this.#start();
    await this.#judgeAll();
    await this.#end("SIGTERM");
    for (const folder of this.#folders.values()) folder.closeAll();
    return this.#verdicts;
  }

  async settled(folder: LogFolder): Promise<void> {
    let best = Number.POSITIVE_INFINITY;
    let end = performance.now() + patienceMs;
    for (;;) {
      const { lost, twice } = await this.#compare(folder);
      if (lost + twice === 0) return;
      if (lost + twice < best) end = performance.now() + patienceMs;
      best = Math.min(best, lost + twice);
      if (twice > 0 || performance.now() > end) {
        throw new Error(`lost ${lost}, counted twice ${twice}; in the folder: ${folder.listing()}`);
      }
      await sleep(20);
    }
  }

  async shows(series: string): Promise<void> {
    const end = performance.now() + patienceMs;
    while (!`\n${await this.#metricsPage()}`.includes(`\nmodel_quality_exporter_${series}`)) {
      if (performance.now() > end) {
        const like = (await this.#metricsPage())
          .split("\n")
          .filter((line) => line.includes(series.split("{")[0] ?? ""));
        throw new Error(`there never was ${series}, but ${like.slice(0, 5).join(", ")}`);
      }
      await sleep(20);
    }
  }

  async #playScene(scene: number, isUp: boolean): Promise<void> {
    await Promise.all(
      [...this.#folders].map(async ([name, folder]) => {
        if (this.#verdicts.has(name)) return;
        try {
          await this.#cases[name]?.scenes[scene]?.(folder);
          if (isUp) await folder.settled();
        } catch (error) {
          this.#verdicts.set(name, `scene ${scene}: ${errorMessage(error)}`);
        }
      }),
    );
  }

  async #judgeAll(): Promise<void> {
    for (const [name, folder] of this.#folders) {
      if ((this.#verdicts.get(name) ?? "") !== "") continue;
      const { lost, twice } = await this.#compare(folder);
      const verdict = lost + twice === 0 ? "" : `after a restart: lost ${lost}, counted twice ${twice}`;
      this.#verdicts.set(name, verdict !== "" ? verdict : await this.#checkRejected(name));
    }
  }

  async #checkRejected(name: string): Promise<string> {
    const page = await this.#metricsPage();
    const of = `model_quality_exporter_line_errors_total{source="${slug(name)}"`;
    const lines = page.split("\n").filter((line) => line.startsWith(of));
    return lines.length === 0 ? "" : `rejected again after a restart: ${lines.join(", ")}`;
  }

  async #compare(folder: LogFolder): Promise<{ lost: number; twice: number }> {
    const counted = (await this.#counted()).get(folder.outcomes.model) ?? new Map<string, number>();
    return difference(folder.outcomes.cells, counted);
  }

  /** Cases that ask at the same time share an answer, but for one that was asked for before they asked. */
  #counted(): ReturnType<typeof countedBy> {
    const now = performance.now();
    if (this.#models === undefined || now - this.#models.at > 50) {
      this.#models = { at: now, counted: countedBy(this.#daemon?.url ?? "") };
    }
    return this.#models.counted;
  }

  #metricsPage(): Promise<string> {
    const now = performance.now();
    if (this.#metrics === undefined || now - this.#metrics.at > 50) {
      this.#metrics = {
        at: now,
        text: (this.#daemon?.get("/metrics") ?? Promise.reject(new Error("no daemon"))).then(({ body }) => body),
      };
    }
    return this.#metrics.text;
  }

  async #start(): Promise<void> {
    this.#models = undefined;
    this.#metrics = undefined;
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
      const match = /^model_quality_exporter_checkpoint_timestamp_seconds (\S+)$/mu.exec(await this.#metricsPage());
      return Number(match?.[1] ?? 0);
    };
    while ((await seconds()) <= now) await sleep(20);
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const code = await this.#daemon?.stop(signal);
    if (code !== (signal === "SIGKILL" ? null : 0))
      throw new Error(`ended with ${String(code)}:\n${this.#daemon?.log ?? ""}`);
    this.#earlier = this.log;
  }
}

/** The name of a case as a folder and a model have it. */
function slug(name: string): string {
  return name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/gu, "-")
    .slice(0, 80);
}
