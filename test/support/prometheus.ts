import { mkdtempSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Program } from "./program.ts";
import { readyUrl } from "./ready-url.ts";

/** One series of an instant query. */
export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** An alert that a rule has made, as Prometheus sees it. */
export interface Alert {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly state: "pending" | "firing";
}

/** A real Prometheus on a free port of loopback. */
export class Prometheus {
  readonly #program: Program;
  readonly url: string;

  private constructor(program: Program, url: string) {
    this.#program = program;
    this.url = url;
  }

  /**
   * Starts Prometheus and waits until it is ready to be asked.
   *
   * @param dir an empty folder that is kept for it: its storage, and `prometheus.yml` where the config is given as text
   * @param config the text of its config, or the path of a config that exists (rule files stand relative to it)
   */
  static async start(
    dir: string,
    config: { text: string } | { file: string },
    flags: readonly string[] = [],
  ): Promise<Prometheus> {
    const storage = mkdtempSync(join(dir, "tsdb-"));
    const file = "file" in config ? config.file : join(dir, "prometheus.yml");
    if ("text" in config) writeFileSync(file, config.text);
    const program = Program.start("prometheus", [
      `--config.file=${file}`,
      `--storage.tsdb.path=${storage}`,
      "--web.listen-address=127.0.0.1:0",
      "--web.enable-lifecycle",
      // An alert that fires before Alertmanager is discovered (5 s) is sent again, not only after a minute.
      "--rules.alert.resend-delay=1s",
      ...flags,
    ]);
    return new Prometheus(program, await readyUrl(program));
  }

  /** All that it has written to its log so far. */
  get log(): string {
    return this.#program.output;
  }

  /** Asks for the present value of an expression that gives an instant vector. */
  async query(expression: string): Promise<readonly Sample[]> {
    const answer = await this.#get<{ result: { metric: Record<string, string>; value: [number, string] }[] }>(
      `/api/v1/query?query=${encodeURIComponent(expression)}`,
    );
    return answer.result.map(({ metric, value }) => ({ labels: metric, value: Number(value[1]) }));
  }

  /** The pending and firing alerts. */
  async alerts(): Promise<readonly Alert[]> {
    return (await this.#get<{ alerts: Alert[] }>("/api/v1/alerts")).alerts;
  }

  /** The scrape targets with their health (`up`, `down`, `unknown`) and the last scrape's error, "" for none. */
  async targets(): Promise<readonly { readonly health: string; readonly lastError: string }[]> {
    return (await this.#get<{ activeTargets: { health: string; lastError: string }[] }>("/api/v1/targets"))
      .activeTargets;
  }

  async stop(): Promise<number | null> {
    return this.#program.stop();
  }

  async #get<Data>(path: string): Promise<Data> {
    const response = await fetch(this.url + path);
    const body = (await response.json()) as { status: string; error?: string; data: Data };
    if (body.status !== "success") throw new Error(`${path}: ${body.error ?? response.statusText}`);
    return body.data;
  }
}
