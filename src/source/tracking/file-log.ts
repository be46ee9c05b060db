/** So many lines of a kind are logged at once; then one more in this time (ms). */
const atOnce = 20;
const everyMs = 60_000;

type Level = "info" | "warn" | "error";
/** Takes what is logged. */
type Lines = Readonly<Record<Level, (what: Readonly<Record<string, unknown>>, text: string) => void>>;

/** Lines of a kind that may be logged. */
interface Allowance {
  left: number;
  /** Monotonic time up to which `left` has been filled up (ms). */
  filledAt: number;
  unsaid: number;
  /** True once it was said that not all lines are logged. */
  isNoted: boolean;
}

/**
 * Log of what happens to files. Whoever writes them can make it happen as often as they like, so that each kind of line is
 * limited, for each source apart; the metrics count all.
 */
export class FileLog {
  readonly #log: Lines;
  readonly #allowances = new Map<string, Allowance>();

  constructor(log: Lines) {
    this.#log = log;
  }

  /** Logs a line about a file of a source, unless there were too many with this text. */
  tell(level: Level, source: string, what: Readonly<Record<string, unknown>>, text: string): void {
    const allowance = this.#allowanceOf(JSON.stringify([source, text]));
    const { left, unsaid, isNoted } = allowance;
    if (left < 1) {
      allowance.unsaid++;
      allowance.isNoted = true;
      if (isNoted) return;
      this.#log.info({ source, lines: text }, "many such lines: from now on one a minute; the metrics count all");
      return;
    }
    allowance.left--;
    allowance.unsaid = 0;
    this.#log[level](unsaid === 0 ? what : { ...what, unsaid }, text);
  }

  #allowanceOf(kind: string): Allowance {
    const now = performance.now();
    const allowance = this.#allowances.get(kind) ?? { left: atOnce, filledAt: now, unsaid: 0, isNoted: false };
    allowance.left = Math.min(atOnce, allowance.left + (now - allowance.filledAt) / everyMs);
    allowance.filledAt = now;
    if (allowance.left === atOnce) allowance.isNoted = false;
    this.#allowances.set(kind, allowance);
    return allowance;
  }
}
