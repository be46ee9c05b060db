import type { Config } from "./config/config.ts";
import { makeDecoder } from "./decode/decoder.ts";
import type { Event, EventSink, Reception, RejectReason, Rejection } from "./decode/event.ts";
import type { FieldSurvey } from "./decode/field-survey.ts";
import type { LineStats, SourceLineStats } from "./decode/line-stats.ts";
import type { JsonValue } from "./serializable.ts";
import type { Passage, Receive } from "./merge/merge.ts";
import type { LineReader, OpenedFile } from "./source/source.ts";
import type { ClassMonitor } from "./window/class-monitor.ts";
import type { Timeline } from "./timeline.ts";
import { Tags } from "./window/tags.ts";

const noPrediction: Rejection = { reason: "missing_field", detail: "the line holds no prediction" };
const withoutPrediction: Reception = { rejected: noPrediction };
const unlabelled: Reception = { skipped: "unlabelled" };

/** What the current lines are of. */
interface Origin {
  readonly counts: SourceLineStats;
  readonly file: string;
  /** Takes the events that would be counted; undefined where they are counted at once. */
  hold?: Receive;
}

/** Stages of one config from bytes to windows: makes readers of files and counts their lines. */
export class Pipeline {
  readonly tags: Tags;
  /** True while the lines come from the backlog of the start. */
  isInBacklog = true;
  readonly #timeline: Timeline;
  readonly #sources: ReadonlyMap<string, { decoder: ReturnType<typeof makeDecoder>; counts: SourceLineStats }>;
  /** Source and file of the current lines; readers are called one at a time. */
  #current: Origin | undefined;

  constructor(config: Config, timeline: Timeline, lines: LineStats, classes: ClassMonitor) {
    this.tags = new Tags(config, classes);
    this.#timeline = timeline;
    const surveyOfCurrent = (which: "survey" | "leftOut"): FieldSurvey | undefined => this.#current?.counts[which];
    const sink: EventSink = {
      get survey() {
        return surveyOfCurrent("survey");
      },
      get leftOut() {
        return surveyOfCurrent("leftOut");
      },
      fault: ({ predicted }) => (predicted === undefined ? noPrediction : undefined),
      event: (event) => this.#receive(event),
      accepted: (isTimed) => this.#current?.counts.accept(isTimed),
      skipped: (reason) => this.#current?.counts.skip(reason),
      rejected: (reason, line, detail) => {
        this.#reject(reason, line, detail);
      },
    };
    this.#sources = new Map(
      config.sources.map(({ source, decode }) => [
        source.name,
        { decoder: makeDecoder(decode, sink), counts: lines.of(source.name) },
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
      read: (buffer, start, end) => {
        this.#current = current;
        this.#timeline.refresh();
        reader.read(buffer, start, end);
      },
      skipped: (head) => {
        this.#current = current;
        reader.skipped(head);
      },
      save: () => reader.save(),
      handOn: () => reader.handOn(),
      end: () => {
        this.#current = current;
        reader.end?.();
      },
    };
  }

  #receive(event: Event): Reception {
    if (event.predicted === undefined) return withoutPrediction;
    if (event.actual === undefined) {
      if (this.#current !== undefined) this.#current.counts.unlabelled++;
      return unlabelled;
    }
    if (this.#current?.hold === undefined) this.#count(event);
    else this.#current.hold(event);
    return "counted";
  }

  /** Counts an outcome in the windows. */
  #count({ labels, predicted = "", actual = "", time }: Event): void {
    this.#timeline.observe(time);
    const placement = this.tags.add(labels, actual, predicted, time, this.#timeline.now);
    const counts = this.#current?.counts;
    if (counts === undefined) return;
    counts.outcomes++;
    if (placement === "dropped") counts.dropped++;
    else if (placement !== "in time") counts.misplaced[this.isInBacklog ? "backlog" : "live"][placement]++;
  }

  #reject(reason: RejectReason, line: Buffer, detail: string): void {
    this.#current?.counts.reject(this.#current.file, reason, detail, line, this.#timeline.now);
  }
}
