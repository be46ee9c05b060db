import { randomBytes } from "node:crypto";
import type { Config } from "./config/config.ts";
import { LineBudget } from "./decode/line-budget.ts";
import { makeDecoder, type Decoder } from "./decode/decoder.ts";
import type { Event, EventSink, Reception, RejectReason, Rejection } from "./decode/event.ts";
import type { FieldSurvey } from "./decode/field-survey.ts";
import type { LineStats, SourceLineStats } from "./decode/line-stats.ts";
import type { DecodeOptions } from "./decode/options.ts";
import { keyBytes } from "./join/id-hash.ts";
import { Join } from "./join/join.ts";
import { JoinStats } from "./join/join-stats.ts";
import type { JsonValue } from "./serializable.ts";
import type { Passage, Receive } from "./merge/merge.ts";
import type { LineReader, OpenedFile } from "./source/source.ts";
import type { ClassMonitor } from "./window/class-monitor.ts";
import type { Timeline } from "./timeline.ts";
import { Tags, type Placement } from "./window/tags.ts";

const noPrediction: Rejection = { reason: "missing_field", detail: "the line holds no prediction" };
const noId: Rejection = { reason: "missing_field", detail: "no id, by which its other half is found" };
const unlabelled: Reception = { skipped: "unlabelled" };

/** What the current lines are of. */
interface Origin {
  readonly counts: SourceLineStats;
  readonly file: string;
  /** Number of the line; undefined where lines are not numbered. */
  lineNumber?: number;
  /** Takes the events that would be counted; undefined where they are counted at once. */
  hold?: Receive;
}

/** Reader of lines that are posted: what is wrong with them is known before any of them counts. */
export interface PostedReader {
  /** Tells what a line would give, without any effect: its fault, if it has one, and how many events. */
  trial(bytes: Buffer, start: number, end: number): { readonly fault: Rejection | undefined; readonly events: number };
  /** Takes a line of the body; tells whether it counted. */
  take(lineNumber: number, bytes: Buffer, start: number, end: number): boolean;
  /** Counts the rejection of a line of the body. */
  reject(lineNumber: number, rejection: Rejection, line: Buffer): void;
}

/** Stages of one config from bytes to windows: makes readers of files and counts their lines. */
export class Pipeline {
  readonly tags: Tags;
  /** Undefined where both halves of an outcome must be on one line. */
  readonly join: Join | undefined;
  /** True while the lines come from the backlog of the start. */
  isInBacklog = true;
  readonly #timeline: Timeline;
  /** True where an outcome is late only when no window holds it: it is placed at its prediction. */
  readonly #mayBeLate: boolean;
  readonly #maxIds: number;
  readonly #sources: ReadonlyMap<string, { decode: DecodeOptions; decoder: Decoder; counts: SourceLineStats }>;
  /** Source and file of the current lines; readers are called one at a time. */
  #current: Origin | undefined;

  constructor(config: Config, timeline: Timeline, lines: LineStats, classes: ClassMonitor, joined = new JoinStats()) {
    this.tags = new Tags(config, classes, timeline);
    this.join = config.join && new Join(config.join, this.#outcomes(config), joined, randomBytes(keyBytes));
    this.#maxIds = config.join?.maxIds ?? 0;
    this.#mayBeLate = config.join?.placeAt === "prediction";
    this.#timeline = timeline;
    const surveyOfCurrent = (which: "survey" | "leftOut"): FieldSurvey | undefined => this.#current?.counts[which];
    const sink: EventSink = {
      get survey() {
        return surveyOfCurrent("survey");
      },
      get leftOut() {
        return surveyOfCurrent("leftOut");
      },
      fault: (event) => this.#fault(event),
      event: (event) => this.#receive(event),
      accepted: (isTimed) => this.#current?.counts.accept(isTimed),
      skipped: (reason) => this.#current?.counts.skip(reason),
      rejected: (reason, line, detail) => {
        this.#reject(reason, line, detail);
      },
    };
    const budget = new LineBudget();
    this.#sources = new Map(
      config.sources.map(({ source, decode }) => [
        source.name,
        { decode, decoder: makeDecoder(decode, sink, budget), counts: lines.of(source.name) },
      ]),
    );
  }

  /** Opens the reader of a source's file; its events take their way through `passage`, if there is one. */
  open(file: OpenedFile, saved: JsonValue | undefined, passage?: Passage): LineReader {
    const source = this.#sources.get(file.source);
    if (source === undefined) throw new Error(`no source ${file.source}`);
    const reader = source.decoder.open(file, saved);
    const current: Origin = { counts: source.counts, file: file.path };
    if (passage !== undefined) {
      current.hold = passage((event) => {
        this.#current = current;
        this.#count(event);
      });
    }
    return {
      read: (buffer, start, end, at) => {
        this.#current = current;
        this.#timeline.refresh();
        reader.read(buffer, start, end, at);
      },
      skipped: (head) => {
        this.#current = current;
        reader.skipped(head);
      },
      save: () => reader.save(),
      handOn: () => reader.handOn(),
      get isWaiting() {
        return reader.isWaiting === true;
      },
      get recallFrom() {
        return reader.recallFrom;
      },
      recall: (buffer, start, end, at) => reader.recall?.(buffer, start, end, at),
      recalled: (isWhole) => {
        this.#current = current;
        reader.recalled?.(isWhole);
      },
      expire: () => {
        this.#current = current;
        return reader.expire?.() ?? false;
      },
      end: () => {
        this.#current = current;
        reader.end?.();
      },
    };
  }

