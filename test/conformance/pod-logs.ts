import {
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import type { LogFolder } from "./log-folder.ts";

/** How many files of a container the kubelet keeps by default, the current one among them. */
const maxFiles = 5;

/** The streams of a container. */
export type Stream = "stdout" | "stderr";

/** The logs of one container as the kubelet and the container runtime keep them below `/var/log`. */
export class PodLogs {
  readonly #folder: LogFolder;
  readonly #links: string;
  readonly #pod: string;
  readonly #container: string;
  /** Of each stream the line that is not whole yet: its number, and how much of it is written. */
  readonly #begun = new Map<Stream, { readonly number: number; readonly written: number }>();
  #restarts = 0;
  #seconds = 0;
  #fd: number;

  constructor(folder: LogFolder, uid = 1) {
    this.#folder = folder;
    this.#links = folder.path("var/log/containers");
    this.#pod = folder.path(`var/log/pods/models_fraud-0_${uid}`);
    this.#container = join(this.#pod, "model");
    mkdirSync(this.#container, { recursive: true });
    mkdirSync(this.#links, { recursive: true });
    this.#fd = this.#open();
  }

  /** The container's current log. */
  get log(): string {
    return join(this.#container, `${this.#restarts}.log`);
  }

  /** The link by which the log is found. */
  get link(): string {
    // The name ends in the container's id, which is another one after a restart.
    return join(this.#links, `fraud-0_models_model-${String(this.#restarts).padStart(64, "a")}.log`);
  }

  /** Prints so many whole lines. */
  write(count: number): void {
    for (let line = 0; line < count; line++) this.#print("F", this.#folder.outcomes.next());
  }

  /** Prints a piece of 20 bytes: the beginning of a line, or more of the one that has begun. */
  writePiece(stream: Stream = "stdout"): void {
    const { outcomes } = this.#folder;
    const { number, written } = this.#begun.get(stream) ?? { number: outcomes.written++, written: 0 };
    this.#print("P", outcomes.again(number).slice(written, written + 20), stream);
    outcomes.uncount(number);
    this.#begun.set(stream, { number, written: written + 20 });
  }

  /** Prints the rest of the line that has begun: it is to be counted now. */
  writeRest(stream: Stream = "stdout"): void {
    const { number, written } = this.#begun.get(stream) ?? { number: this.#folder.outcomes.written++, written: 0 };
    this.#print("F", this.#folder.outcomes.again(number).slice(written), stream);
    this.#begun.delete(stream);
  }

  /** What the kubelet does when a log is too long: removes the oldest, compresses the others, and puts the log away. */
  rotate(): void {
    this.rotateUnopened();
    this.reopen();
  }

  /** The same, before the runtime has opened the log anew: it writes on where it did. */
  rotateUnopened(): void {
    const old = readdirSync(this.#container)
      .filter((name) => name.startsWith(`${this.#restarts}.log.`))
      .sort((a, b) => (a < b ? -1 : 1))
      .map((name) => join(this.#container, name));
    const excess = Math.max(0, old.length - (maxFiles - 2));
    for (const path of old.slice(0, excess)) rmSync(path);
    for (const path of old.slice(excess)) if (!path.endsWith(".gz")) compress(path);
    const second = String(this.#seconds++).padStart(2, "0");
    renameSync(this.log, `${this.log}.20260102-0304${second}`);
  }

  /** The runtime opens the log anew. */
  reopen(): void {
    this.#folder.close(this.#fd);
    this.#fd = this.#folder.open(this.log);
  }

  /** The runtime makes the new log, before it writes down what it still holds of a line, in the old one. */
  create(): void {
    this.#folder.close(this.#folder.open(this.log));
  }

  /** The container ends, and the kubelet starts it anew: the log has a number of its own, and a link. */
  restart(): void {
    this.#folder.close(this.#fd);
    this.#begun.clear();
    rmSync(this.link);
    // Of those that have ended it keeps the last one.
    for (const name of readdirSync(this.#container)) {
      if (!name.startsWith(`${this.#restarts}.`)) rmSync(join(this.#container, name));
    }
    this.#restarts++;
    this.#fd = this.#open();
  }

  /** The pod is deleted, and all that it had. */
  remove(): void {
    this.#folder.close(this.#fd);
    rmSync(this.link);
    rmSync(this.#pod, { recursive: true });
  }

  #open(): number {
    const fd = this.#folder.open(this.log);
    symlinkSync(this.log, this.link);
    return fd;
  }

  #print(tag: "F" | "P", text: string, stream: Stream = "stdout"): void {
    writeSync(this.#fd, `${new Date().toISOString()} ${stream} ${tag} ${text}\n`);
  }
}

/** As the kubelet compresses: through a temporary file, with times of its own. */
function compress(path: string): void {
  writeFileSync(`${path}.tmp`, gzipSync(readFileSync(path)));
  renameSync(`${path}.tmp`, `${path}.gz`);
  rmSync(path);
}
