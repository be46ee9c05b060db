import { lstatSync } from "node:fs";
import { resolve } from "node:path";
import { wallClock } from "../clock.ts";
import type { Config } from "../config/config.ts";
import { makeDecoder } from "../decode/decoder.ts";
import type { EventSink } from "../decode/event.ts";
import { Problem } from "../problem.ts";
import { readWhole } from "../source/reading/whole-file.ts";
import { FutureLimit } from "../timeline.ts";
import type { History } from "./backfill-options.ts";
import { decodersOf, longestLine, together, type ReplayFile } from "./replay-files.ts";

/** Instants and bytes past which a backfill is refused: 10 years at 1m have 5,256,000 instants. */
const mostInstants = 10_000_000;
const mostBytes = 100e9;
/** Bytes of a usual sample as text. */
const sampleBytes = 110;
/** A shorter step may be a slip of the pen: then the logs are read once more, first. */
const fineStepMs = 60_000;

/** What the size depends on. */
interface Sized {
  readonly config: Config;
  readonly named: readonly ReplayFile[];
  /** Unix milliseconds past which nothing is written. */
  readonly notAfter: number;
  readonly isForced: boolean;
}

/** Refuses a backfill of a size that nobody wants, before anything is written. */
export class SizeLimit {
  readonly #stepMs: number;
  /** Unix milliseconds; undefined where it is not known. */
  readonly #end: number | undefined;
  #series = 0;

  private constructor(stepMs: number, end: number | undefined) {
    this.#stepMs = stepMs;
    this.#end = end;
  }

  /** Finds where the history ends, as far as that can be known. */
  static async of({ stepMs, to }: History, { config, named, notAfter, isForced }: Sized): Promise<SizeLimit> {
    if (isForced) return new SizeLimit(stepMs, undefined);
    if (to !== undefined) return new SizeLimit(stepMs, Math.min(to, notAfter));
    if (stepMs >= fineStepMs) return new SizeLimit(stepMs, undefined);
    const latest = named.every(({ file }) => isRegular(file)) ? await latestOf(named, config) : notAfter;
    return new SizeLimit(stepMs, Math.min(latest, notAfter));
  }

  /** Throws a `Problem` where what is to come from this instant on (Unix ms) is too much. */
  check(time: number, series: number): void {
    if (this.#end === undefined || series <= this.#series) return;
    this.#series = series;
    const instants = Math.floor((this.#end - time) / this.#stepMs) + 1;
    const bytes = instants * series * sampleBytes;
    if (instants <= mostInstants && bytes <= mostBytes) return;
    const range = `${new Date(time).toISOString()} to ${new Date(this.#end).toISOString()}`;
    const what = `${range} at --step ${this.#stepMs / 1000}s: ${instants} instants of at least ${series} series would be about ${size(bytes)}`;
    const mend =
      "choose a longer --step, --from and --to, or fewer series by --metrics and --window; --force writes it";
    throw new Problem(`${what}; ${mend}`, { exitCode: 2 });
  }
}

function size(bytes: number): string {
  return bytes >= 1e12 ? `${Math.round(bytes / 1e11) / 10} TB` : `${Math.round(bytes / 1e9)} GB`;
}

/** Reads files for the time of their latest event (Unix ms). */
async function latestOf(named: readonly ReplayFile[], config: Config): Promise<number> {
  const future = new FutureLimit(wallClock, config.limits.futureToleranceMs);
  let latest = Number.NEGATIVE_INFINITY;
  const sink: EventSink = {
    event: ({ time }) => {
      if (time > latest && future.tolerates(time)) latest = time;
      return "counted";
    },
    skipped: () => undefined,
    rejected: () => undefined,
  };
  for (const one of named) {
    const decoders = decodersOf(one, config);
    const readers = decoders.map((decode) => makeDecoder(decode, sink).open({ path: resolve(one.file) }, undefined));
    await readWhole(one.file, together(readers), { maxLineBytes: longestLine(config) });
  }
  return latest;
}

function isRegular(file: string): boolean {
  return file !== "-" && lstatSync(file, { throwIfNoEntry: false })?.isFile() === true;
}
