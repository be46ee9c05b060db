import { closeSync, fsyncSync, openSync, readSync, rmSync, writeSync } from "node:fs";
import { errorMessage, Problem } from "../problem.ts";

/** Characters that are written at once. */
const chunkLength = 256 * 1024;

/** Receiver of text. */
export interface TextSink {
  readonly write: (text: string) => void;
  readonly copy: (bytes: Buffer) => void;
}

/** A file that is written from its start to its end; what goes wrong is a `Problem` that names it. */
export class TextFile implements TextSink {
  readonly #path: string;
  readonly #fd: number;
  #text = "";
  #bytes = 0;

  constructor(path: string) {
    this.#path = path;
    this.#fd = this.#try(() => openSync(path, "w+", 0o644));
  }

  /** Bytes so far. */
  get bytes(): number {
    this.#flush();
    return this.#bytes;
  }

  readonly write = (text: string): void => {
    this.#text += text;
    if (this.#text.length >= chunkLength) this.#flush();
  };

  readonly copy = (bytes: Buffer): void => {
    this.#flush();
    this.#put(bytes);
  };

  /** Reads a stretch of what was written. */
  read(offset: number, bytes: number): Buffer {
    this.#flush();
    const buffer = Buffer.allocUnsafe(bytes);
    for (let at = 0; at < bytes;) {
      const read = this.#try(() => readSync(this.#fd, buffer, at, bytes - at, offset + at));
      if (read === 0) throw new Problem(`${this.#path}: cut short by someone else`);
      at += read;
    }
    return buffer;
  }

  /** Closes the file once its content is on the disk. */
  close(): void {
    this.#flush();
    this.#try(() => {
      fsyncSync(this.#fd);
      closeSync(this.#fd);
    });
  }

  /** Closes the file and removes it. */
  discard(): void {
    this.#text = "";
    try {
      closeSync(this.#fd);
    } finally {
      rmSync(this.#path, { force: true });
    }
  }

  #flush(): void {
    if (this.#text === "") return;
    const bytes = Buffer.from(this.#text);
    this.#text = "";
    this.#put(bytes);
  }

  #put(bytes: Buffer): void {
    for (let at = 0; at < bytes.length;) at += this.#try(() => writeSync(this.#fd, bytes, at));
    this.#bytes += bytes.length;
  }

  #try<Value>(action: () => Value): Value {
    try {
      return action();
    } catch (error) {
      throw new Problem(`cannot write ${this.#path}: ${errorMessage(error)}`, { cause: error });
    }
  }
}
