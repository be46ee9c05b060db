import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { gunzipSync } from "node:zlib";
import { readLines, type Point } from "./line-reader.ts";

/** A request as it came. */
export interface Posted {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: IncomingMessage["headers"];
  readonly points: readonly Point[];
  /** When it came (ms). */
  readonly at: number;
}

/** An answer that a server of InfluxDB documents, or none at all. */
export type Answer =
  | { readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly body?: string }
  | "hang"
  | "slow drip"
  | "cut off";

/**
 * A stand-in for servers of InfluxDB 2 and 3, which Debian does not have: it takes what they document and nothing else, and
 * gives the answers that a test puts in.
 */
export class StandIn {
  readonly posted: Posted[] = [];
  /** Answers to the next requests; when they are used up, lines are taken. */
  readonly answers: Answer[] = [];
  /** Most requests that were open at once. */
  mostOpen = 0;
  #open = 0;
  readonly #server = createServer((request, response) => {
    this.#open++;
    this.mostOpen = Math.max(this.mostOpen, this.#open);
    response.on("close", () => this.#open--);
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      this.#take(request, Buffer.concat(parts), response);
    });
  });

  /** Starts it on a port of loopback, a free one where none is given. */
  async start(port = 0): Promise<this> {
    await new Promise<void>((done) => this.#server.listen(port, "127.0.0.1", done));
    return this;
  }

  get port(): number {
    const address = this.#server.address();
    return typeof address === "object" && address !== null ? address.port : 0;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((done) => this.#server.close(done));
  }

  #take(request: IncomingMessage, body: Buffer, response: ServerResponse): void {
    const { pathname, searchParams } = new URL(request.url ?? "", this.url);
    this.posted.push({
      method: request.method ?? "",
      path: pathname,
      query: Object.fromEntries(searchParams),
      headers: request.headers,
      points: readLines(gunzipSync(body).toString()),
      at: performance.now(),
    });
    const answer = this.answers.shift() ?? { status: 204 };
    if (answer === "hang") return;
    if (answer === "cut off") {
      request.socket.destroy();
    } else if (answer === "slow drip") {
      response.writeHead(200);
      const drip = setInterval(() => response.write(" "), 10);
      response.on("close", () => {
        clearInterval(drip);
      });
    } else response.writeHead(answer.status, answer.headers).end(answer.body);
  }
}
