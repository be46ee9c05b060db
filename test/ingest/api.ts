import { mkdtempSync, writeFileSync } from "node:fs";
import { request, type IncomingHttpHeaders } from "node:http";
import { join } from "node:path";
import { Daemon } from "../support/daemon.ts";
import { parseOpenMetrics, seriesOf } from "../support/openmetrics.ts";
import { tempDir } from "../support/temp.ts";
import { countedBy } from "../torture/outcomes.js";

const root = tempDir();

/** Fields of the events that the tests post. */
export const fields = { model: "model", predicted: "predicted", actual: "actual", id: "id", time: "ts" };

/** An answer to a request. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** The body, if it is JSON. */
  readonly json: unknown;
}

/** How a request is sent. */
export interface Sent {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer | undefined;
}

/** Sends a request with whatever headers; rejects when the connection ends without an answer. */
export function send(
  url: string,
  { method = "POST", path = "/api/v1/events", headers = {}, body }: Sent,
): Promise<Answer> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const out = request({ hostname, port, method, path, headers, agent: false }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (part: string) => (text += part));
      response.on("error", reject).on("end", () => {
        const isJson = response.headers["content-type"]?.startsWith("application/json") === true;
        const json: unknown = isJson ? JSON.parse(text) : undefined;
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text, json });
      });
    });
    out.on("error", reject);
    out.end(body);
  });
}

/** Events as lines of JSON. */
export function ndjson(events: readonly object[]): string {
  return events.map((event) => `${JSON.stringify(event)}\n`).join("");
}

/** So many outcomes of a model, right ones. */
export function outcomes(count: number, model = "m"): object[] {
  return Array.from({ length: count }, () => ({ model, predicted: "a", actual: "a" }));
}

/** Headers of a body of NDJSON. */
export const lines = { "content-type": "application/x-ndjson" };

/** A daemon with a source of events by HTTP, on a folder of its own. */
export class Api {
  readonly dir: string;
  readonly daemon: Daemon;

  private constructor(dir: string, daemon: Daemon) {
    this.dir = dir;
    this.daemon = daemon;
  }

  static folder(http: object = {}, more: object = {}): string {
    const dir = mkdtempSync(join(root, "api-"));
    const config = { sources: [{ name: "api", http, fields }], windows: [{ last: 1_000_000 }], ...more };
    writeFileSync(join(dir, "config.json"), JSON.stringify(config));
    return dir;
  }

  static async start(dir = Api.folder(), args: readonly string[] = []): Promise<Api> {
    const files = ["--config", join(dir, "config.json"), "--state", join(dir, "state")];
    return new Api(dir, await Daemon.start([...files, ...args]));
  }

  post(body: string | Buffer | undefined, headers: Sent["headers"] = lines, more: Sent = {}): Promise<Answer> {
    return send(this.daemon.url, { headers, body, ...more });
  }

  /** How many outcomes of a model are counted. */
  async counted(model = "m"): Promise<number> {
    const cells = (await countedBy(this.daemon.url)).get(model) ?? new Map<string, number>();
    return [...cells.values()].reduce((sum, count) => sum + count, 0);
  }

  async metric(series: string): Promise<number | undefined> {
    const { body } = await this.daemon.get("/metrics", { accept: "application/openmetrics-text; version=1.0.0" });
    return seriesOf(parseOpenMetrics(body)).get(`model_quality_exporter_${series}`);
  }
}
