import { execFile } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { findProgram } from "../support/tools.js";
import type { LogFolder } from "./log-folder.ts";

const run = promisify(execFile);

/** How a log is rotated, and what the server that writes it does meanwhile. */
export interface Rotation {
  /** What logrotate's configuration says of the log. */
  readonly directives: readonly string[];
  /**
   * `told`: it is told to reopen its log, and does; `later`: nobody tells it, and it writes on where the log was moved to
   * until the next rotation; `silent`: it keeps the log open and writes nothing while logrotate copies and truncates, for
   * that would be lost to everybody.
   */
  readonly writer: "told" | "later" | "silent";
}

/** logrotate itself over the log of a folder, and a server that writes on meanwhile. */
export class Logrotate {
  readonly #folder: LogFolder;
  readonly #writer: Rotation["writer"];
  readonly #etc: string;
  readonly #told: string;
  readonly #isDated: boolean;
  #fd: number;
  #second = 0;

  constructor(folder: LogFolder, { directives, writer }: Rotation) {
    this.#folder = folder;
    this.#writer = writer;
    this.#isDated = directives.includes("dateext");
    this.#etc = folder.path("etc");
    this.#told = join(this.#etc, "reopen");
    // logrotate passes over folders and files that others than their owner may write to.
    chmodSync(folder.dir, 0o755);
    mkdirSync(this.#etc, { mode: 0o755 });
    const tell = [`postrotate`, `touch ${this.#told}; while test -e ${this.#told}; do sleep 0.01; done`, "endscript"];
    const lines = [...directives, ...(writer === "told" ? tell : [])].map((line) => `  ${line}\n`);
    const config = join(this.#etc, "logrotate.conf");
    writeFileSync(config, `${folder.app} {\n${lines.join("")}}\n`);
    chmodSync(config, 0o644);
    this.#fd = folder.open();
  }

  /** Writes some lines. */
  write(count: number): void {
    this.#folder.writeTo(this.#fd, count);
  }

  /** Rotates the log, and writes before, meanwhile and afterwards. */
  async rotate(): Promise<void> {
    if (this.#writer === "later") this.#reopen();
    this.write(2);
    // Names of dates have seconds: one that is taken is passed over.
    while (this.#isDated && Math.floor(Date.now() / 1000) <= this.#second) await sleep(20);
    await this.#logrotate();
    this.#second = Math.floor(Date.now() / 1000);
    this.write(2);
  }

  async #logrotate(): Promise<void> {
    const program = findProgram("logrotate");
    if (program === undefined) throw new Error("logrotate is not installed: npm test brings it");
    const args = ["--force", "--state", join(this.#etc, "status"), join(this.#etc, "logrotate.conf")];
    let isOver = false;
    const over = run(program, args).finally(() => (isOver = true));
    const work = async (): Promise<void> => {
      while (!isOver) {
        if (this.#writer !== "silent") this.write(1);
        if (existsSync(this.#told)) {
          this.#reopen();
          rmSync(this.#told);
        }
        await sleep(2);
      }
    };
    const [{ stderr }] = await Promise.all([over, work()]);
    if (stderr !== "") throw new Error(stderr);
  }

  #reopen(): void {
    this.#folder.close(this.#fd);
    this.#fd = this.#folder.open();
  }
}
