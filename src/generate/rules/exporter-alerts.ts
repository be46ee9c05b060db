import { countMetrics, lastOutcomeMetric } from "../../quality/counts.ts";
import type { Config, Duration, Team } from "../../config/config.ts";
import {
  aggregateBy,
  arith,
  call,
  compare,
  num,
  selector,
  time,
  type Matcher,
  type Vector,
} from "../promql/builder.ts";
import { jobName, namespaceLabel } from "../promql/metric-names.ts";
import type { Alert } from "./alert.ts";
import type { Annotation, AnnotationPart } from "./annotation.ts";
import { exporterExpressions, type ExporterAlertName } from "./exporter-expressions.ts";
import { linkAnnotations } from "./links.ts";
import { allModels, modelMatchers, namedModels } from "./models.ts";
import { generalSeverity } from "./severities.ts";

/** Sections of the config that the alerts on the exporter depend on. */
export type ExporterAlertSections = Pick<Config, "models" | "teams" | "prometheus" | "grafana" | "sources">;

/** Builds the alerts on the exporter itself, and those on models that no exporter exposes or that went silent. */
export function exporterAlerts(config: ExporterAlertSections): readonly Alert[] {
  const expressions = exporterExpressions(config.sources);
  const scrapes = 3 * config.prometheus.scrapeInterval.ms;
  return [
    ...rows.map((row) => alert(config, { ...row, expr: expressions[row.name], model: "*" })),
    ...namedModels(config.models).map(({ name }) =>
      alert(config, {
        name: "ModelQualityModelAbsent",
        expr: absentModel(name),
        // At least three scrapes must fail.
        for: scrapes > minutes(5).ms ? { word: `${scrapes}ms`, ms: scrapes } : minutes(5),
        model: name,
        kept: ["model"],
        summary: "A model of the config is not measured.",
        description: [
          "No exporter exposes the model ",
          { kind: "label", label: "model", before: "" },
          ", not even with 0 samples: nothing is known about its quality, and none of its objectives can fire.",
        ],
      }),
    ),
    ...allModels(config.models).flatMap(({ name, silentAfter }) => {
      if (silentAfter === null) return [];
      const { expr, wait } = silentModel(modelMatchers(config.models, name), silentAfter);
      return alert(config, {
        name: "ModelQualityModelSilent",
        expr,
        for: wait,
        model: name,
        kept: [namespaceLabel, "model"],
        summary: "A model has no new outcomes.",
        description: [
          `No outcome was counted for ${durationWords(silentAfter)} of the model `,
          { kind: "label", label: "model", before: "" },
          inNamespace,
          ": its windows run empty, and what fires for it resolves for want of outcomes, not because it is well.",
        ],
      });
    }),
  ];
}

/** One expression a model: absent() over several models gives nothing while one of them is there. */
function absentModel(name: string): Vector {
  return call("absent", selector(countMetrics.samples.name, [["model", "=", name]]));
}

/** Builds the alert's expression and wait, which together last as long as the silence that is normal. */
function silentModel(matchers: readonly Matcher[], silentAfter: number): { expr: Vector; wait: Duration } {
  // An exporter that was down may take some minutes to read what was written meanwhile.
  const wait = Math.min(300, Math.floor(silentAfter / 2));
  const last = aggregateBy("max", [namespaceLabel, "model"], selector(lastOutcomeMetric.name, matchers));
  return {
    expr: compare(arith(time, "-", last), ">", num(silentAfter - wait)),
    wait: wait % 60 === 0 ? minutes(wait / 60) : { word: `${wait}s`, ms: wait * 1000 },
  };
}

/** Words seconds as a duration of one unit: `26h`, `90m`. */
function durationWords(seconds: number): string {
  if (seconds % 3600 === 0) return `${seconds / 3600}h`;
  return seconds % 60 === 0 ? `${seconds / 60}m` : `${seconds}s`;
}

interface Row {
  readonly name: ExporterAlertName;
  readonly for: Duration;
  readonly kept: readonly string[];
  readonly summary: string;
  readonly description: Annotation;
}

const minutes = (count: number): Duration => ({ word: `${count}m`, ms: count * 60_000 });
const count: AnnotationPart = { kind: "value", decimals: 0 };
const inNamespace: AnnotationPart = { kind: "label", label: namespaceLabel, before: " in the namespace " };
const perNamespace = [namespaceLabel];
const perSource = [namespaceLabel, "source"];
const source: AnnotationPart = { kind: "label", label: "source", before: "" };

