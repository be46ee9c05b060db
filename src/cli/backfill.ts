import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { wallClock } from "../clock.ts";
import type { Config } from "../config/config.ts";
import { printableText } from "../decode/printable.ts";
import { runTool } from "../generate/run-tool.ts";
import { modelRules } from "../generate/rules/rule-groups.ts";
import { makeDirectory } from "../make-directory.ts";
import { errorMessage, Problem } from "../problem.ts";
import { DaySeries } from "../replay/day-series.ts";
import type { Instant, PastInstants } from "../replay/instants.ts";
import { OpenMetricsWriter, type Destination } from "../replay/openmetrics.ts";
import { Recorded } from "../replay/recorded.ts";
import { Scrape } from "../replay/scrape.ts";
import { clearBackfillFolder, makeBackfillFolder } from "./backfill-folder.ts";
import { parseHistory, type History, type HistoryOptions } from "./backfill-options.ts";
import { SizeLimit } from "./backfill-size.ts";
import { outFolder } from "./out-folder.ts";
import { prepareReplay, replayFiles, type ReplayOptions } from "./replay.ts";

/** Prometheus takes nothing younger from blocks: it may still have it in memory. */
const headMs = 3 * 3600 * 1000;

/** Options of `replay` with history. */
export type BackfillOptions = Omit<ReplayOptions, "json"> & HistoryOptions;

/**
 * The `replay` command with `--openmetrics` or `--blocks`: writes what `/metrics` would have said at each instant, for a
 * time-series database. Returns the exit code; throws a `Problem` when that is not possible.
 */
export async function backfill(options: BackfillOptions): Promise<number> {
  const { config, named } = await prepareReplay(options);
  const now = wallClock();
  const history = parseHistory(options, config, now);
  const notAfter = now - headMs;
  const size = await SizeLimit.of(history, { config, named, notAfter, isForced: options.force ?? false });
  const target = await openTarget(options);
  const day = new DaySeries();
  const scrape = new Scrape(config, history, day);
  const recorded = options.withRules === true ? recordedSeries(config, history, day) : undefined;
  const writer = new OpenMetricsWriter(day, target.destination, options.timestamps ?? "s");
  let most = 0;
  const receive = (instant: Instant): void => {
    writer.begin(instant.time);
    const hasChanged = scrape.take(instant);
    recorded?.take(instant.time, hasChanged);
    most = Math.max(most, day.present);
    size.check(instant.time, day.present);
  };
  try {
    const { stepMs, from, to } = history;
    const replayed = await replayFiles(config, named, options.lateness, { stepMs, from, to, notAfter, receive });
    writer.end();
    const { instants, notes } = replayed;
    if (instants === undefined || instants.count === 0) throw nothing(instants, history);
    notes.push(...historyNotes(instants, scrape, config, options));
    const text = [...notes, ...summary(instants, history, { day, writer, most }, options)];
    process.stderr.write(text.map((line) => `${printableText(line)}\n`).join(""));
  } finally {
    writer.discard();
    target.close();
  }
  return 0;
}

function recordedSeries(config: Config, { metrics }: History, day: DaySeries): Recorded {
  return new Recorded(
    modelRules(config).map(({ recording }) => recording),
    metrics,
    day,
  );
}

/** Where the samples go, and what to do at the end. */
interface Target {
  readonly destination: Destination;
  readonly close: () => void;
}