  /** Ids that may still come before one that waits for its other half is forgotten. */
  get roomForIds(): number {
    if (this.join === undefined) return Number.POSITIVE_INFINITY;
    const { predictions, labels } = this.join.size;
    // So many are given up at once: as long as they are joined ones, no half is among them.
    return this.#maxIds - Math.ceil(this.#maxIds / 32) - predictions - labels;
  }

  /** Opens the reader of the lines that are posted for a source, to a path. */
  openPosted(name: string, path: string): PostedReader {
    const source = this.#sources.get(name);
    if (source === undefined) throw new Error(`no source ${name}`);
    const current: Origin = { counts: source.counts, file: path };
    const reader = source.decoder.open({ path }, undefined);
    const found: { fault: Rejection | undefined; events: number } = { fault: undefined, events: 0 };
    const trial = makeDecoder(source.decode, {
      fault: (event) => this.#fault(event),
      event: (event) => {
        const fault = this.#fault(event);
        if (fault !== undefined) return { rejected: fault };
        found.events++;
        return "counted";
      },
      skipped: () => undefined,
      rejected: (reason, _line, detail) => {
        found.fault = { reason, detail };
      },
    }).open({ path }, undefined);
    return {
      trial: (bytes, start, end) => {
        found.fault = undefined;
        found.events = 0;
        trial.read(bytes, start, end);
        return found;
      },
      take: (lineNumber, bytes, start, end) => {
        this.#current = current;
        current.lineNumber = lineNumber;
        this.#timeline.refresh();
        const before = current.counts.accepted;
        reader.read(bytes, start, end);
        return current.counts.accepted > before;
      },
      reject: (lineNumber, { reason, detail }, line) => {
        this.#current = current;
        current.lineNumber = lineNumber;
        this.#timeline.refresh();
        this.#reject(reason, line, detail);
      },
    };
  }

  /** Finds what keeps an event from being taken. */
  #fault({ predicted, actual, id }: Event): Rejection | undefined {
    if (this.join === undefined) return predicted === undefined ? noPrediction : undefined;
    return id === undefined && (predicted === undefined || actual === undefined) ? noId : undefined;
  }

  #receive(event: Event): Reception {
    const fault = this.#fault(event);
    if (fault !== undefined) return { rejected: fault };
    const isJoined = this.join !== undefined && event.id !== undefined;
    if (event.actual === undefined && !isJoined) {
      if (this.#current !== undefined) this.#current.counts.unlabelled++;
      return unlabelled;
    }
    if (this.#current?.hold === undefined) return this.#count(event);
    this.#current.hold(event);
    return "counted";
  }

  /** Counts an outcome in the windows, or hands a half to the join. */
  #count(event: Event): Reception {
    const { labels, predicted = "", actual = "", id, time } = event;
    this.tags.source = this.#current?.counts.source ?? "";
    this.#timeline.observe(time);
    if (this.join !== undefined && id !== undefined) {
      const joining = this.join.receive(event, this.#timeline.now, this.#timeline.steady);
      // A half is no outcome yet.
      if (joining === "dropped" && this.#current !== undefined) this.#current.counts.dropped++;
      return joining === "waiting" ? "waiting" : "counted";
    }
    if (this.join !== undefined) this.#observe(event);
    this.#place(this.tags.add(labels, actual, predicted, time, this.#timeline.now));
    return "counted";
  }

  /** Counts an outcome without an id as traffic, labelled. */
  #observe({ labels, predicted = "", time }: Event): void {
    const { now } = this.#timeline;
    if (!this.tags.predict(labels, time, now)) return;
    const name = this.tags.spelling(labels, predicted);
    this.tags.traffic(labels, name, time, now);
    this.tags.labelled(labels, name, time, now);
  }

  /** Counts where an outcome was placed, for the source of the line that gave it. */
  #place(placement: Placement): void {
    const counts = this.#current?.counts;
    if (counts === undefined) return;
    counts.outcomes++;
    if (placement === "in time") return;
    if (placement === "dropped") counts.dropped++;
    else if (placement === "future") counts.misplaced[this.isInBacklog ? "backlog" : "live"].future++;
    else if (placement === "gone" || !this.#mayBeLate) {
      counts.misplaced[this.isInBacklog ? "backlog" : "live"].late++;
    }
  }

  /** What the join hands outcomes to. */
  #outcomes({ tagLabels }: Config): ConstructorParameters<typeof Join>[1] {
    const { tags } = this;
    return {
      tagLabels,
      predicted: (labels, time, now) => tags.predict(labels, time, now),
      traffic: (labels, predicted, time, now) => {
        tags.traffic(labels, predicted, time, now);
      },
      labelled: (labels, predicted, time, now) => {
        tags.labelled(labels, predicted, time, now);
      },
      spelling: (labels, name) => tags.spelling(labels, name),
      effectiveTime: (time, now) => tags.effectiveTime(time, now),
      add: ({ labels, predicted, actual, time, keyLow, keyHigh }, isAbsent, now) => {
        const placement = tags.add(labels, actual, predicted, time, now, undefined, keyLow, keyHigh);
        // What no line has completed is of no source.
        if (!isAbsent) this.#place(placement);
      },
      mend: ({ labels, predicted, actual, time, keyLow, keyHigh }, from, now) =>
        tags.mend(labels, from, actual, predicted, time, now, keyLow, keyHigh),
    };
  }

  #reject(reason: RejectReason, line: Buffer, detail: string): void {
    if (this.#current === undefined) return;
    const { counts, file, lineNumber } = this.#current;
    counts.reject(file, reason, detail, line, this.#timeline.now, lineNumber);
  }
}
