/** Reason why a file cannot be read, with the system's error code or `ENCODING`. */
export interface Problem {
  readonly code: string;
  readonly text: string;
}

/** Read statistics of a file: bytes read, lag, and the current problem. */
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

  /** Compressed bytes of an archive that were read this time. */
  get unpackedBytes(): number {
    return this.#unpackedBytes;
  }

  /** Unix seconds of the last read that gave lines; 0 before. */
  get lastReadSeconds(): number {
    return this.#lastReadSeconds;
  }

  /** Time since there has been unread data (s); 0 if there is none. */
  get lagSeconds(): number {
    return this.#behindSince === undefined ? 0 : (performance.now() - this.#behindSince) / 1000;
  }

  /** Reason why it cannot be read, or undefined. */
  get problem(): Problem | undefined {
    return this.#problem;
  }

  /** True if the content is the problem: retrying does not help. */
  get isUnreadable(): boolean {
    return this.#problem?.code === "ENCODING" || this.isDamaged;
  }

  /** True for a damaged archive. */
  get isDamaged(): boolean {
    return this.#problem?.code.startsWith("Z_") === true;
  }

  /** True if a read may be tried now. */
  get mayRetry(): boolean {
    return performance.now() > this.#retryAt;
  }

  /** So many more bytes were handed on. */
  add(bytes: number): void {
    this.#readBytes += bytes;
  }

  /** Records the compressed bytes of an archive that were read this time. */
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

  /** Records that the end was reached. */
  catchUp(): void {
    this.#behindSince = undefined;
  }

  /** Records a problem, retried after `retryMs`; returns whether it is new. */
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

  /** Clears the problem. */
  clearProblem(): void {
    this.#problem = undefined;
  }
}
