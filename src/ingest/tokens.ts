import { createHash, timingSafeEqual } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import type { Log } from "../log.ts";
import { errorMessage, Problem } from "../problem.ts";

/**
 * Bearer tokens of a file, one a line, each of which is accepted, so that they can be changed one after the other. The file
 * is read again when it changes; while it cannot be read, or holds none, all requests are refused.
 */
export class Tokens {
  readonly #file: string;
  readonly #log: Log;
  /** State of the file as it was read last; undefined where it could not be. */
  #stamp: string | undefined;
  #digests: readonly Buffer[] = [];
  #isFailing = false;

  constructor(file: string, log: Log) {
    this.#file = file;
    this.#log = log;
    this.#refresh();
  }

  /** Tells whether an `Authorization` header bears one of the tokens. */
  admits(authorization: string | undefined): boolean {
    this.#refresh();
    const [, token] = /^bearer +([^ ]+) *$/iu.exec(authorization ?? "") ?? [];
    if (token === undefined) return false;
    const given = digest(token);
    // All are compared, so that the time tells nothing of which one fits.
    return this.#digests.reduce((fits, known) => timingSafeEqual(given, known) || fits, false);
  }

  #refresh(): void {
    try {
      const stamp = stampOf(this.#file);
      if (stamp === this.#stamp) return;
      const isFirst = this.#stamp === undefined && !this.#isFailing;
      this.#digests = readTokens(this.#file).map(digest);
      this.#stamp = stamp;
      this.#isFailing = false;
      const what = { file: this.#file, tokens: this.#digests.length };
      if (!isFirst) this.#log.info(what, "tokens of http.tokensFile are read again");
    } catch (error) {
      this.#stamp = undefined;
      this.#digests = [];
      if (!this.#isFailing) {
        const what = { file: this.#file, error: errorMessage(error) };
        this.#log.error(what, "cannot use the tokens of http.tokensFile: all events are refused until it can be read");
      }
      this.#isFailing = true;
    }
  }
}

/** Throws a `Problem` when a file of tokens cannot be read or holds none; `place` is where the config names it. */
export function checkTokens(file: string, place: string): void {
  try {
    readTokens(file);
  } catch (error) {
    throw new Problem(`${place}: http.tokensFile: cannot use ${file}: ${errorMessage(error)}`, {
      exitCode: 2,
      cause: error,
    });
  }
}

function readTokens(file: string): string[] {
  const words = readFileSync(file, "utf8")
    .split(/\r?\n/u)
    .map((line) => line.trim())
    .filter((line) => line !== "");
  if (words.length === 0) throw new Error("it holds no token; expected one a line");
  if (words.some((word) => /\s/u.test(word))) throw new Error("a token has blanks in it; expected one a line");
  return words;
}

/** What changes whenever the file does; a mounted Secret is another file behind the same links. */
function stampOf(file: string): string {
  const { dev, ino, size, mtimeNs, ctimeNs } = statSync(file, { bigint: true });
  return [dev, ino, size, mtimeNs, ctimeNs].join(" ");
}

function digest(token: string): Buffer {
  return createHash("sha256").update(token).digest();
}
