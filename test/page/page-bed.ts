import { appendFileSync, mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Daemon } from "../support/daemon.ts";
import { eventually } from "../support/eventually.ts";
import { tempDir } from "../support/temp.ts";

const root = tempDir();

/** A daemon over a log that the test writes. */
export class PageBed {
  readonly daemon: Daemon;
  readonly dir: string;
  readonly #args: readonly string[];

  private constructor(daemon: Daemon, dir: string, args: readonly string[]) {
    this.daemon = daemon;
    this.dir = dir;
    this.#args = args;
  }

  /** Starts a daemon over these lines; the config needs no `sources`. */
  static async start(
    config: Readonly<Record<string, unknown>>,
    log: string,
    args: readonly string[] = [],
  ): Promise<PageBed> {
    const dir = mkdtempSync(join(root, "page-"));
    mkdirSync(join(dir, "logs"));
    writeFileSync(join(dir, "logs/a.jsonl"), log);
    const source = {
      name: "logs",
      files: ["logs/*.jsonl"],
      fields: { model: "model", version: "version", predicted: "prediction", actual: "label", time: "ts" },
    };
    writeFileSync(join(dir, "config.json"), JSON.stringify({ sources: [source], ...config }));
    const all = ["--config", join(dir, "config.json"), "--state", join(dir, "state"), ...args];
    const bed = new PageBed(await Daemon.start(all), dir, all);
    await bed.isReady(bed.daemon);
    return bed;
  }

  /** Starts the daemon again, at the address that it had. */
  async restart(): Promise<Daemon> {
    const daemon = await Daemon.start([...this.#args, "--web.listen-address", new URL(this.daemon.url).host]);
    await this.isReady(daemon);
    return daemon;
  }

  /** Writes further lines. */
  append(lines: string): void {
    appendFileSync(join(this.dir, "logs/a.jsonl"), lines);
  }

  private async isReady(daemon: Daemon): Promise<void> {
    await eventually(async () => (await daemon.get("/-/ready")).status === 200, "ready");
  }
}
