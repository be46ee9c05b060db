import type { Config } from "../config/config.ts";
import { durationMs } from "../config/duration.ts";
import { pattern } from "../config/pattern.ts";
import type { Pattern } from "../decode/pattern/pattern.ts";
import { jobName } from "../generate/promql/metric-names.ts";
import { Problem } from "../problem.ts";
import { figureLabels } from "../quality/page-metrics.ts";
import type { WindowSpec } from "../window/options.ts";

/** Options of `replay` that say which history it writes. */
export interface HistoryOptions {
  /** Folder of a file a day, or `-` for standard output. */
  readonly openmetrics?: string;
  /** Folder of blocks, which promtool writes. */
  readonly blocks?: string;
  readonly withRules?: boolean;
  readonly step?: string;
  readonly from?: string;
  readonly to?: string;
  readonly label?: readonly string[];
  readonly metrics?: string;
  readonly window?: readonly string[];
  readonly timestamps?: "s" | "ms";
  readonly force?: boolean;
}

/** The same, checked. */
export interface History {
  readonly stepMs: number;
  /** Unix milliseconds. */
  readonly from: number | undefined;
  readonly to: number | undefined;
  readonly labels: ReadonlyMap<string, string>;
  readonly metrics: Pattern | undefined;
  readonly windows: readonly WindowSpec[];
}

const defaultStep = "1m";
const leastStepMs = 1000;
/** Prometheus sees a sample for so long. */
const lookbackMs = 300_000;
const timeForm = /^(\d{4})-(\d{2})-(\d{2})(?:[Tt ]\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:[Zz]|[+-]\d{2}:\d{2}))?$/u;

/** Checks the options; `labels` are those of all series where nothing else is said. Throws a `Problem` that names the one at fault. */
export function parseHistory(
  options: HistoryOptions,
  config: Config,
  now: number,
  labels: ReadonlyMap<string, string> = scrapeLabels(config),
): History {
  const from = options.from === undefined ? undefined : instantOf("--from", options.from, now);
  const to = options.to === undefined ? undefined : instantOf("--to", options.to, now);
  if (from !== undefined && to !== undefined && from > to) throw usage("--from: it is after --to");
  return {
    stepMs: stepOf(options.step ?? defaultStep, options.force ?? false),
    from,
    to,
    labels: labelsOf(options.label ?? [], config, labels),
    metrics: options.metrics === undefined ? undefined : metricsOf(options.metrics),
    windows: windowsOf(options.window, config),
  };
}

function stepOf(word: string, isForced: boolean): number {
  const ms = durationMs(word);
  if (ms === undefined || ms < leastStepMs) {
    throw usage(`--step: expected a duration of at least 1s, like "${defaultStep}", got "${word}"`);
  }
  if (ms >= lookbackMs && !isForced) {
    throw usage(
      `--step ${word}: Prometheus sees a sample for 5m, so graphs and rules would have holes; choose a shorter one, or add --force`,
    );
  }
  return ms;
}

function instantOf(flag: string, word: string, now: number): number {
  const back = durationMs(word);
  if (back !== undefined) return now - back;
  const [, year = "", month = "", day = ""] = timeForm.exec(word) ?? [];
  const time = year === "" ? Number.NaN : Date.parse(word.toUpperCase().replace(" ", "T"));
  const lastDay = new Date(Date.UTC(Number(year), Number(month), 0)).getUTCDate();
  if (!Number.isNaN(time) && Number(day) <= lastDay) return time;
  throw usage(`${flag}: expected a time like "2026-10-01T00:00:00Z", or how long ago, like "30d"; got "${word}"`);
}

/** Labels that scraping adds. */
function scrapeLabels({ prometheus }: Config): ReadonlyMap<string, string> {
  const [target, ...others] = prometheus.targets;
  const labels = new Map([["job", jobName]]);
  return target !== undefined && others.length === 0 ? labels.set("instance", target) : labels;
}

function labelsOf(
  given: readonly string[],
  { tagLabels }: Config,
  before: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> {
  const labels = new Map(before);
  const ours = new Set([...tagLabels, ...figureLabels]);
  for (const word of given) {
    const [, name = "", value = ""] = /^([a-zA-Z_][a-zA-Z0-9_]*)=(.*)$/su.exec(word) ?? [];
    if (name === "" || name.startsWith("__")) throw usage(`--label: expected NAME=VALUE, got "${word}"`);
    if (ours.has(name)) throw usage(`--label ${word}: series have this label already`);
    if (value === "") labels.delete(name);
    else labels.set(name, value);
  }
  return labels;
}

function metricsOf(word: string): Pattern {
  const parsed = pattern.safeParse(word);
  if (parsed.success) return parsed.data;
  throw usage(`--metrics: ${parsed.error.issues.map(({ message }) => message).join("; ")}`);
}

function windowsOf(given: readonly string[] | undefined, { windows }: Config): readonly WindowSpec[] {
  if (given === undefined) return windows;
  const labels = windows.map(({ label }) => label);
  const unknown = given.find((label) => !labels.includes(label));
  if (unknown !== undefined) throw usage(`--window ${unknown}: the config has ${labels.join(", ")}`);
  return windows.filter(({ label }) => given.includes(label));
}

function usage(message: string): Problem {
  return new Problem(message, { exitCode: 2 });
}
