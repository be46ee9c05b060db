import type { Column } from "./columns.ts";
import { valueOf, type Block, type Entry } from "./config-text.ts";
import { factsOf } from "./facts.ts";
import { joinLogs, predictedClasses, roomFor, type Joining, type Side } from "./join-logs.ts";
import { leanOf } from "./names.ts";
import type { Pair } from "./pairs.ts";
import { modelName, propose, type LogFacts, type Proposal } from "./proposal.ts";
import type { LogReading } from "./reading.ts";
import { findLabel, findPair, findPrediction, findTime, type Roles } from "./roles.ts";

/** A log with what is known of it. */
export interface Log {
  readonly reading: LogReading;
  readonly facts: LogFacts;
}

/** What `init` proposes of logs. */
export interface Plan {
  readonly config: Block;
  /** The places in \`sources\` of those that read a log, by its file. */
  readonly sourceAt: ReadonlyMap<string, readonly number[]>;
  readonly proposals: readonly Proposal[];
  /** What a user must know besides. */
  readonly notes: readonly string[];
  /** Set where labels or predictions are in none of the logs. */
  readonly isHalf: boolean;
}

/** Why nothing is proposed. */
export interface Unsure {
  readonly why: string;
  readonly details: readonly string[];
}

/** Answers which of two columns of a log is the label, where the log does not say it. */
export type Choose = (file: string, columns: readonly [Column, Column]) => Promise<Column | undefined>;

/** Proposes a config of logs: of predictions with their labels, or of both in logs of their own. */
export async function planOf(logs: readonly Log[], choose: Choose): Promise<Plan | Unsure> {
  const found: { readonly log: Log; readonly pair: Pair | undefined }[] = [];
  for (const log of logs) {
    const pair = await pairOf(log, choose);
    if (pair !== undefined && "why" in pair) return pair;
    found.push({ log, pair });
  }
  const whole = found.flatMap(({ log, pair }) => {
    if (pair === undefined) return [];
    const { predicted: column, as, actual } = pair;
    return propose(log.reading, { predicted: { column, as }, actual, pair }, log.facts) ?? [];
  });
  const halves = found.flatMap(({ log, pair }) => (pair === undefined ? [log] : []));
  if (halves.length === 0) {
    return { ...configOf(whole, []), proposals: whole, notes: whole.flatMap(doubts), isHalf: false };
  }
  const joined = planHalves(halves);
  if ("why" in joined) return joined;
  const proposals = [...whole, ...joined.proposals];
  const { join } = joined;
  const notes = [...whole.flatMap(doubts), ...joined.notes];
  return { ...configOf(proposals, join), proposals, notes, isHalf: joined.isHalf };
}

async function pairOf({ reading, facts }: Log, choose: Choose): Promise<Pair | Unsure | undefined> {
  const pair = findPair(reading, facts.now);
  if (pair === undefined || !("ambiguous" in pair)) return pair;
  const [one, other] = pair.ambiguous;
  const label = await choose(reading.file, pair.ambiguous);
  if (label === undefined) {
    const why = `${reading.file}: "${one.key}" and "${other.key}" have the same classes, and their names do not say which is the prediction and which the label`;
    return { why, details: ["rename one of them, or write the config by hand (docs/formats.md)"] };
  }
  const predicted = label === one ? other : one;
  return { predicted, as: { kind: "class" }, actual: label, kappa: 0, weight: 0 };
}

