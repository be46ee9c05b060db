import type { Config } from "../config/config.ts";
import type { InfluxTarget } from "../config/influxdb-target.ts";
import type { Declared } from "../exposition/quality-page.ts";
import {
  judgeObjectives,
  objectiveReport,
  tagFinder,
  type JudgedTag,
  type Models,
} from "../exposition/objective-report.ts";
import { isToldHere, judgedTag } from "../exposition/standings.ts";
import {
  confusionMetric,
  countMetrics,
  lastOutcomeMetric,
  lastPredictionMetric,
  outcomesMetric,
  trafficMetrics,
} from "../quality/counts.ts";
import { averages } from "../quality/metrics.ts";
import type { Quality } from "../quality/quality.ts";
import { labelledShare, type Traffic } from "../window/coverage.ts";
import type { WindowSpec } from "../window/options.ts";
import type { TagFigures } from "../window/reading.ts";
import { averageFields, classFields, fieldOf, unseenClass, windowFields } from "./figures.ts";
import { countField, numberField, SeriesStart, tagValue, type WrittenTag } from "./line-protocol.ts";
import { objectiveName } from "./objective-name.ts";
import { measurements } from "../quality/measurements.ts";

/** Most classes of which `confusion: "auto"` writes the cells. */
const mostClasses = 10;

/** What the points of tags depend on besides the outcomes. */
export interface PointOptions extends Pick<InfluxTarget, "confusion"> {
  /** Tags of all points. */
  readonly tags: InfluxTarget["tags"];
  readonly windows: readonly WindowSpec[];
  readonly models: Models;
  /** Teams by model; `*` for every unnamed one. */
  readonly teams: ReadonlyMap<string, string | undefined>;
  readonly declared: Declared;
}

/** What the points of a config depend on. */
export function pointOptions(
  { windows, models }: Pick<Config, "windows" | "models">,
  { tags, confusion }: Pick<InfluxTarget, "tags" | "confusion">,
): PointOptions {
  return {
    tags,
    confusion,
    windows,
    models,
    teams: new Map([...models].map(([name, { team }]) => [name, team])),
    declared: new Map([...models].map(([name, { classes = [] }]) => [name, classes])),
  };
}

/** Lines of line protocol. */
export interface Lines {
  readonly text: string;
  readonly lines: number;
}

/** Lines without a time that say of what was written last that there is nothing any more, by the labels of their tag. */
type Written = ReadonlyMap<string, ReadonlySet<string>>;

/**
 * Writer of the points of tags: what `/metrics` says, and the verdicts on objectives. InfluxDB does not know that a series
 * has ended, so that one that is not there any more gets a last point with its counts at 0.
 */
export class Points {
  readonly #options: PointOptions;
  readonly #fixed: readonly WrittenTag[];
  #written: Written;

  /** `before` wrote the points of the config before. */
  constructor(options: PointOptions, before?: Points) {
    this.#options = options;
    this.#fixed = writtenTags(options.tags);
    this.#written = before === undefined ? new Map() : before.#written;
  }

