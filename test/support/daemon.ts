import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { Program } from "./program.ts";

/** The built command line, as users start it. */
export const mainPath = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));

/** The outcome of a command that has ended. */
export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `model-quality-exporter ARGS` to its end. */
export async function run(
  args: readonly string[],
  options: { cwd?: string; input?: string | Buffer; env?: NodeJS.ProcessEnv; uid?: number } = {},
): Promise<Finished> {
  const child = spawn(process.execPath, [mainPath, ...args], {
    cwd: options.cwd,
    uid: options.uid,
    env: { ...process.env, ...options.env },
    stdio: ["pipe", "pipe", "pipe"],
  });
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  child.stdin.on("error", () => undefined);
  child.stdin.end(options.input);
  await once(child, "close");
  return { code: child.exitCode, stdout, stderr };
}

/** A daemon that runs as a process of its own, on a port of its own choice. */
export class Daemon {
  readonly #program: Program;

  private constructor(program: Program) {
    this.#program = program;
  }

  /**
   * Starts `serve ARGS` on a free port of loopback; resolves once it says where it listens. `through` is a program that
   * runs it under other conditions, with the program's own arguments: `["prlimit", "--nofile=64"]`.
   */
  static async start(
    args: readonly string[],
    options: { cwd?: string; env?: NodeJS.ProcessEnv; through?: readonly string[] } = {},
  ): Promise<Daemon> {
    const address = ["--web.listen-address", "127.0.0.1:0"];
    const [first, ...others] = [...(options.through ?? []), process.execPath, mainPath, "serve", ...address, ...args];
    const program = Program.start(first ?? "", others, options);
    const daemon = new Daemon(program);
    await program.until(() => daemon.log.includes("listening") && daemon.url !== "", "listens");
    return daemon;
  }

  /** All that it has written to its log so far. */
  get log(): string {
    return this.#program.output;
  }

  get pid(): number {
    return this.#program.pid;
  }

  /** `http://127.0.0.1:PORT`, or https, from its own log line. */
  get url(): string {
    return /url="?(https?:\/\/[^\s"]+?)\/?"?\s/u.exec(this.log)?.[1] ?? "";
  }

  /** Whether it is over, by itself or by a signal. */
  get ended(): boolean {
    return this.#program.ended;
  }

  async get(
    path: string,
    headers: Record<string, string> = {},
  ): Promise<{ status: number; body: string; headers: Headers }> {
    const response = await fetch(this.url + path, { headers });
    return { status: response.status, body: await response.text(), headers: response.headers };
  }

  /** Sends a signal and waits for the end; gives the exit code (null when it was killed). */
  async stop(signal: NodeJS.Signals = "SIGTERM"): Promise<number | null> {
    return this.#program.stop(signal);
  }

  kill(signal: NodeJS.Signals): void {
    this.#program.kill(signal);
  }
}
