import type { ServerResponse } from "node:http";
import { Writable } from "node:stream";

/** Bytes that may wait for a reader before it is behind. */
const mostWaiting = 1 << 20;

/** How long a page waits for readers in all (ms): with nobody else in need of it, and where others wait meanwhile. */
const patienceMs = { alone: 10_000, others: 2000 } as const;

/** Interval of looks at those who are behind (ms). */
const lookEveryMs = 50;

/**
 * The readers of one page, which goes at the pace of the slowest. The time that it waits for readers is limited in all; who
 * is behind then is let go. It is destroyed when nobody reads any more.
 */
export class Audience extends Writable {
  readonly #readers = new Set<ServerResponse>();
  readonly #headers: Readonly<Record<string, string>>;
  readonly #areOthersWaiting: () => boolean;
  #waitedMs = 0;
  #next: (() => void) | undefined;
  #looks: NodeJS.Timeout | undefined;

  /** `headers` are those of the answers; `areOthersWaiting` tells whether someone waits for this page to end. */
  constructor(headers: Readonly<Record<string, string>>, areOthersWaiting: () => boolean) {
    super({ highWaterMark: 1 });
    this.#headers = headers;
    this.#areOthersWaiting = areOthersWaiting;
  }

  /** Adds a reader, before the page begins. */
  add(reader: ServerResponse): void {
    this.#readers.add(reader);
    reader.on("drain", () => {
      this.#look();
    });
    reader.on("close", () => {
      this.#readers.delete(reader);
      if (this.#readers.size === 0) this.destroy();
      else this.#look();
    });
  }

  /** Whether nobody reads any more. */
  get isAbandoned(): boolean {
    return this.#readers.size === 0;
  }

  /** Answers that there is no page, or breaks off what is not yet whole. */
  fail(text: string): void {
    for (const reader of this.#readers) {
      if (reader.headersSent) reader.destroy();
      else reader.writeHead(500, { "Content-Type": "text/plain; charset=utf-8" }).end(text);
    }
  }

  override _write(chunk: Uint8Array, _encoding: BufferEncoding, next: () => void): void {
    for (const reader of this.#readers) {
      if (!reader.headersSent) reader.writeHead(200, this.#headers);
      reader.write(chunk);
    }
    this.#next = next;
    this.#look();
  }

  override _final(next: () => void): void {
    for (const reader of this.#readers) {
      reader.end();
      const letGo = setTimeout(() => reader.destroy(), patienceMs.alone);
      reader.on("close", () => {
        clearTimeout(letGo);
      });
    }
    next();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    clearInterval(this.#looks);
    done(error);
  }

  /** Takes the next part of the page once nobody is behind. */
  #look(): void {
    const next = this.#next;
    if (next === undefined) return;
    if (this.#behind().length > 0) {
      this.#looks ??= setInterval(() => {
        this.#wait();
      }, lookEveryMs);
      return;
    }
    clearInterval(this.#looks);
    this.#looks = undefined;
    this.#next = undefined;
    next();
  }

  #wait(): void {
    this.#waitedMs += lookEveryMs;
    const behind = this.#behind();
    const isAlone = behind.length === this.#readers.size && !this.#areOthersWaiting();
    if (this.#waitedMs >= (isAlone ? patienceMs.alone : patienceMs.others)) {
      for (const reader of behind) reader.destroy();
    }
    this.#look();
  }

  #behind(): ServerResponse[] {
    return [...this.#readers].filter((reader) => reader.writableLength > mostWaiting);
  }
}
