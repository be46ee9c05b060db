import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll } from "@jest/globals";
import { eventually } from "./eventually.ts";
import { findProgram } from "./tools.js";

const running = new Set<Program>();

// A test that fails before its own clean-up must not leave a server behind.
afterAll(async () => {
  await Promise.all([...running].map((program) => program.stop()));
});

/** A real program as a process of its own; what still runs after the tests of a file is ended. */
export class Program {
  readonly #child: ChildProcess;
  readonly #name: string;
  readonly #closed: Promise<unknown>;
  #output = "";

  private constructor(name: string, child: ChildProcess) {
    this.#name = name;
    this.#child = child;
    this.#closed = once(child, "close").catch((error: unknown) => {
      this.#output += String(error);
    });
    const collect = (text: string): void => {
      this.#output += text;
    };
    child.stdout?.setEncoding("utf8").on("data", collect);
    child.stderr?.setEncoding("utf8").on("data", collect);
    running.add(this);
    void this.#closed.then(() => running.delete(this));
  }

  /** Starts a program by its path, or by a name that `tools.js` knows how to bring. */
  static start(
    program: string,
    args: readonly string[],
    options: { cwd?: string | undefined; env?: NodeJS.ProcessEnv | undefined; uid?: number; gid?: number } = {},
  ): Program {
    const path = program.includes("/") ? program : findProgram(program);
    if (path === undefined) throw new Error(`${program} is not installed: npm test brings it`);
    const child = spawn(path, args, {
      ...options,
      env: { ...process.env, ...options.env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    return new Program(program, child);
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** All that it has written so far, standard output and standard error as they came. */
  get output(): string {
    return this.#output;
  }

  /** Whether it is over, by itself or by a signal. */
  get ended(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  /** Waits for `condition`; fails at once, with what the program wrote, when it ends before that. */
  async until(condition: () => unknown, what: string, deadlineMs?: number): Promise<void> {
    await eventually(
      async () => {
        if (this.ended) throw new Error(`${this.#name} ended with ${this.#child.exitCode}:\n${this.#output}`);
        return Boolean(await condition());
      },
      `${this.#name}: ${what}`,
      deadlineMs,
    );
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /**
   * Sends a signal and waits for the end, which is forced after `graceMs`; gives the exit code, null when it was killed.
   */
  async stop(signal: NodeJS.Signals = "SIGTERM", graceMs = 20_000): Promise<number | null> {
    if (!this.ended) this.#child.kill(signal);
    const patience = new AbortController();
    const force = sleep(graceMs, undefined, { signal: patience.signal }).then(
      () => this.#child.kill("SIGKILL"),
      () => undefined,
    );
    await this.#closed;
    patience.abort();
    await force;
    return this.#child.exitCode;
  }
}