/** Plans logs of one side each. */
function planHalves(
  logs: readonly Log[],
): Unsure | (Pick<Plan, "proposals" | "notes" | "isHalf"> & { readonly join: readonly Entry[] }) {
  const sides = logs.map((log) => {
    const { reading, facts } = log;
    const isOfLabels = reading.form?.side === "labels";
    return { log, predicted: isOfLabels ? undefined : findPrediction(reading, [], facts.now) };
  });
  const labelLogs = sides.filter(({ predicted }) => predicted === undefined);
  const classes = new Set(
    sides.flatMap(({ predicted }) => (predicted ? [...predictedClasses(predicted.column, predicted.as)] : [])),
  );
  const labels = labelLogs.flatMap(({ log }) => {
    const actual = findLabel(log.reading, classes, log.facts.now);
    return actual === undefined ? [] : [{ log, actual }];
  });
  // Scores need the classes of the labels.
  const names = [...new Set(labels.flatMap(({ log, actual }) => [...factsOf(actual, log.facts.now).classes.keys()]))];
  const predictions = sides.flatMap(({ log, predicted }) => {
    if (predicted === undefined && labelLogs.some((one) => one.log === log) && labels.some((one) => one.log === log))
      return [];
    const again = log.reading.form?.side === "labels" ? undefined : findPrediction(log.reading, names, log.facts.now);
    return again === undefined ? [] : [{ log, predicted: again }];
  });
  const lost = logs.filter((log) => ![...predictions, ...labels].some((one) => one.log === log));
  const [strange] = lost;
  if (strange !== undefined) return strangeLog(strange);
  if (predictions.length === 0) {
    const why = `${logs.map(({ reading }) => reading.file).join(", ")}: labels alone; the predictions are in another log`;
    return { why, details: ["give both: model-quality-exporter init PREDICTIONS LABELS"] };
  }
  // Both may be lines of one log.
  const within = predictions.flatMap(({ log, predicted: { column } }) => {
    const isOther = (one: Column): boolean => ![...one.lines.keys()].some((line) => column.lines.has(line));
    const others = { ...log.reading, columns: log.reading.columns.filter(isOther) };
    const actual = findLabel(others, classes, log.facts.now);
    return actual === undefined || leanOf(actual.key) >= 0 ? [] : [{ log, actual }];
  });
  const all = labels.length === 0 ? within : labels;
  return all.length === 0 ? predictionsAlone(predictions) : joinedPlan(predictions, all);
}

type Predictions = readonly { readonly log: Log; readonly predicted: NonNullable<Roles["predicted"]> }[];
type Labels = readonly { readonly log: Log; readonly actual: Column }[];

function predictionsAlone(
  predictions: Predictions,
): Unsure | (Pick<Plan, "proposals" | "notes" | "isHalf"> & { readonly join: readonly Entry[] }) {
  const proposals = predictions.flatMap(({ log, predicted }) => {
    return propose(log.reading, { predicted, actual: undefined, pair: undefined }, log.facts) ?? [];
  });
  const without = proposals.find(({ ids }) => ids.length === 0);
  if (without !== undefined) {
    const why = `${without.reading.file}: predictions without labels, and without an id by which labels of another log could find them`;
    return { why, details: ["log an id of the request with each prediction, and with each label"] };
  }
  const notes = [
    "labels: not in this file. Give the log of the labels too: model-quality-exporter init PREDICTIONS LABELS",
  ];
  const note = "labels come from a source of their own, which is still to be written";
  return { proposals, notes, isHalf: true, join: [{ key: "join", value: {}, note }] };
}

function joinedPlan(
  predictions: Predictions,
  labels: Labels,
): Unsure | (Pick<Plan, "proposals" | "notes" | "isHalf"> & { readonly join: readonly Entry[] }) {
  const joinings = predictions.flatMap(withSingles).flatMap((one) =>
    labels.flatMap((other) => {
      const joining = joinLogs(
        sideOf(one.log, one.predicted.column),
        sideOf(other.log, other.actual),
        one.log.facts.now,
      );
      return joining === undefined ? [] : [{ one, other, joining }];
    }),
  );
  if (joinings.length === 0) {
    const files = [...predictions, ...labels].map(({ log }) => log.reading.file).join(" and ");
    const why = `${files}: no field of the one has the values of a field of the other, so no label finds its prediction`;
    return {
      why,
      details: ["both must hold one id of the request; or these parts of the logs are of different times"],
    };
  }
  const proposals = [
    ...predictions.flatMap((one) => {
      const found = joinings.find((each) => each.one.log === one.log);
      const ids = found?.joining.ids.predictions;
      const roles = { predicted: found?.one.predicted, actual: undefined, pair: undefined };
      return ids === undefined ? [] : (propose(one.log.reading, roles, one.log.facts, { ids }) ?? []);
    }),
    ...labels.flatMap((other) => {
      const ids = joinings.find((each) => each.other === other)?.joining.ids.labels;
      const roles = { predicted: undefined, actual: other.actual, pair: undefined };
      return ids === undefined ? [] : (propose(other.log.reading, roles, other.log.facts, { ids }) ?? []);
    }),
  ];
  const { entries, notes } = joinEntries(joinings.map(({ joining }) => joining));
  return { proposals, notes, isHalf: false, join: [{ key: "join", value: { entries } }] };

  function sideOf({ reading, facts }: Log, main: Column): Side {
    const zone = reading.form?.zone ?? facts.zone;
    return { reading, main, time: findTime(reading, main, facts.now), zone };
  }
}

