import { statSync } from "node:fs";
import { resolve } from "node:path";
import picomatch from "picomatch";
import { wallClock } from "../clock.ts";
import type { Config } from "../config/config.ts";
import { loadConfig } from "../config/load.ts";
import { LineStats, type SourceLineStats } from "../decode/line-stats.ts";
import { classWarningText } from "../exposition/class-warnings.ts";
import { printableText } from "../decode/printable.ts";
import { report } from "../exposition/report.ts";
import { Pipeline } from "../pipeline.ts";
import { EventTimeline } from "../timeline.ts";
import { Problem } from "../problem.ts";
import { readWhole } from "../source/whole.ts";
import { ClassMonitor, type ClassWarning } from "../window/class-monitor.ts";
import type { Tags } from "../window/tags.ts";

/** Characters of a rejected line in messages. */
const maxShownLength = 160;

/** Outcomes without a time before a warning: smaller logs may be typed by hand. */
const minUntimed = 100;

/** Options of `replay`. */
export interface ReplayOptions {
  readonly config: string;
  readonly files: readonly string[];
  readonly json: boolean;
  /** The source whose format the files have; required where no source matches. */
  readonly source?: string;
}

/**
 * The `replay` command: reads whole logs through the daemon's stages, with windows driven by event time, and prints the
 * report as of the latest event. Returns the exit code; throws a `Problem` when a file cannot be read.
 */
export async function replay(options: ReplayOptions): Promise<number> {
  const config = await loadConfig(resolve(options.config));
  rejectDuplicates(options.files);
  const timeline = new EventTimeline(wallClock);
  const lines = new LineStats();
  const classes = new ClassMonitor();
  const pipeline = new Pipeline(config, timeline, lines, classes);
  const files = options.files.map((file) => ({ file, source: sourceOf(config, file, options.source) }));

  for (const { file, source } of files) {
    const reader = pipeline.open({ source, path: file === "-" ? "-" : resolve(file), firstLine: undefined }, undefined);
    const bar = await progressBar(file);
    await readWhole(file, reader, { maxLineBytes: config.limits.maxLineBytes, onProgress: bar.update });
    bar.stop();
  }

  process.stderr.write(caveats(lines, pipeline.tags, config, classes.takeWarnings()));
  const result = report(pipeline.tags.snapshot(timeline.now), lines.total, classes.counts);
  if (options.json) process.stdout.write(`${JSON.stringify(result)}\n`);
  else process.stdout.write((await import("../exposition/report-table.ts")).reportTable(result));
  return 0;
}

/** Lists what is missing or doubtful in the report, with reasons; empty when there is nothing. */
function caveats(
  lines: LineStats,
  { dropped, late }: Tags,
  { sources, limits: { maxTags } }: Config,
  classWarnings: readonly ClassWarning[],
): string {
  const notes = lines.sources.flatMap((source) => rejections(source, lines.sources.length > 1));
  for (const { source, decode } of sources) {
    const { accepted, untimed } = lines.of(source.name);
    if (decode.fields.time === undefined || accepted < minUntimed || untimed < accepted) continue;
    notes.push(`none of ${accepted} outcomes has the field of fields.time: all count as of now`);
  }
  if (dropped > 0) {
    notes.push(`${dropped} outcomes not counted: their tags are past the first ${maxTags}; raise limits.maxTags`);
  }
  if (late > 0) {
    notes.push(`${late} outcomes are too old for at least one time window; are the files given oldest first?`);
  }
  notes.push(...classWarnings.map(classWarningText));
  return notes.map((note) => `${printableText(note)}\n`).join("");
}

/** Lists a source's rejected lines by reason: the count, and the first examples. */
function rejections(source: SourceLineStats, isOneOfMany: boolean): string[] {
  const of = isOneOfMany ? ` of source ${JSON.stringify(source.source)}` : "";
  return Object.entries(source.rejected).flatMap(([reason, count]) => [
    `rejected (${reason}): ${count} ${count === 1 ? "line" : "lines"}${of}${count === 1 ? "" : ", such as"}`,
    ...source
      .samples(reason)
      .flatMap(({ file, detail, line }) => [
        `  in ${file}: ${detail}`,
        `    ${line.slice(0, maxShownLength).replace(/\p{Cs}$/u, "")}`,
      ]),
  ]);
}

/** Rejects files given more than once, by whatever names, since their lines would count twice. */
function rejectDuplicates(files: readonly string[]): void {
  const seen = new Map<string, string>();
  for (const file of files) {
    const key = file === "-" ? file : inodeOf(file);
    if (key === undefined) continue;
    const first = seen.get(key);
    if (first !== undefined) {
      const what = first === file ? `${file} is given twice` : `${first} and ${file} are the same file`;
      throw new Problem(`${what}; its lines would count twice`, { exitCode: 2 });
    }
    seen.set(key, file);
  }
}

/** Identity of a file; undefined for anything else or on failure, which reading it will report. */
function inodeOf(file: string): string | undefined {
  try {
    const stat = statSync(file, { bigint: true });
    return stat.isFile() ? `${stat.dev}:${stat.ino}` : undefined;
  } catch {
    return undefined;
  }
}

/** Selects the source of a file: the given one, the one whose patterns match, or the only one. */
function sourceOf(config: Config, file: string, named: string | undefined): string {
  const sources = config.sources.map(({ source }) => source);
  const names = `sources: ${sources.map(({ name }) => JSON.stringify(name)).join(", ")}`;
  if (named !== undefined) {
    if (sources.some(({ name }) => name === named)) return named;
    throw new Problem(`--source: the config has no source "${named}"`, { details: [names], exitCode: 2 });
  }
  const matching = sources.filter(({ files }) => file !== "-" && picomatch.isMatch(resolve(file), [...files]));
  const [first, ...others] = matching.length > 0 ? matching : sources;
  if (first !== undefined && others.length === 0) return first.name;
  throw new Problem(`${file}: cannot tell which source this file belongs to; use --source NAME`, {
    details: [names],
    exitCode: 2,
  });
}

interface Progress {
  readonly update: (read: number, total: number | undefined) => void;
  readonly stop: () => void;
}

/** Shows a progress bar on a terminal; without effect elsewhere. */
async function progressBar(file: string): Promise<Progress> {
  if (!process.stderr.isTTY) return { update: () => undefined, stop: () => undefined };
  const { SingleBar } = await import("cli-progress");
  const bar = new SingleBar({
    format: `${file.replace(/[{}\p{Cc}]/gu, "?")} [{bar}] {percentage}% | {eta_formatted} left`,
    stream: process.stderr,
    clearOnComplete: true,
    hideCursor: true,
  });
  let started = false;
  return {
    update: (read, total) => {
      if (total === undefined) return;
      if (!started) bar.start(total, 0);
      started = true;
      bar.update(Math.min(read, total));
    },
    stop: () => {
      bar.stop();
    },
  };
}
