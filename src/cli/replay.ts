import { statSync } from "node:fs";
import { resolve } from "node:path";
import picomatch from "picomatch";
import { wallClock } from "../clock.ts";
import type { Config } from "../config/config.ts";
import { loadConfig } from "../config/load.ts";
import { LineCounts, type SourceLines } from "../decode/line-stats.ts";
import { classNewsText } from "../exposition/class-warnings.ts";
import { printable } from "../exposition/printable.ts";
import { report } from "../exposition/report.ts";
import { EventTimeline, Pipeline } from "../pipeline.ts";
import { Problem } from "../problem.ts";
import { readWhole } from "../source/reading/whole-file.ts";
import { ClassWatch, type ClassNews } from "../window/class-monitor.ts";
import type { Tags } from "../window/tags.ts";

/** How much of a rejected line is shown. */
const shownLetters = 160;

/** The flags of `replay`. */
export interface ReplayOptions {
  readonly config: string;
  readonly files: readonly string[];
  readonly json: boolean;
  /** The source whose format the files have; needed only where the config does not tell. */
  readonly source?: string;
}

/**
 * The `replay` command: reads whole logs through the daemon's own stages, with windows driven by the events' time, and
 * prints the report as of the latest event. Gives the exit code; throws a `Problem` when a file cannot be read.
 */
export async function replay(options: ReplayOptions): Promise<number> {
  const config = await loadConfig(resolve(options.config));
  refuseTwice(options.files);
  const timeline = new EventTimeline(wallClock);
  const lines = new LineCounts();
  const classes = new ClassWatch();
  const pipeline = new Pipeline(config, timeline, lines, classes);
  const files = options.files.map((file) => ({ file, source: sourceOf(config, file, options.source) }));

  for (const { file, source } of files) {
    const reader = pipeline.open({ source, path: file === "-" ? "-" : resolve(file), firstLine: undefined }, undefined);
    const bar = await progressBar(file);
    await readWhole(file, reader, { maxLineBytes: config.limits.maxLineBytes, onProgress: bar.update });
    bar.stop();
  }

  process.stderr.write(shortfall(lines, pipeline.tags, config.limits.maxTags, classes.takeNews()));
  const result = report(pipeline.tags.snapshot(timeline.now), lines.total, classes.counts);
  if (options.json) process.stdout.write(`${JSON.stringify(result)}\n`);
  else process.stdout.write((await import("../exposition/report-table.ts")).reportTable(result));
  return 0;
}

/** What of the logs is not in the report or not as it should be, and why; nothing when all is well. */
function shortfall(
  lines: LineCounts,
  { dropped, late }: Tags,
  maxTags: number,
  classNews: readonly ClassNews[],
): string {
  const notes = lines.sources.flatMap((source) => refusals(source, lines.sources.length > 1));
  if (dropped > 0) {
    notes.push(`${dropped} outcomes are of tags past the first ${maxTags} and not counted; raise limits.maxTags`);
  }
  if (late > 0) {
    notes.push(`${late} outcomes came too late for at least one time window; are the files named oldest first?`);
  }
  notes.push(...classNews.map(classNewsText));
  return notes.map((note) => `${printable(note)}\n`).join("");
}

/** Of each reason for which lines of a source were rejected: how many they are, and what the first of them look like. */
function refusals(source: SourceLines, isOneOfMany: boolean): string[] {
  const of = isOneOfMany ? ` of source ${JSON.stringify(source.source)}` : "";
  return Object.entries(source.rejected).flatMap(([reason, count]) => [
    `rejected (${reason}): ${count} ${count === 1 ? "line" : "lines"}${of}${count === 1 ? "" : ", such as"}`,
    ...source
      .samples(reason)
      .flatMap(({ file, detail, line }) => [
        `  in ${file}: ${detail}`,
        `    ${line.slice(0, shownLetters).replace(/\p{Cs}$/u, "")}`,
      ]),
  ]);
}

/** Refuses a file that is named twice, by whatever names: its lines would count twice. */
function refuseTwice(files: readonly string[]): void {
  const seen = new Map<string, string>();
  for (const file of files) {
    const key = file === "-" ? file : inodeOf(file);
    if (key === undefined) continue;
    const first = seen.get(key);
    if (first !== undefined) {
      const what = first === file ? `${file} is named twice` : `${first} and ${file} are one file`;
      throw new Problem(`${what}: each of its lines would count twice`, { exitCode: 2 });
    }
    seen.set(key, file);
  }
}

/** What tells a file from others; undefined for what is none, or cannot be looked at: reading it says why. */
function inodeOf(file: string): string | undefined {
  try {
    const stat = statSync(file, { bigint: true });
    return stat.isFile() ? `${stat.dev}:${stat.ino}` : undefined;
  } catch {
    return undefined;
  }
}

/** The source that a file belongs to: the one that is named, the one whose patterns match, or the only one there is. */
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
  throw new Problem(`${file}: the config does not tell which source this file is of; say --source NAME`, {
    details: [names],
    exitCode: 2,
  });
}

interface Progress {
  readonly update: (read: number, total: number | undefined) => void;
  readonly stop: () => void;
}

/** A progress bar on a terminal; elsewhere nothing. */
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
