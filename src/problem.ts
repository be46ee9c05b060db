/**
 * A fault that the user can mend: bad config, bad flag, a port in use, a directory that cannot be written.
 * Programmer errors are plain `Error`; a bad log line is never an error but a counted outcome.
 */
export class Problem extends Error {
  /** Further lines that say where each fault stands and what would mend it. */
  readonly details: readonly string[];
  /** What the process ends with: 1 the check failed or the run broke, 2 bad usage or bad config. */
  readonly exitCode: 1 | 2;

  constructor(message: string, options: { details?: readonly string[]; exitCode?: 1 | 2; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = "Problem";
    this.details = options.details ?? [];
    this.exitCode = options.exitCode ?? 1;
  }

  /** The message and its details, one per line, as the command line prints them. */
  get text(): string {
    return [this.message, ...this.details.map((line) => `  ${line}`)].join("\n");
  }
}

/** The `code` of a system error (`ENOENT`), or undefined. Works across realms, where `instanceof Error` does not. */
export function errorCode(error: unknown): string | undefined {
  if (typeof error !== "object" || error === null || !("code" in error)) return undefined;
  return typeof error.code === "string" ? error.code : undefined;
}

/** The message of whatever was thrown, as one line. */
export function errorMessage(error: unknown): string {
  if (typeof error === "object" && error !== null && "message" in error && typeof error.message === "string") {
    return error.message;
  }
  return String(error);
}