const rows: readonly Row[] = [
  {
    name: "ModelQualityExporterDown",
    for: minutes(5),
    kept: perNamespace,
    summary: "Prometheus reaches no model quality exporter.",
    description: ["No exporter answers", inNamespace, ": the quality of the models that it measures is not known."],
  },
  {
    name: "ModelQualityExporterReplicaDown",
    for: minutes(10),
    kept: perNamespace,
    summary: "Some model quality exporters do not answer.",
    description: [count, " exporter(s) do not answer", inNamespace, ": the figures lack what these read."],
  },
  {
    name: "ModelQualityLogStalled",
    for: minutes(0),
    kept: perSource,
    summary: "Prediction logs are not read on.",
    description: [
      "Of the source ",
      source,
      inNamespace,
      " bytes have waited for a quarter of an hour, or no file gave anything for longer than its silentAfter.",
    ],
  },
  {
    name: "ModelQualityNoFiles",
    for: minutes(15),
    kept: perSource,
    summary: "A source has no log file.",
    description: ["No file matches the globs of the source ", source, inNamespace, ": nothing of it is measured."],
  },
  {
    name: "ModelQualityFileErrors",
    for: minutes(15),
    kept: [namespaceLabel, "source", "code"],
    summary: "Log files cannot be read.",
    description: [
      "Reading files of the source ",
      source,
      inNamespace,
      " fails again and again with ",
      { kind: "label", label: "code", before: "" },
      ": what stands in them is not counted.",
    ],
  },
  {
    name: "ModelQualityFilesLost",
    for: minutes(0),
    kept: perSource,
    summary: "Log files disappeared before they were read to their end.",
    description: [
      count,
      " file(s) of the source ",
      source,
      inNamespace,
      " disappeared into a form that cannot be read: the exporter's log says which, and what was left unread.",
    ],
  },
  {
    name: "ModelQualityLineErrors",
    for: minutes(15),
    kept: perSource,
    summary: "Many lines of a prediction log are refused.",
    description: [
      "A share of ",
      { kind: "value", decimals: 4 },
      " of the lines of the source ",
      { kind: "label", label: "source", before: "" },
      inNamespace,
      ", skipped ones left out, cannot be read and counts in no figure.",
    ],
  },
  {
    name: "ModelQualityNothingCounted",
    for: minutes(5),
    kept: perSource,
    summary: "No line of a source is counted.",
    description: [
      count,
      " lines of the source ",
      source,
      inNamespace,
      " came in half an hour, and none was counted: all were skipped or rejected.",
    ],
  },
  {
    name: "ModelQualityOutcomesMisdated",
    for: minutes(15),
    kept: perSource,
    summary: "Most outcomes of a source are dated wrongly.",
    description: [
      "A share of ",
      { kind: "value", decimals: 4 },
      " of the outcomes of the source ",
      source,
      inNamespace,
      " is older than a window or from the future: a clock or a time zone is wrong.",
    ],
  },
  {
    name: "ModelQualityTagsDropped",
    for: minutes(0),
    kept: perNamespace,
    summary: "Outcomes are dropped, for there are more models than the limit allows.",
    description: [count, " outcome(s) were dropped in a quarter of an hour", inNamespace, " for limits.maxTags."],
  },
  {
    name: "ModelQualityClassesOverflow",
    for: minutes(15),
    kept: [namespaceLabel, "model"],
    summary: "A model has more classes than the limit allows.",
    description: [
      count,
      " outcome(s) in a window of the model ",
      { kind: "label", label: "model", before: "" },
      inNamespace,
      " are of classes past limits.maxClasses: objectives on macro and weighted averages, balanced accuracy, kappa and Matthews correlation rest, and so do those on classes that have no seat.",
    ],
  },
  {
    name: "ModelQualityStateNotWritten",
    for: minutes(5),
    kept: perNamespace,
    summary: "An exporter cannot write its state.",
    description: [count, " exporter(s)", inNamespace, " do not write their state: a restart would lose their windows."],
  },
  {
    name: "ModelQualityConfigReloadFailed",
    for: minutes(5),
    kept: perNamespace,
    summary: "An exporter refuses its config.",
    description: [count, " exporter(s)", inNamespace, " refuse their config and go on with the one before."],
  },
];

function alert(
  { models, teams, grafana }: ExporterAlertSections,
  row: Omit<Row, "name"> & { readonly name: string; readonly expr: Vector; readonly model: string },
): Alert {
  const model = row.model === "*" ? undefined : models.get(row.model);
  return {
    name: row.name,
    expr: row.expr,
    for: row.for,
    keepFiringFor: undefined,
    labels: {
      ...ownerLabels(teams.get(models.get(row.model)?.team ?? "")),
      job: jobName,
      ...(row.model === "*" ? {} : { model: row.model }),
    },
    kept: row.kept,
    annotations: {
      summary: [row.summary],
      description: row.description,
      ...(model === undefined ? {} : linkAnnotations(grafana, model)),
    },
  };
}

/** Labels of the severity and the owner; a team that routes nothing is left out, so that the default receiver is told. */
function ownerLabels(team: Team | undefined): Readonly<Record<string, string>> {
  const severity = generalSeverity(team);
  return team === undefined || severity === undefined ? { severity: "warning" } : { severity, team: team.name };
}
