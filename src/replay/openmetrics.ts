import { renameSync } from "node:fs";
import { join } from "node:path";
import type { DaySeries, Series } from "./day-series.ts";
import { TextFile, type TextSink } from "./text-file.ts";

const dayMs = 86_400_000;
/** Changes of values that are held in memory, 16 bytes each; past it a part of the day is written down. */
const mostChanges = 4_000_000;

/** Form of a file name of a day: `2026-10-01.om`. */
export const dayFile = /^\d{4}-\d{2}-\d{2}\.om$/u;
/** Form of the name of a file that is not complete. */
export const unfinishedFile = /^\.\d{4}-\d{2}-\d{2}\.om\.(?:partial|parts)$/u;

/** Where the samples of days go. */
export type Destination =
  | { readonly kind: "stream"; readonly write: (text: string | Buffer) => void; readonly partsFolder: string }
  /** `prepare` is called before anything is written, `onDay` is told of each complete file. */
  | {
      readonly kind: "folder";
      readonly folder: string;
      readonly prepare: () => void;
      readonly onDay: (path: string) => void;
    };

/** Writes samples as OpenMetrics text, a file for each UTC day or one stream; series of a day stand together. */
export class OpenMetricsWriter {
  /** Files that were written, or days of the stream. */
  days = 0;
  readonly #day: DaySeries;
  readonly #to: Destination;
  readonly #unit: 1 | 1000;
  readonly #mostChanges: number;
  /** Number of the current day. */
  #number: number | undefined;
  /** What of the current day was written down before its end. */
  #parts: TextFile | undefined;

  /** `timestamps` is the unit of the times on lines. */
  constructor(day: DaySeries, to: Destination, timestamps: "s" | "ms", most = mostChanges) {
    this.#day = day;
    this.#to = to;
    this.#unit = timestamps === "ms" ? 1 : 1000;
    this.#mostChanges = most;
  }

  /** Begins an instant (Unix ms), and writes the day before it if that is over. */
  begin(time: number): void {
    const number = Math.floor(time / dayMs);
    if (this.#number !== undefined && number !== this.#number) this.#finishDay(this.#number);
    this.#number = number;
    if (this.#day.changes >= this.#mostChanges) this.#writePart(number);
    this.#day.begin(String(time / this.#unit));
  }

  /** Writes the last day, and the end of a stream. */
  end(): void {
    if (this.#number !== undefined) this.#finishDay(this.#number);
    if (this.#to.kind === "stream") this.#to.write("# EOF\n");
  }

  /** Removes what is not complete. */
  discard(): void {
    this.#parts?.discard();
    this.#parts = undefined;
  }

  #finishDay(number: number): void {
    const to = this.#to;
    const name = nameOf(number);
    this.#prepare();
    if (to.kind === "stream") {
      const sink = streamSink(to.write);
      this.#writeFamilies(sink);
      sink.flush();
    } else {
      const partial = new TextFile(join(to.folder, `.${name}.partial`));
      try {
        this.#writeFamilies(partial);
        partial.write("# EOF\n");
        partial.close();
      } catch (error) {
        partial.discard();
        throw error;
      }
      const path = join(to.folder, name);
      renameSync(join(to.folder, `.${name}.partial`), path);
      to.onDay(path);
    }
    this.days++;
    this.discard();
    this.#day.nextDay();
  }

  #prepare(): void {
    if (this.days === 0 && this.#parts === undefined && this.#to.kind === "folder") this.#to.prepare();
  }

  #writeFamilies(sink: TextSink): void {
    for (const { head, isWritten, series } of this.#day.families.values()) {
      if (!isWritten) continue;
      let isBegun = false;
      for (const one of series.values()) {
        if (one.parts.length === 0 && one.places.length === 0) continue;
        if (!isBegun) sink.write(head);
        isBegun = true;
        this.#writeSeries(one, sink);
      }
    }
  }

  #writeSeries(series: Series, sink: TextSink): void {
    for (const [offset, bytes] of series.parts) {
      if (this.#parts !== undefined) sink.copy(this.#parts.read(offset, bytes));
    }
    this.#day.write(series, sink.write);
  }

  /** Writes down the day so far, each series apart. */
  #writePart(number: number): void {
    this.#prepare();
    const folder = this.#to.kind === "stream" ? this.#to.partsFolder : this.#to.folder;
    const parts = (this.#parts ??= new TextFile(join(folder, `.${nameOf(number)}.parts`)));
    for (const { isWritten, series } of this.#day.families.values()) {
      if (!isWritten) continue;
      for (const one of series.values()) {
        const offset = parts.bytes;
        this.#day.write(one, parts.write);
        const { bytes } = parts;
        if (bytes > offset) one.parts.push([offset, bytes - offset]);
      }
    }
    this.#day.nextPart();
  }
}

function nameOf(dayNumber: number): string {
  return `${new Date(dayNumber * dayMs).toISOString().slice(0, 10)}.om`;
}

/** Makes a sink of a stream, which gets large pieces. */
function streamSink(write: (text: string | Buffer) => void): TextSink & { readonly flush: () => void } {
  let held = "";
  const flush = (): void => {
    if (held !== "") write(held);
    held = "";
  };
  return {
    flush,
    write: (text) => {
      held += text;
      if (held.length >= 65_536) flush();
    },
    copy: (bytes) => {
      flush();
      write(bytes);
    },
  };
}
