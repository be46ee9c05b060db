import type { ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { formats, type Format } from "../exposition/text-format.ts";
import { errorMessage } from "../problem.ts";
import type { Log } from "../log.ts";
import { Audience } from "./audience.ts";

/** How many pages are written at once. */
const mostRunning = 2;

/** Encodings of the page, the preferred one first. */
export const encodings = ["gzip", "identity"] as const;

/** Form of a page: what its readers share. */
export interface PageForm {
  readonly format: Format;
  readonly encoding: (typeof encodings)[number];
}

/** What pages are made of. */
export interface RenderingOptions {
  /** Writes a page in parts. */
  readonly render: (format: Format) => AsyncIterable<Uint8Array>;
  /** Most requests that are answered at once; 0 for any number. */
  readonly maxRequests: number;
  readonly log: Log;
}

interface Rendering {
  readonly form: PageForm;
  readonly audience: Audience;
}

/** Pages on their way. At most two are written at once; requests that come meanwhile share the next one of their form. */
export class Renderings {
  readonly #options: RenderingOptions;
  /** By form, the first come first. */
  readonly #waiting = new Map<string, Rendering>();
  #running = 0;
  #requests = 0;

  constructor(options: RenderingOptions) {
    this.#options = options;
  }

  /** Answers a request with a page of this form, or with 503 past the limit. */
  answer(response: ServerResponse, form: PageForm): void {
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
    const key = `${form.format} ${form.encoding}`;
    let rendering = this.#waiting.get(key);
    if (rendering === undefined) {
      rendering = { form, audience: new Audience(headersOf(form), () => this.#waiting.size > 0) };
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

  async #run({ form, audience }: Rendering): Promise<void> {
    // All of them have hung up.
    if (audience.destroyed) return;
    // It reads no part ahead: that would be memory.
    const page = Readable.from(this.#options.render(form.format), { highWaterMark: 1 });
    try {
      if (form.encoding === "gzip") await pipeline(page, createGzip({ chunkSize: 1 << 16 }), audience);
      else await pipeline(page, audience);
    } catch (error) {
      if (audience.isAbandoned) return;
      this.#options.log.error({ error: errorMessage(error) }, "request failed");
      audience.fail("Request failed; see the exporter's log.\n");
    }
  }
}

function headersOf({ format, encoding }: PageForm): Record<string, string> {
  return {
    "Content-Type": formats[format].contentType,
    Vary: "Accept, Accept-Encoding",
    ...(encoding !== "identity" && { "Content-Encoding": encoding }),
  };
}
