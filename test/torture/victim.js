import { spawn } from "node:child_process";
import { appendFileSync } from "node:fs";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { ask } from "./outcomes.js";

const main = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));

/** A daemon that is there to be killed. */
export class Victim {
  #child;
  #ended;
  #output = "";

  /**
   * Starts the daemon without waiting for it.
   *
   * @param {string} dir holds `config.json` and the state
   * @param {string} fault where it kills itself, `NAME:N`; empty for nowhere
   */
  constructor(dir, fault = "") {
    const args = ["serve", "--config", `${dir}/config.json`, "--state", `${dir}/state`];
    this.#child = spawn(process.execPath, [main, ...args, "--web.listen-address", "127.0.0.1:0"], {
      env: { ...process.env, MODEL_QUALITY_FAULT_AT: fault },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const collect = (/** @type {string} */ text) => {
      this.#output += text;
      appendFileSync(`${dir}/daemon.log`, text);
    };
    this.#child.stdout.setEncoding("utf8").on("data", collect);
    this.#child.stderr.setEncoding("utf8").on("data", collect);
    this.#ended = once(this.#child, "close");
  }

  /** All that it has written to its log. */
  get log() {
    return this.#output;
  }

  get pid() {
    return this.#child.pid ?? 0;
  }

  get hasEnded() {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  /** What ended it: a signal, or else an exit code; null as long as it runs. */
  get endedBy() {
    return this.#child.signalCode ?? this.#child.exitCode;
  }

  /** Where it listens; empty as long as it does not. */
  get url() {
    return /url="?(http:\/\/[^\s"]+?)\/?"?\s/u.exec(this.#output)?.[1] ?? "";
  }

  /** Waits until it listens or has ended; whether it listens. */
  async listens() {
    while (this.url === "" && !this.hasEnded) await sleep(5);
    return this.url !== "";
  }

  /** Ends it by SIGKILL, which nothing can prepare for. Throws when it has ended by anything else. */
  async kill() {
    this.#child.kill("SIGKILL");
    await this.#ended;
    if (this.#child.signalCode !== "SIGKILL") {
      throw new Error(`the daemon has ended by itself (${this.#child.exitCode}):\n${this.#output}`);
    }
  }

  /** When it last committed (Unix seconds); 0 before that. */
  async committedAt() {
    return this.metric("checkpoint_timestamp_seconds");
  }

  /**
   * A metric of the exporter that has no labels; 0 where there is none.
   *
   * @param {string} name without its prefix
   */
  async metric(name) {
    const page = await (await ask(`${this.url}/metrics`)).text();
    return Number(new RegExp(`^model_quality_exporter_${name} (\\S+)$`, "mu").exec(page)?.[1] ?? 0);
  }
}
