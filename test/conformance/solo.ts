import { chmodSync, mkdtempSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Daemon } from "../support/daemon.ts";
import { eventually } from "../support/eventually.ts";
import { countedBy, difference } from "../torture/outcomes.js";
import { hasSeries, LogFolder, type Follower } from "./log-folder.ts";
import { untilCountedOnce } from "./patience.ts";

/** A folder of logs and the one daemon that follows it. */
export class Solo implements Follower {
  readonly dir: string;
  readonly state: string;
  readonly folder: LogFolder;
  #daemon: Daemon | undefined;

  /** `source` and `config` are further fields of the source and of the config. */
  constructor(
    root: string,
    files: readonly string[] = ["*.log"],
    source: Record<string, unknown> = {},
    config: Record<string, unknown> = {},
  ) {
    this.dir = mkdtempSync(join(root, "solo-"));
    chmodSync(this.dir, 0o755);
    this.state = join(this.dir, "state");
    this.folder = new LogFolder(join(this.dir, "logs"), "model", this);
    const sources = [{ name: "model", files: files.map((glob) => `logs/${glob}`), ...source }];
    const all = { sources, windows: [{ last: 1_000_000 }], ...config };
    writeFileSync(join(this.dir, "config.json"), JSON.stringify(all));
  }

  get daemon(): Daemon {
    if (this.#daemon === undefined) throw new Error("not started");
    return this.#daemon;
  }

  get log(): string {
    return this.daemon.log;
  }

  /** Starts the daemon, through a program that makes it run under other conditions. */
  async start(...through: readonly string[]): Promise<void> {
    await this.startIn(this.state, ...through);
  }

  /** Writes so many lines, and starts the daemon; all is counted and committed then. */
  async begin(lines: number, ...through: readonly string[]): Promise<void> {
    this.folder.write(lines);
    await this.start(...through);
    await this.settled();
    await this.committed();
  }

  /** As `start`, with another state directory. */
  async startIn(state: string, ...through: readonly string[]): Promise<void> {
    const args = ["--config", join(this.dir, "config.json"), "--state", state];
    this.#daemon = await Daemon.start(args, { through });
  }

  async stop(signal: NodeJS.Signals = "SIGTERM"): Promise<number | null> {
    return this.daemon.stop(signal);
  }

  settled(folder = this.folder): Promise<void> {
    return untilCountedOnce(
      async () => difference(folder.outcomes.cells, (await countedBy(this.daemon.url)).get("model") ?? new Map()),
      () => `\n${this.log}`,
    );
  }

  /** Waits until what is counted is on the disk. */
  async committed(): Promise<void> {
    const now = Date.now() / 1000;
    await eventually(
      async () => ((await this.metric("checkpoint_timestamp_seconds")) ?? 0) > now,
      "what is counted is committed",
    );
  }

  async shows(series: string | RegExp): Promise<void> {
    await eventually(async () => hasSeries((await this.daemon.get("/metrics")).body, series), String(series));
  }

  /** One of the daemon's own metrics, the prefix left out; undefined when it is not there. */
  async metric(name: string): Promise<number | undefined> {
    const { body } = await this.daemon.get("/metrics");
    const line = body.split("\n").find((each) => each.startsWith(`model_quality_exporter_${name} `));
    return line === undefined ? undefined : Number(line.split(" ")[1]);
  }

  /** Waits until the daemon's log says something. */
  async says(text: string | RegExp): Promise<void> {
    await this.until(() => this.log.search(text) >= 0, `the log says ${String(text)}`);
  }

  /** Waits for something; fails with the daemon's log. */
  async until(condition: () => boolean | Promise<boolean>, what: string): Promise<void> {
    await eventually(condition, what).catch((error: unknown) => {
      throw new Error(`${String(error)}\n${this.log}`);
    });
  }
}
