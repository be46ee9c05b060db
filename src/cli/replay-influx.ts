import { mkdtempSync, rmSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { wallClock } from "../clock.ts";
import type { InfluxTarget } from "../config/influxdb-target.ts";
import { printableText } from "../decode/printable.ts";
import { halvesOf, makeBatchNow, mostBatchLines, type Batch } from "../influxdb/batch.ts";
import { pointOptions, Points } from "../influxdb/points.ts";
import { post } from "../influxdb/request.ts";
import { Problem } from "../problem.ts";
import type { Instant } from "../replay/instants.ts";
import { TextFile } from "../replay/text-file.ts";
import { parseHistory, type HistoryOptions } from "./backfill-options.ts";
import { SizeLimit } from "./backfill-size.ts";
import { prepareReplay, replayFiles, type ReplayOptions } from "./replay.ts";

/** Options of `replay` with history for InfluxDB. */
export type InfluxReplayOptions = Omit<ReplayOptions, "json"> &
  HistoryOptions & {
    /** Writes to the server of the config. */
    readonly influxdb?: boolean;
    /** Writes lines to standard output. */
    readonly lineProtocol?: boolean;
  };

const defaultStep = "1m";
const requestMs = 30_000;
/** Waits between tries of a server that is not there, each twice the one before, and the longest (ms). */
const firstWaitMs = 1000;
const longestWaitMs = 60_000;
const mostTries = 8;

/**
 * The `replay` command with `--influxdb` or `--line-protocol`: writes what the daemon would have written at each instant, so
 * that what is there already is overwritten by the same. Returns the exit code; throws a `Problem` when that is not possible.
 */
export async function replayInflux(options: InfluxReplayOptions): Promise<number> {
  const { config, named } = await prepareReplay(options);
  const now = wallClock();
  const target = config.influxdb;
  if (options.influxdb === true && target === undefined) {
    throw new Problem("--influxdb: the config names no server; add `influxdb`, or print lines with --line-protocol", {
      exitCode: 2,
    });
  }
  const step = options.step ?? (target === undefined ? defaultStep : `${target.intervalMs / 1000}s`);
  const tags = target?.tags ?? new Map([["instance", hostname()]]);
  // InfluxDB draws a line over any gap.
  const history = parseHistory({ ...options, step, force: true }, config, now, tags);
  const { stepMs, from, to, labels, windows } = history;
  if (stepMs % 1000 !== 0) throw new Problem(`--step ${step}: expected whole seconds`, { exitCode: 2 });
  const limit = { config, named, notAfter: now, isForced: options.force ?? false };
  const size = await SizeLimit.of(history, limit);
  const points = new Points(
    pointOptions({ ...config, windows }, { tags: labels, confusion: target?.confusion ?? "auto" }),
  );
  const spool = target !== undefined && options.influxdb === true ? new Spool() : undefined;
  let lines = 0;
  const receive = ({ time, tags: views }: Instant): void => {
    let text = "";
    const before = lines;
    for (const part of points.write(views, time)) {
      lines += part.lines;
      if (spool === undefined) text += part.text;
      else spool.add(part.text, part.lines, time);
    }
    if (text !== "") process.stdout.write(text);
    size.check(time, lines - before);
  };
  try {
    const { notes, instants } = await replayFiles(config, named, options.lateness, {
      stepMs,
      from,
      to,
      notAfter: now,
      receive,
    });
    if (lines === 0) throw new Problem("nothing to write: no event has a time, or all are outside of --from and --to");
    const { count = 0, first = 0, last = 0 } = instants ?? {};
    const range = `${new Date(first).toISOString()} to ${new Date(last).toISOString()}`;
    const carried = [...labels].map(([name, value]) => `${name}=${JSON.stringify(value)}`).join(", ");
    notes.push(`${lines} lines at ${count} instants, ${range}, with the tags ${carried}`);
    if (spool !== undefined && target !== undefined) notes.push(await send(spool, target));
    process.stderr.write(notes.map((note) => `${printableText(note)}\n`).join(""));
  } finally {
    spool?.discard();
  }
  return 0;
}

/** Batches in a file, since a replay may make more than memory holds before a server has taken the first. */
class Spool {
  readonly #folder = mkdtempSync(join(tmpdir(), "model-quality-"));
  readonly #file = new TextFile(join(this.#folder, "batches"));
  readonly #batches: {
    readonly offset: number;
    readonly bytes: number;
    readonly lines: number;
    readonly time: number;
  }[] = [];
  #text = "";
  #lines = 0;
  #offset = 0;
  /** Instant of the first line that is in no batch yet (Unix ms). */
  #time = 0;

  add(text: string, lines: number, time: number): void {
    if (this.#lines === 0) this.#time = time;
    this.#text += text;
    this.#lines += lines;
    if (this.#lines >= mostBatchLines) this.#end();
  }

  *batches(): Generator<Batch & { readonly time: number }> {
    if (this.#lines > 0) this.#end();
    for (const { offset, bytes, lines, time } of this.#batches)
      yield { body: this.#file.read(offset, bytes), lines, time };
  }

  discard(): void {
    this.#file.discard();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #end(): void {
    const { body, lines } = makeBatchNow(this.#text, this.#lines);
    this.#file.copy(body);
    this.#batches.push({ offset: this.#offset, bytes: body.length, lines, time: this.#time });
    this.#offset += body.length;
    this.#text = "";
    this.#lines = 0;
  }
}

/** Sends all batches; returns what to say of it. */
async function send(spool: Spool, target: InfluxTarget): Promise<string> {
  const sent: Sent = { written: 0, rejected: 0, reason: undefined };
  for (const batch of spool.batches()) await sendBatch(batch, batch.time, target, sent);
  const { written, rejected, reason } = sent;
  const lost = rejected === 0 ? "" : `; ${rejected} lines were rejected, such as: ${reason ?? ""}`;
  return `${written} lines written to ${target.url}${lost}`;
}

interface Sent {
  written: number;
  rejected: number;
  /** Why lines were rejected first. */
  reason: string | undefined;
}

async function sendBatch(batch: Batch, time: number, target: InfluxTarget, sent: Sent): Promise<void> {
  for (let tries = 1; ; tries++) {
    const { outcome } = await post(target, batch.body, { clock: wallClock, env: process.env, withinMs: requestMs });
    if (outcome.kind === "taken") {
      const lost = outcome.rejected === "all" ? batch.lines : outcome.rejected;
      sent.written += batch.lines - lost;
      sent.rejected += lost;
      sent.reason ??= outcome.reason;
      return;
    }
    if (outcome.kind === "too large") {
      if (batch.lines < 2) throw new Problem("413: InfluxDB takes not even one line at once");
      for (const half of await halvesOf(batch)) await sendBatch(half, time, target, sent);
      return;
    }
    if (outcome.kind === "refused" || tries >= mostTries) {
      const what = `InfluxDB takes no lines: ${outcome.reason}`;
      const rest = `${sent.written} lines are written; --from ${new Date(time).toISOString()} goes on from there`;
      throw new Problem(`${what}; ${rest}`);
    }
    await sleep(Math.max(outcome.afterMs ?? 0, Math.min(longestWaitMs, firstWaitMs * 2 ** (tries - 1))));
  }
}
