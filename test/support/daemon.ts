import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { eventually } from "./eventually.ts";

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
  options: { cwd?: string; input?: string | Buffer; env?: NodeJS.ProcessEnv } = {},
): Promise<Finished> {
  const child = spawn(process.execPath, [mainPath, ...args], {
    cwd: options.cwd,
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
  readonly #child: ChildProcess;
  #stderr = "";

  private constructor(child: ChildProcess) {
    this.#child = child;
    child.stderr?.setEncoding("utf8").on("data", (text: string) => (this.#stderr += text));
  }

  /** Starts `serve ARGS` on a free port of loopback; resolves once it says where it listens. */
  static async start(
    args: readonly string[],
    options: { cwd?: string; env?: NodeJS.ProcessEnv } = {},
  ): Promise<Daemon> {
    const child = spawn(process.execPath, [mainPath, "serve", "--web.listen-address", "127.0.0.1:0", ...args], {
      cwd: options.cwd,
      env: { ...process.env, ...options.env },
      stdio: ["ignore", "ignore", "pipe"],
    });
    const daemon = new Daemon(child);
    await eventually(() => {
      if (child.exitCode !== null) throw new Error(`the daemon ended with ${child.exitCode}:\n${daemon.log}`);
      return daemon.log.includes("listening") && daemon.url !== undefined;
    }, "the daemon listens");
    return daemon;
  }

  /** All that it has written to its log so far. */
  get log(): string {
    return this.#stderr;
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** `http://127.0.0.1:PORT`, from its own log line. */
  get url(): string {
    return /url="?(http:\/\/[^\s"]+?)\/?"?\s/u.exec(this.#stderr)?.[1] ?? "";
  }

  async get(
    path: string,
    headers: Record<string, string> = {},
  ): Promise<{ status: number; body: string; headers: Headers }> {
    const response = await fetch(this.url + path, { headers });
    return { status: response.status, body: await response.text(), headers: response.headers };
  }

  /** Sends a signal and, unless told otherwise, waits for the end; gives the exit code (null when it was killed). */
  async stop(signal: NodeJS.Signals = "SIGTERM"): Promise<number | null> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return this.#child.exitCode;
    const ended = once(this.#child, "close");
    this.#child.kill(signal);
    await ended;
    return this.#child.exitCode;
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }
}
