import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { eventually } from "../support/eventually.ts";

const program = fileURLToPath(new URL("../fixtures/store-program.js", import.meta.url));

/** A process of its own that keeps a store: it does what it is told, line by line, and answers line by line. */
export class StoreProcess {
  readonly #child: ChildProcess;
  readonly #answers: string[] = [];
  /** What it has written to its log. */
  log = "";

  constructor(dir: string, shell?: string) {
    this.#child =
      shell === undefined
        ? spawn(process.execPath, [program, dir], { stdio: "pipe" })
        : spawn("sh", ["-c", `${shell}; exec "$0" "$@"`, process.execPath, program, dir], { stdio: "pipe" });
    this.#child.stderr?.setEncoding("utf8").on("data", (text: string) => (this.log += text));
    if (this.#child.stdout !== null) {
      createInterface({ input: this.#child.stdout }).on("line", (line) => this.#answers.push(line));
    }
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** The next answer. */
  async answer(): Promise<string> {
    await eventually(
      () => this.#answers.length > 0 || this.#child.exitCode !== null || this.#child.signalCode !== null,
      "an answer",
    );
    return this.#answers.shift() ?? `ended: ${this.log}`;
  }

  /** Has it do something (`commit [[key, value], ...]`, `entries WORD`, `close`), and gives its answer. */
  async ask(command: string, data: unknown = null): Promise<string> {
    this.#child.stdin?.write(`${command} ${JSON.stringify(data)}\n`);
    return this.answer();
  }

  async kill(signal: NodeJS.Signals = "SIGKILL"): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = once(this.#child, "close");
    this.#child.kill(signal);
    await ended;
  }
}