async function openTarget({ openmetrics, blocks }: HistoryOptions): Promise<Target> {
  if (openmetrics === "-") {
    if (blocks !== undefined) {
      throw new Problem("--blocks: promtool reads files only; name a folder with --openmetrics", { exitCode: 2 });
    }
    const partsFolder = mkdtempSync(join(tmpdir(), "model-quality-"));
    const write = (text: string | Buffer): void => void process.stdout.write(text);
    const close = (): void => {
      rmSync(partsFolder, { recursive: true, force: true });
    };
    return { destination: { kind: "stream", write, partsFolder }, close };
  }
  const toBlocks = blocks === undefined ? undefined : await openBlocks(outFolder(blocks));
  if (openmetrics !== undefined) {
    const folder = outFolder(openmetrics);
    makeBackfillFolder(folder);
    const prepare = (): void => {
      clearBackfillFolder(folder);
    };
    const destination = { kind: "folder", folder, prepare, onDay: toBlocks ?? (() => undefined) } as const;
    return { destination, close: () => undefined };
  }
  const folder = join(resolve(blocks ?? ""), ".model-quality-backfill");
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  const onDay = (path: string): void => {
    toBlocks?.(path);
    rmSync(path);
  };
  return {
    destination: { kind: "folder", folder, prepare: () => undefined, onDay },
    close: () => {
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Makes what turns a file of a day into blocks. */
async function openBlocks(folder: string): Promise<(path: string) => void> {
  if ((await runTool("promtool", ["--version"])) === undefined) {
    throw new Problem(
      "--blocks: promtool, which comes with Prometheus, is not installed here; write files with --openmetrics DIR, and run it where it is",
    );
  }
  try {
    makeDirectory(folder);
  } catch (error) {
    throw new Problem(`--blocks: ${errorMessage(error)}`, { exitCode: 2, cause: error });
  }
  return (path) => {
    const args = ["tsdb", "create-blocks-from", "openmetrics", path, folder];
    // One after the other: each takes some 150 MB.
    const { status, stdout, stderr, error } = spawnSync("promtool", args, { encoding: "utf8" });
    if (status === 0) return;
    const details = `${error === undefined ? "" : errorMessage(error)}${stdout}${stderr}`.trim().split("\n").slice(-10);
    throw new Problem(`promtool ${args.join(" ")} failed`, { details });
  };
}

function nothing(instants: PastInstants | undefined, { from, to }: History): Problem {
  if (instants?.latest === undefined) {
    return new Problem("nothing to write: no event has a time, by which history is put together");
  }
  const latest = new Date(instants.latest).toISOString();
  const bounds = from === undefined && to === undefined ? "younger than 3h" : "outside of --from and --to";
  return new Problem(`nothing to write: all events are ${bounds}; the latest is of ${latest}`);
}

function historyNotes(instants: PastInstants, { wide }: Scrape, config: Config, options: HistoryOptions): string[] {
  const notes: string[] = [];
  if (instants.isCut) {
    notes.push("the last 3h before now are left out: Prometheus takes nothing younger from blocks");
  }
  if (wide.size > 0) {
    const [first = ""] = wide;
    notes.push(
      `cells of confusion matrices of more than 10 classes are left out (${first}${wide.size > 1 ? ", ..." : ""}): --metrics with a word of their name, such as --metrics ., writes them`,
    );
  }
  if (options.withRules === true && config.extend.changeRules !== undefined) {
    notes.push("recorded series are those of the rules before extend.changeRules");
  }
  return notes;
}

interface Written {
  readonly day: DaySeries;
  readonly writer: OpenMetricsWriter;
  readonly most: number;
}

function summary(
  { count, first = 0, last = 0 }: PastInstants,
  { labels }: History,
  { day, writer, most }: Written,
  { openmetrics, blocks }: HistoryOptions,
): string[] {
  const range = `${new Date(first).toISOString()} to ${new Date(last).toISOString()}`;
  const carried = [...labels].map(([name, value]) => `${name}=${JSON.stringify(value)}`).join(", ");
  const lines = [
    `${day.samples} samples at ${count} instants, ${range}, of up to ${most} series at a time, in ${writer.days} ${writer.days === 1 ? "day" : "days"}`,
    `they carry ${carried === "" ? "no further labels" : carried}: what is scraped must carry the same (--label)`,
  ];
  if (blocks !== undefined) return [...lines, `blocks are in ${blocks}: move them into Prometheus' data folder`];
  if (openmetrics === undefined || openmetrics === "-") return lines;
  const folder = quoted(openmetrics);
  return [
    ...lines,
    "next, and then move the blocks into Prometheus' data folder:",
    `  for f in ${folder}/*.om; do promtool tsdb create-blocks-from openmetrics "$f" ${folder}/blocks; done`,
  ];
}

/** Quotes a word for a shell where it must be. */
function quoted(word: string): string {
  return /^[\w./-]+$/u.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
