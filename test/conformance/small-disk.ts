import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { errorCode } from "../../src/problem.ts";
import { Program } from "../support/program.ts";

/** A file system of its own, that only what enters its namespace sees, and that can be filled up. */
export class SmallDisk {
  /** Has a program run where the file system is. */
  readonly enter: readonly string[];
  readonly #holder: Program;
  readonly #dir: string;
  readonly #fillers: string[] = [];

  private constructor(holder: Program, dir: string) {
    this.#holder = holder;
    this.#dir = dir;
    this.enter = ["nsenter", `--target=${holder.pid}`, "--user", "--mount", "--preserve-credentials"];
  }

  /** Mounts it on a directory, which is made. */
  static async on(dir: string): Promise<SmallDisk> {
    mkdirSync(dir);
    const holder = Program.start("/usr/bin/unshare", [
      ...["--map-root-user", "--mount", "sh", "-c"],
      `mount -t tmpfs -o size=1m,nr_inodes=100 tmpfs ${dir} && echo mounted && exec sleep 600`,
    ]);
    await holder.until(() => holder.output.includes("mounted"), "mounts");
    return new SmallDisk(holder, dir);
  }

  /** The path of a file on it, for who is outside of the namespace. */
  path(name: string): string {
    return `/proc/${this.#holder.pid}/root${this.#dir}/${name}`;
  }

  /** Leaves no room for a single byte, or for another name. */
  fill(of: "room" | "name" = "room"): void {
    untilFull(() => {
      const path = this.path(`filler-${this.#fillers.length}`);
      this.#fillers.push(path);
      writeFileSync(path, Buffer.alloc(of === "room" ? 16_384 : 0));
    });
  }

  /** Makes room again. */
  clear(): void {
    for (const path of this.#fillers.splice(0)) rmSync(path, { force: true });
  }

  async stop(): Promise<void> {
    await this.#holder.stop();
  }
}

function untilFull(write: () => void): void {
  for (;;) {
    try {
      write();
    } catch (error) {
      if (errorCode(error) === "ENOSPC") return;
      throw error;
    }
  }
}
