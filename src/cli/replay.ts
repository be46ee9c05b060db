import { statSync } from "node:fs";
import { resolve } from "node:path";
import picomatch from "picomatch";
import { wallClock } from "../clock.ts";
import type { Config } from "../config/config.ts";
import { durationMs } from "../config/duration.ts";
import { loadConfig } from "../config/load.ts";
import { LineStats, type SourceLineStats } from "../decode/line-stats.ts";
import { JoinStats } from "../join/join-stats.ts";
import { classWarningText } from "../exposition/class-warnings.ts";
import { printableText } from "../decode/printable.ts";
import { report, type Report } from "../exposition/report.ts";
import { Pipeline } from "../pipeline.ts";
import { Merge } from "../merge/merge.ts";
import { Problem } from "../problem.ts";
import { EventTimeline, FutureLimit } from "../timeline.ts";
import type { Input } from "../source/input.ts";
import { foreignText, isForeignArchive } from "../source/identity/rotation-names.ts";
import { Instants, type InstantOptions, type PastInstants } from "../replay/instants.ts";
import { ClassMonitor, type ClassWarning } from "../window/class-monitor.ts";
import { uncountedNote } from "./uncounted-note.ts";
import { longestLine, orderFiles, type ReplayFile } from "./replay-files.ts";
import { WholeFiles, type OpenPassage } from "./whole-files.ts";

/** Characters of a rejected line in messages. */
const maxShownLength = 160;
const maxShownFiles = 5;
/** How far lines of a file may be out of the order of their times, where nothing else is said. */
const defaultLateness = "1m";
/** Events that are held back at most, about 300 bytes each: of one file, and of all files together. */
const mostHeldOfFile = 100_000;
const mostHeld = 1_000_000;

/** Options of `replay`. */
export interface ReplayOptions {
  readonly config: string;
  readonly files: readonly string[];
  readonly json: boolean;
  /** The source whose format the files have; required where no source matches. */
  readonly source?: string;
  /** How far lines may be out of the order of their times; those of a single file are sorted only where it is given. */
  readonly lateness?: string;
}

/** The part of an input that `replay` uses. */
export type ReplayInput = Pick<Input, "start" | "drain" | "close">;

/**
 * The `replay` command: reads whole logs through the daemon's stages, with windows driven by event time, and prints the
 * report as of the latest event. Returns the exit code; throws a `Problem` when a file cannot be read.
 */
export async function replay(options: ReplayOptions): Promise<number> {
  const { config, named } = await prepareReplay(options);
  const { result, notes } = await replayFiles(config, named, options.lateness);
  process.stderr.write(notes.map((note) => `${printableText(note)}\n`).join(""));
  if (options.json) process.stdout.write(`${JSON.stringify(result)}\n`);
  else process.stdout.write((await import("../exposition/report-table.ts")).reportTable(result));
  return 0;
}

/** Loads the config, and finds the sources of the files. */
export async function prepareReplay(
  options: Pick<ReplayOptions, "config" | "files" | "source">,
): Promise<{ readonly config: Config; readonly named: readonly ReplayFile[] }> {
  const config = await loadConfig(resolve(options.config));
  options.files.forEach(rejectForeign);
  rejectDuplicates(options.files);
  return { config, named: options.files.map((file) => ({ file, sources: sourcesOf(config, file, options.source) })) };
}

/** What a replay tells. */
export interface Replayed {
  readonly result: Report;
  /** Limitations of the report. */
  readonly notes: string[];
  /** Undefined where there were to be none. */
  readonly instants: PastInstants | undefined;
}

/** Reads files, each under its sources, merged by their times, and stops at instants where some are given. */
export async function replayFiles(
  config: Config,
  named: readonly ReplayFile[],
  given?: string,
  instants?: InstantOptions,
): Promise<Replayed> {
  const lateness = given ?? defaultLateness;
  const latenessMs = latenessOf(lateness);
  const isSorted = given !== undefined || instants !== undefined;
  const order = await orderFiles(named, config, isSorted);
  const [untimed] = order.inTurn;
  if (instants !== undefined && untimed !== undefined) {
    const what = `${untimed.file}: its events have no times, by which history is put together; map fields.time`;
    throw new Problem(what, { exitCode: 2 });
  }
  const merge = makeMerge(latenessMs, order.merged.length, config);
  const replayed = await replayInputs(
    config,
    (open) => [new WholeFiles(order, open, merge, longestLine(config))],
    instants,
  );
  const { result, notes } = replayed;
  const { asNamed } = order;
  notes.push(...orderNotes(asNamed, merge, lateness, config));
  if (named.length === 1 && !isSorted) return replayed;
  return { ...replayed, result: { ...result, order: { asNamed, displaced: merge.displaced } } };
}