  /** Takes tags for written: those that are gone before the first points get their last one. */
  expect(views: readonly Pick<TagFigures, "labels">[]): void {
    this.#written = new Map(
      views.map((view) => {
        const tag = this.#tagOf(view);
        const { windows } = this.#options;
        return [tag.key, new Set(windows.map(({ label }) => `${tag.window.text(tagValue(label))} ${noSamples}`))];
      }),
    );
  }

  /** Writes the points of a moment (Unix ms) in small parts, so that other work can be done between two of them. */
  *write(views: readonly TagFigures[], time: number): Generator<Lines> {
    const judged = views.map(judgedTag);
    const find = tagFinder(() => judged);
    const written = new Map<string, ReadonlySet<string>>();
    for (const [index, view] of views.entries()) {
      const tag = this.#tagOf(view);
      const lines = new TagLines(time);
      const one = judged[index] ?? judgedTag(view);
      writeAlone(lines, tag, view);
      const declared = this.#options.declared.get(one.labels["model"] ?? "") ?? [];
      for (const { label } of this.#options.windows) {
        const quality = one.windows.get(label);
        if (quality !== undefined) this.#writeWindow(lines, tag, tagValue(label), quality, declared);
        yield lines.take();
      }
      const traffic = view.traffic();
      if (traffic !== undefined) writeTraffic(lines, tag, traffic);
      this.#writeObjectives(lines, view, one, find);
      lines.end(this.#written.get(tag.key));
      written.set(tag.key, lines.lasts);
      yield lines.take();
    }
    for (const [key, lasts] of this.#written) {
      if (written.has(key)) continue;
      const lines = new TagLines(time);
      lines.end(lasts);
      yield lines.take();
    }
    this.#written = written;
  }

  #tagOf({ labels }: Pick<TagFigures, "labels">): TagSeries {
    return new TagSeries([...this.#fixed, ...labels.map(({ name, value }): WrittenTag => [name, tagValue(value)])]);
  }

  #writeWindow(lines: TagLines, tag: TagSeries, window: string, quality: Quality, declared: readonly string[]): void {
    lines.add(tag.window.text(window), windowFields(quality), noSamples);
    for (const average of averages) lines.add(tag.average.text(average, window), averageFields(quality, average));
    const { classes, counts } = quality.confusion;
    const written = classes.map(tagValue);
    for (let index = 0; index < classes.length; index++) {
      lines.add(tag.class.text(written[index] ?? "", window), classFields(quality, index), unseenClass);
    }
    const unseen = declared.filter((name) => !classes.includes(name));
    for (const name of unseen) lines.add(tag.class.text(tagValue(name), window), unseenClass, unseenClass);
    const { confusion } = this.#options;
    if (confusion === "none" || (confusion === "auto" && classes.length + unseen.length > mostClasses)) return;
    for (let row = 0; row < classes.length; row++) {
      for (let column = 0; column < classes.length; column++) {
        const count = counts[row * classes.length + column] ?? 0;
        if (count === 0) continue;
        const series = tag.cell.text(written[row] ?? "", written[column] ?? "", window);
        lines.add(series, countField(fieldOf(confusionMetric), count), noCell);
      }
    }
  }

  #writeObjectives(
    lines: TagLines,
    { labels }: TagFigures,
    judged: JudgedTag,
    find: ReturnType<typeof tagFinder>,
  ): void {
    const { models, teams } = this.#options;
    const all = judgeObjectives(models, judged, find).filter(({ objective }) => isToldHere(objective));
    if (all.length === 0) return;
    const team = teams.get(judged.labels["model"] ?? "") ?? teams.get("*");
    const start = new SeriesStart(
      measurements.objectives,
      [
        ...this.#fixed,
        ...labels.map(({ name, value }): WrittenTag => [name, tagValue(value)]),
        ...(team === undefined ? [] : [["team", tagValue(team)] as const]),
      ],
      ["objective", "severity", "window"],
    );
    for (const one of all) {
      const { verdict, value, bound, interval, samples } = objectiveReport(one);
      const { objective } = one;
      const fields = [
        countField("missed", verdict === "missed" ? 1 : 0),
        countField("samples", samples),
        ...(value === null ? [] : [numberField("value", value)]),
        ...(bound === null ? [] : [numberField("bound", bound)]),
        ...(interval === null ? [] : [numberField("lower", interval.low), numberField("upper", interval.high)]),
      ];
      const series = start.text(
        tagValue(objectiveName(objective)),
        tagValue(objective.severity),
        tagValue(objective.window.label),
      );
      lines.add(series, fields.join(","), "missed=0i,samples=0i");
    }
  }
}

/** Fields of a series that is not there any more. */
const noSamples = countField(fieldOf(countMetrics.samples), 0);
const noTraffic = countField(fieldOf(trafficMetrics.traffic), 0);
const noCell = countField(fieldOf(confusionMetric), 0);