/** The predictions as they are, and, where each array has one element, also as that element: its id has no number then. */
function withSingles(one: Predictions[number]): Predictions {
  const { column, as } = one.predicted;
  const { lines, vectors, place, each } = column;
  const isSingle =
    each !== undefined && [...lines.values(), ...vectors.values()].every((values) => values.length === 1);
  if (!isSingle) return [one];
  const bare = (path: string): string => path.replaceAll("[]", "");
  const flat: Column = {
    ...column,
    each: undefined,
    place: { ...place, path: bare(place.path), ...(place.in !== undefined && { in: bare(place.in) }) },
  };
  return [one, { log: one.log, predicted: { column: flat, as } }];
}

function joinEntries(joinings: readonly Joining[]): {
  readonly entries: readonly Entry[];
  readonly notes: readonly string[];
} {
  const delays = joinings.flatMap(({ delays: own }) => own).sort((a, b) => a - b);
  const share = Math.min(...joinings.map((one) => one.share));
  const notes = [`${Math.floor(100 * share)} % of the ids of the shorter log are in the other`];
  const latest = delays.at(-1);
  const earliest = delays[0];
  if (latest === undefined || earliest === undefined) {
    return {
      entries: [{ key: "within", value: "24h", note: "a guess: one of the logs has no time, so no delay is measured" }],
      notes,
    };
  }
  const middle = delays[Math.floor(delays.length / 2)] ?? 0;
  const seen = `labels come ${durationText(middle)} after their predictions (median), ${durationText(latest)} at most`;
  notes.push(seen);
  const within = { key: "within", value: roomFor(Math.max(0, latest)), note: seen };
  const early = { key: "early", value: roomFor(-earliest), note: `some come ${durationText(-earliest)} before` };
  return { entries: earliest < -3_600_000 ? [within, early] : [within], notes };
}

function durationText(ms: number): string {
  const seconds = ms / 1000;
  if (Math.abs(seconds) < 90) return `${Math.round(10 * seconds) / 10} s`;
  if (Math.abs(seconds) < 5400) return `${Math.round(seconds / 6) / 10} min`;
  return Math.abs(seconds) < 172_800 ? `${Math.round(seconds / 360) / 10} h` : `${Math.round(seconds / 8640) / 10} d`;
}

function strangeLog({ reading }: Log): Unsure {
  const what = reading.form?.name;
  const seen = reading.columns
    .slice(0, 12)
    .map(({ key }) => JSON.stringify(key.slice(0, 40)))
    .join(", ");
  const why = `${reading.file}: ${what === undefined ? "" : `${what}; `}no field looks like a prediction or a label`;
  return {
    why,
    details: [
      `fields: ${seen === "" ? "none" : seen}`,
      "is it the log of another program? docs/formats.md tells how to map it by hand",
    ],
  };
}

/** What is doubtful of a mapping. */
function doubts({ reading, roles }: Proposal): string[] {
  const kappa = roles.pair?.kappa ?? 1;
  return kappa < 0.05 && (roles.predicted?.column.lines.size ?? 0) >= 20
    ? [`${reading.file}: prediction and label agree no more often than by chance: look at the mapping`]
    : [];
}

/** Makes one config of proposals; logs of the same mapping share a source. */
function configOf(proposals: readonly Proposal[], join: readonly Entry[]): Pick<Plan, "config" | "sourceAt"> {
  const sources: {
    readonly same: string;
    readonly name: string;
    readonly files: string[];
    readonly rest: readonly Entry[];
  }[] = [];
  const sourceAt = new Map<string, number[]>();
  for (const { block, reading, glob } of proposals) {
    const same = JSON.stringify(valueOf(block));
    let at = sources.findIndex((one) => one.same === same);
    if (at < 0) {
      const name = modelName(reading.file);
      const isTaken = sources.some((one) => one.name === name);
      at = sources.length;
      sources.push({ same, name: isTaken ? `${name}-${at + 1}` : name, files: [], rest: block.entries });
    }
    const files = sources[at]?.files;
    if (files?.includes(glob) === false) files.push(glob);
    sourceAt.set(reading.file, [...(sourceAt.get(reading.file) ?? []), at]);
  }
  const blocks = sources.map(({ name, files, rest }) => {
    const named = sources.length > 1 ? [{ key: "name", value: name }] : [];
    return { entries: [...named, { key: "files", value: files }, ...rest] };
  });
  return { config: { entries: [{ key: "sources", value: blocks }, ...join] }, sourceAt };
}
