/** What keeps a file from being read, with the system's error code or `ENCODING`. */
export interface Problem {
  readonly code: string;
  readonly text: string;
}

/** What is told of how a file is read: what was read, what waits, and what is in the way. */
export class ReadStats {
  readonly #reported = new Set<string>();
  #readBytes = 0;
  #unpackedBytes = 0;
  #lastReadSeconds = 0;
  #behindSince: number | undefined;
  #problem: Problem | undefined;
  #retryAt = 0;

  /** Bytes handed on. */
  get readBytes(): number {
    return this.#readBytes;
  }

  /** Of an archive: how many of its bytes, compressed as they are, were read this time. */
  get unpackedBytes(): number {
    return this.#unpackedBytes;
  }

  /** Unix seconds of the last read that gave lines; 0 before. */
  get lastReadSeconds(): number {
    return this.#lastReadSeconds;
  }

  /** For how long there has been something that was not looked at (s); 0 when there is nothing. */
  get lagSeconds(): number {
    return this.#behindSince === undefined ? 0 : (performance.now() - this.#behindSince) / 1000;
  }

  /** What keeps it from being read, or undefined. */
  get problem(): Problem | undefined {
    return this.#problem;
  }

  /** Whether what it holds is in the way: that will not be better for being read again. */
  get isUnreadable(): boolean {
    return this.#problem?.code === "ENCODING" || this.isDamaged;
  }

  /** Whether it is an archive that is damaged. */
  get isDamaged(): boolean {
    return this.#problem?.code.startsWith("Z_") === true;
  }

  /** Whether it may be tried (again). */
  get mayRetry(): boolean {
    return performance.now() > this.#retryAt;
  }

  /** So many more bytes were handed on. */
  add(bytes: number): void {
    this.#readBytes += bytes;
  }

  /** Of an archive, so many bytes were read this time. */
  unpack(bytes: number): void {
    this.#unpackedBytes = bytes;
  }

  /** Lines were read (Unix seconds). */
  readAt(seconds: number): void {
    this.#lastReadSeconds = seconds;
  }

  /** There is something to read. */
  fallBehind(): void {
    this.#behindSince ??= performance.now();
  }

  /** It was read to its end. */
  catchUp(): void {
    this.#behindSince = undefined;
  }

  /** Something is in the way; `retryMs`: after so long it may be tried again. Whether that was not reported before. */
  fail(problem: Problem, retryMs: number): boolean {
    const isNew = !this.#reported.has(problem.code);
    this.#reported.add(problem.code);
    this.#retryAt = performance.now() + retryMs;
    this.#problem = problem;
    return isNew;
  }

  /** Notes what is in the way before it is reported. */
  meet(problem: Problem): void {
    this.#problem = problem;
  }

  /** Nothing is in the way any more, as far as is known. */
  clearProblem(): void {
    this.#problem = undefined;
  }
}
