import { mkdtempSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Program } from "./program.ts";
import { readyUrl } from "./ready-url.ts";

/** A real Alertmanager on a free port of loopback, alone (no cluster). */
export class Alertmanager {
  readonly #program: Program;
  readonly url: string;

  private constructor(program: Program, url: string) {
    this.#program = program;
    this.url = url;
  }

  /** Starts Alertmanager and waits until it is ready. The arguments are those of `Prometheus.start`. */
  static async start(dir: string, config: { text: string } | { file: string }): Promise<Alertmanager> {
    const storage = mkdtempSync(join(dir, "alertmanager-"));
    const file = "file" in config ? config.file : join(dir, "alertmanager.yml");
    if ("text" in config) writeFileSync(file, config.text);
    const program = Program.start("prometheus-alertmanager", [
      `--config.file=${file}`,
      `--storage.path=${storage}`,
      "--web.listen-address=127.0.0.1:0",
      "--cluster.listen-address=",
    ]);
    return new Alertmanager(program, await readyUrl(program));
  }

  /** `127.0.0.1:PORT`, as Prometheus' config names it. */
  get address(): string {
    return new URL(this.url).host;
  }

  /** All that it has written to its log so far. */
  get log(): string {
    return this.#program.output;
  }

  /** The alerts that it holds, with their labels and the receivers that they are routed to. */
  async alerts(): Promise<
    readonly { readonly labels: Readonly<Record<string, string>>; readonly receivers: readonly { name: string }[] }[]
  > {
    const response = await fetch(`${this.url}/api/v2/alerts`);
    return (await response.json()) as { labels: Record<string, string>; receivers: { name: string }[] }[];
  }

  async stop(): Promise<number | null> {
    return this.#program.stop();
  }
}
