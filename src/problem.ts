/**
 * A fault that the user can fix: bad config, bad flag, a port in use, an unwritable directory. Programming errors are
 * plain `Error`; an invalid log line is counted, never thrown.
 */
export class Problem extends Error {
  /** Further lines: the location of each fault and its remedy. */
  readonly details: readonly string[];
  /** Exit code of the process: 1 for a failed check or run, 2 for bad usage or config. */
  readonly exitCode: 1 | 2;

  constructor(message: string, options: { details?: readonly string[]; exitCode?: 1 | 2; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = "Problem";
    this.details = options.details ?? [];
    this.exitCode = options.exitCode ?? 1;
  }

  /** The message and its details, one per line. */
  get text(): string {
    return [this.message, ...this.details.map((line) => `  ${line}`)].join("\n");
  }
}

/** The `code` of a system error (`ENOENT`) or undefined; works across realms, unlike `instanceof Error`. */
export function errorCode(error: unknown): string | undefined {
  if (typeof error !== "object" || error === null || !("code" in error)) return undefined;
  return typeof error.code === "string" ? error.code : undefined;
}

/** The message of any thrown value. */
export function errorMessage(error: unknown): string {
  if (typeof error === "object" && error !== null && "message" in error && typeof error.message === "string") {
    return error.message;
  }
  return String(error);
}
