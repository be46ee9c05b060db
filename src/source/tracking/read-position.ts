import { noFingerprint, type Fingerprint, type Identity } from "../identity/fingerprint.ts";
import type { PrefixChecksums } from "../identity/prefix-checksums.ts";

/** Position in a file and its fingerprints up to there, which change together. */
export class ReadPosition implements Identity {
  #identity: Identity = { offset: 0, head: noFingerprint, tail: noFingerprint, checksums: [] };
  #begin = 0;
  #scanned = 0;

  /** After the last newline that was consumed: what is committed. */
  get offset(): number {
    return this.#identity.offset;
  }

  get head(): Fingerprint {
    return this.#identity.head;
  }

  get tail(): Fingerprint {
    return this.#identity.tail;
  }

  get checksums(): PrefixChecksums {
    return this.#identity.checksums;
  }

  /** Start of the unfinished line: past `offset` only by NUL bytes. */
  get begin(): number {
    return this.#begin;
  }

  /** Up to where there is no newline: past `begin` only while a line that is too long is passed over. */
  get scanned(): number {
    return this.#scanned;
  }

  /** Moves to another offset, and takes what tells the file from others as far as that. */
  moveTo({ offset, head, tail, checksums }: Identity): void {
    this.#identity = { offset, head, tail, checksums };
    this.scanAgain();
  }

  /** Remembers a line that is not whole yet: where it begins, and up to where there is no newline. */
  waitForLine(begin: number, scanned: number): void {
    this.#begin = begin;
    this.#scanned = scanned;
  }

  /** Forgets what was seen of the line that is not whole yet. */
  scanAgain(): void {
    this.#begin = this.offset;
    this.#scanned = this.offset;
  }

  /** Learns the first bytes, of which nothing or less was known. */
  learnHead(head: Fingerprint): void {
    this.#identity = { ...this.#identity, head };
  }
}
