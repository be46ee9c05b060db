import { statSync } from "node:fs";
import { resolve } from "node:path";
import picomatch from "picomatch";
import { wallClock } from "../clock.ts";
import type { Config } from "../config/config.ts";
import { loadConfig } from "../config/load.ts";
import { LineCounts, type SourceLines } from "../decode/line-stats.ts";
import { classNewsText } from "../exposition/class-warnings.ts";
import { printable } from "../exposition/printable.ts";
import { report, type Report } from "../exposition/report.ts";
import { EventTimeline, Pipeline } from "../pipeline.ts";
import { Problem } from "../problem.ts";
import type { Input } from "../source/input.ts";
import type { OpenReader } from "../source/source.ts";
import { ClassWatch, type ClassNews } from "../window/class-monitor.ts";
import type { Tags } from "../window/tags.ts";
import { inOrder } from "./replay-files.ts";
import { WholeFiles } from "./whole-files.ts";

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

/** What `replay` needs of an input: it reads everything once, to its end. */
export type ReplayInput = Pick<Input, "start" | "drain" | "close">;

/**
 * The `replay` command: reads whole logs through the daemon's own stages, with windows driven by the events' time, and
 * prints the report as of the latest event. Gives the exit code; throws a `Problem` when a file cannot be read.
 */
export async function replay(options: ReplayOptions): Promise<number> {
  const config = await loadConfig(resolve(options.config));
  refuseTwice(options.files);
  const named = options.files.map((file) => ({ file, source: sourceOf(config, file, options.source) }));
  const { files, isOrdered } = await inOrder(named, config);
  const { result, notes } = await replayInputs(config, (open) => [
    new WholeFiles(files, open, config.limits.maxLineBytes),
  ]);
  if (!isOrdered && config.windows.some(({ kind }) => kind === "last")) notes.push(unordered);
  process.stderr.write(notes.map((note) => `${printable(note)}\n`).join(""));
  if (options.json) process.stdout.write(`${JSON.stringify(result)}\n`);
  else process.stdout.write((await import("../exposition/report-table.ts")).reportTable(result));
  return 0;
}

/** Reads what the inputs hold, one after the other; gives the report as of the latest event, and what is not in it. */
export async function replayInputs(
  config: Config,
  inputs: (open: OpenReader) => readonly ReplayInput[],
): Promise<{ readonly result: Report; readonly notes: string[] }> {
  const timeline = new EventTimeline(wallClock, config.limits.futureToleranceMs);
  const lines = new LineCounts();
  const classes = new ClassWatch();
  const pipeline = new Pipeline(config, timeline, lines, classes);
  for (const input of inputs((file, saved) => pipeline.open(file, saved))) {
    try {
      await input.start(() => Promise.resolve());
      await input.drain(Number.POSITIVE_INFINITY);
    } finally {
      await input.close();
    }
  }
  return {
    result: report(pipeline.tags.snapshot(timeline.now), lines.total, classes.counts),
    notes: shortfall(lines, pipeline.tags, config.limits, classes.takeNews()),
  };
}

const unordered =
  "the files are counted in the order in which they are named, as not each of them is a file with times: windows of the last outcomes are right if the oldest is named first";

/** What of the logs is not in the report or not as it should be, and why; nothing when all is well. */
function shortfall(
  lines: LineCounts,
  { dropped, late, future }: Tags,
  { maxTags, futureToleranceMs }: Config["limits"],
  classNews: readonly ClassNews[],
): string[] {
  const notes = lines.sources.flatMap((source) => refusals(source, lines.sources.length > 1));
  if (dropped > 0) {
    notes.push(`${dropped} outcomes are of tags past the first ${maxTags} and not counted; raise limits.maxTags`);
  }
  if (late > 0) {
    notes.push(
      `${late} outcomes are older than at least one time window before the latest time that had been read, and left out of it`,
    );
  }
  if (future > 0) {
    notes.push(
      `${future} outcomes carry a time that is to come, by more than limits.futureTolerance (${futureToleranceMs / 1000}s): each counts as of the latest time before it; is it in another unit, or local time?`,
    );
  }
  for (const { source, accepted, untimed } of lines.sources) {
    if (untimed === 0 || untimed === accepted) continue;
    const of = lines.sources.length > 1 ? ` of source ${JSON.stringify(source)}` : "";
    notes.push(`${untimed} of ${accepted} outcomes${of} carry no time: each counts as of the latest time before it`);
  }
  return [...notes, ...classNews.map(classNewsText)];
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