/** Writes tags that are the same in all points. */
export function writtenTags(tags: InfluxTarget["tags"]): readonly WrittenTag[] {
  return [...tags].map(([name, value]) => [name, tagValue(value)]);
}

/** Starts of the lines of a tag, by what the figures are of. */
class TagSeries {
  readonly key: string;
  readonly alone: SeriesStart;
  readonly window: SeriesStart;
  readonly average: SeriesStart;
  readonly class: SeriesStart;
  readonly cell: SeriesStart;
  readonly age: SeriesStart;

  constructor(tags: readonly WrittenTag[]) {
    this.alone = new SeriesStart(measurements.figures, tags, []);
    this.key = this.alone.text();
    this.window = new SeriesStart(measurements.figures, tags, ["window"]);
    this.average = new SeriesStart(measurements.figures, tags, ["average", "window"]);
    this.class = new SeriesStart(measurements.figures, tags, ["class", "window"]);
    this.cell = new SeriesStart(measurements.figures, tags, ["actual", "predicted", "window"]);
    this.age = new SeriesStart(measurements.figures, tags, ["age"]);
  }
}

/** Lines of a tag at a moment. */
class TagLines {
  #text = "";
  #lines = 0;
  /** Last lines, without the time, of the series that must not stay as they are when they are not there any more. */
  readonly lasts = new Set<string>();
  readonly #end: string;

  constructor(time: number) {
    this.#end = ` ${Math.floor(time / 1000)}\n`;
  }

  /** Adds a line; none without fields. `last` are the fields of the series when it is not there any more. */
  add(series: string, fields: string, last?: string): void {
    if (fields === "") return;
    this.#text += `${series} ${fields}${this.#end}`;
    this.#lines++;
    if (last !== undefined) this.lasts.add(`${series} ${last}`);
  }

  /** Takes the lines that were added since the last call. */
  take(): Lines {
    const taken = { text: this.#text, lines: this.#lines };
    this.#text = "";
    this.#lines = 0;
    return taken;
  }

  /** Adds those of the last lines from before of which the series is not among the added ones. */
  end(before: ReadonlySet<string> | undefined): void {
    for (const last of before ?? []) {
      if (this.lasts.has(last)) continue;
      this.#text += last + this.#end;
      this.#lines++;
    }
  }
}

/** Writes what is of a tag in no window. */
function writeAlone(lines: TagLines, tag: TagSeries, { outcomes, latest, latestPrediction }: TagFigures): void {
  lines.add(
    tag.alone.text(),
    [
      countField(fieldOf(outcomesMetric), outcomes),
      ...(latest === undefined ? [] : [numberField(fieldOf(lastOutcomeMetric), latest / 1000)]),
      ...(latestPrediction === undefined ? [] : [numberField(fieldOf(lastPredictionMetric), latestPrediction / 1000)]),
    ].join(","),
  );
}

function writeTraffic(lines: TagLines, tag: TagSeries, traffic: Traffic): void {
  const { traffic: predictions, due, labelled, share, age, ageLabelled } = trafficMetrics;
  for (const [label, window] of traffic.windows) {
    const written = tagValue(label);
    const ratio = labelledShare(window);
    if (ratio !== undefined) lines.add(tag.window.text(written), numberField(fieldOf(share), ratio));
    for (const one of window.classes) {
      lines.add(
        tag.class.text(tagValue(one.class), written),
        [
          countField(fieldOf(predictions), one.predictions),
          ...(window.hasDue ? [countField(fieldOf(due), one.due), countField(fieldOf(labelled), one.labelled)] : []),
        ].join(","),
        noTraffic,
      );
    }
  }
  for (const one of traffic.ages) {
    const fields = [countField(fieldOf(age), one.predictions), countField(fieldOf(ageLabelled), one.labelled)];
    lines.add(tag.age.text(tagValue(one.age)), fields.join(","));
  }
}