/** Reads the inputs one after the other, and reports as of the latest event; stops at instants where some are given. */
export async function replayInputs(
  config: Config,
  inputs: (open: OpenPassage) => readonly ReplayInput[],
  options?: InstantOptions,
): Promise<Replayed> {
  const events = new EventTimeline(wallClock, new FutureLimit(wallClock, config.limits.futureToleranceMs));
  const instants = options && new Instants(options, events);
  const timeline = instants ?? events;
  const lines = new LineStats();
  const classes = new ClassMonitor();
  const joined = new JoinStats();
  const pipeline = new Pipeline(config, timeline, lines, classes, joined);
  const { join } = pipeline;
  instants?.follow(pipeline);
  join?.decideInOrder();
  for (const input of inputs((...file) => pipeline.open(...file))) {
    try {
      await input.start(() => Promise.resolve());
      await input.drain(Number.POSITIVE_INFINITY);
    } finally {
      await input.close();
    }
  }
  const past = instants?.end();
  join?.advance(timeline.now);
  const joinView = join && { size: join.size, stats: joined };
  return {
    result: report(config.models, pipeline.tags.snapshot(timeline.now), lines.total, classes.counts, joinView),
    notes: caveats(lines, config, classes.takeWarnings()),
    instants: past,
  };
}

function latenessOf(word: string): number {
  const ms = durationMs(word);
  if (ms !== undefined) return ms;
  throw new Problem(`--lateness: expected a duration like "${defaultLateness}", got "${word}"`, { exitCode: 2 });
}

function makeMerge(latenessMs: number, files: number, { limits }: Config): Merge {
  const future = new FutureLimit(wallClock, limits.futureToleranceMs);
  const maxHeld = Math.min(mostHeldOfFile, Math.floor(mostHeld / Math.max(files, 1)));
  return new Merge({ latenessMs, maxHeld, isTolerated: (time) => future.tolerates(time) });
}

/** Lists what of the order of several files is not that of times. */
function orderNotes(
  asNamed: readonly string[],
  { displaced: { late, crowded }, options: { maxHeld } }: Merge,
  lateness: string,
  config: Config,
): string[] {
  const notes: string[] = [];
  if (asNamed.length > 0 && config.windows.some(({ kind }) => kind === "last")) {
    const names = asNamed.length > maxShownFiles ? [...asNamed.slice(0, maxShownFiles), "..."] : asNamed;
    notes.push(
      `files without times count in the given order, after all others (${names.join(", ")}): windows of the last outcomes are right only if the oldest of them comes first`,
    );
  }
  if (late > 0) {
    notes.push(
      `${late} events are further behind the latest one before them in their file than --lateness ${lateness}: they count where they stand; a longer one sorts them`,
    );
  }
  if (crowded > 0) {
    notes.push(
      `${crowded} events stand behind others of their file that went on early, since it had more than ${maxHeld} of them within --lateness ${lateness}: they count where they stand`,
    );
  }
  return notes;
}

/** Lists what is missing or doubtful in the report, with reasons; empty when there is nothing. */
function caveats(
  lines: LineStats,
  { sources, limits: { maxTags, futureToleranceMs } }: Config,
  classWarnings: readonly ClassWarning[],
): string[] {
  const notes = lines.sources.flatMap((source) => rejections(source, lines.sources.length > 1));
  const dropped = lines.outcomes("dropped");
  const late = lines.outcomes("late");
  const future = lines.outcomes("future");
  for (const { source, decode } of sources) {
    const note = uncountedNote(lines.of(source.name), decode, sources.length > 1);
    if (note !== undefined) notes.push(note);
  }
  if (dropped > 0) {
    notes.push(`${dropped} outcomes not counted: their tags are past the first ${maxTags}; raise limits.maxTags`);
  }
  if (late > 0) {
    notes.push(
      `${late} outcomes are too old for at least one time window, which ends at the latest time read before them`,
    );
  }
  if (future > 0) {
    notes.push(
      `${future} outcomes are dated further in the future than limits.futureTolerance (${futureToleranceMs / 1000}s): they count as of the latest time before them; is their time in another unit, or local time?`,
    );
  }
  for (const { source, accepted, untimed } of lines.sources) {
    if (untimed === 0 || untimed === accepted) continue;
    const of = lines.sources.length > 1 ? ` of source ${JSON.stringify(source)}` : "";
    notes.push(`${untimed} of ${accepted} outcomes${of} have no time: they count as of the latest time before them`);
  }
  return [...notes, ...classWarnings.map(classWarningText)];
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

/** Rejects a file whose name says that it is compressed in a form that cannot be read. */
function rejectForeign(file: string): void {
  if (!isForeignArchive(file)) return;
  const what = `${file}: ${foreignText(file)}; unpack it first, or pipe it to \`replay -\``;
  throw new Problem(what, { exitCode: 2 });
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

/** Selects the sources of a file: the given one, those whose patterns match, of each selection of lines one, or the only one. */
function sourcesOf(config: Config, file: string, named: string | undefined): string[] {
  const sources = config.sources.map(({ source }) => source);
  const names = `sources: ${sources.map(({ name }) => JSON.stringify(name)).join(", ")}`;
  if (named !== undefined) {
    if (sources.some(({ name }) => name === named)) return [named];
    throw new Problem(`--source: the config has no source "${named}"`, { details: [names], exitCode: 2 });
  }
  const matching = sources.filter(({ files }) => file !== "-" && picomatch.isMatch(resolve(file), [...files]));
  const selections = new Set(matching.map(({ selection }) => selection));
  if (matching.length > 0 && selections.size === matching.length) return matching.map(({ name }) => name);
  const [first, ...others] = sources;
  if (matching.length === 0 && first !== undefined && others.length === 0) return [first.name];
  throw new Problem(`${file}: cannot tell which source this file belongs to; use --source NAME`, {
    details: [names],
    exitCode: 2,
  });
}
