import type { ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { errorMessage } from "../problem.ts";
import type { Log } from "../log.ts";
import { Audience } from "./audience.ts";

/** How many pages are written at once. */
const mostRunning = 2;

/** Encodings of the page, the preferred one first. */
export const encodings = ["gzip", "identity"] as const;

/** A page; readers share those of one name and encoding. */
export interface Page {
  readonly name: string;
  readonly contentType: string;
  readonly encoding: (typeof encodings)[number];
  /** Writes it in parts. */
  readonly render: () => AsyncIterable<Uint8Array>;
}

/** How pages are written. */
export interface RenderingOptions {
  /** Most requests that are answered at once; 0 for any number. */
  readonly maxRequests: number;
  readonly log: Log;
}

interface Rendering {
  readonly page: Page;
  readonly audience: Audience;
}

/** Pages on their way. At most two are written at once; requests that come meanwhile share the next one of their kind. */
export class Renderings {
  readonly #options: RenderingOptions;
  /** By name and encoding, the first come first. */
  readonly #waiting = new Map<string, Rendering>();
  #running = 0;
  #requests = 0;

  constructor(options: RenderingOptions) {
    this.#options = options;
  }

  /** Answers a request with a page, or with 503 past the limit. */
  answer(response: ServerResponse, page: Page): void {
    const { maxRequests } = this.#options;
    if (maxRequests > 0 && this.#requests >= maxRequests) {
      response
        .writeHead(503, { "Content-Type": "text/plain; charset=utf-8", "Retry-After": "5" })
        .end(`${maxRequests} requests are being answered, the most at once (--web.max-requests); try again later.\n`);
      return;
    }
    this.#requests++;
    response.on("close", () => {
      this.#requests--;
    });
    const key = `${page.encoding} ${page.name}`;
    let rendering = this.#waiting.get(key);
    if (rendering === undefined) {
      rendering = { page, audience: new Audience(headersOf(page), () => this.#waiting.size > 0) };
      this.#waiting.set(key, rendering);
    }
    rendering.audience.add(response);
    this.#startNext();
  }

  #startNext(): void {
    for (const [key, rendering] of this.#waiting) {
      if (this.#running >= mostRunning) return;
      this.#waiting.delete(key);
      this.#running++;
      void this.#run(rendering).finally(() => {
        this.#running--;
        this.#startNext();
      });
    }
  }

  async #run({ page, audience }: Rendering): Promise<void> {
    // All of them have hung up.
    if (audience.destroyed) return;
    // It reads no part ahead: that would be memory.
    const parts = Readable.from(page.render(), { highWaterMark: 1 });
    try {
      if (page.encoding === "gzip") await pipeline(parts, createGzip({ chunkSize: 1 << 16 }), audience);
      else await pipeline(parts, audience);
    } catch (error) {
      if (audience.isAbandoned) return;
      this.#options.log.error({ error: errorMessage(error) }, "request failed");
      audience.fail("Request failed; see the exporter's log.\n");
    }
  }
}

function headersOf({ contentType, encoding }: Page): Record<string, string> {
  return {
    "Content-Type": contentType,
    Vary: "Accept, Accept-Encoding",
    ...(encoding !== "identity" && { "Content-Encoding": encoding }),
  };
}
