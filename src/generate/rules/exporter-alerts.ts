import type { Config, Duration } from "../../config/config.ts";
import type { Alert } from "./alert.ts";
import { exporterExpressions, type ExporterAlertName } from "./exporter-expressions.ts";
import { dashboardUrl } from "./links.ts";
import type { Annotation, AnnotationPart } from "./annotation.ts";
import { namedModels } from "./models.ts";
import { gauges, jobName, namespaceLabel } from "../promql/metric-names.ts";
import { call, selector, type Vector } from "../promql/builder.ts";

/** The alerts on the exporter itself, and one for each model of the config that nobody measures. */
export function exporterAlerts(config: Config): readonly Alert[] {
  const scrapes = 3 * config.prometheus.scrapeInterval.ms;
  return [
    ...rows.map((row) => alert(config, { ...row, expr: exporterExpressions[row.name], owner: "*" })),
    ...namedModels(config).map(({ name }) =>
      alert(config, {
        name: "ModelQualityModelAbsent",
        expr: absentModel(name),
        // Short enough to be told soon, long enough for three scrapes to fail.
        for: scrapes > minutes(5).ms ? { word: `${scrapes}ms`, ms: scrapes } : minutes(5),
        wished: "critical",
        owner: name,
        kept: ["model"],
        summary: "A model of the config is not measured.",
        description: [
          "No exporter exposes the model ",
          { kind: "label", label: "model", before: "" },
          ", not even with 0 samples: nothing is known about its quality, and none of its objectives can fire.",
        ],
      }),
    ),
  ];
}

/** One result for one model: an absent() over several is silent while one of them lives. */
function absentModel(name: string): Vector {
  return call("absent", selector(gauges.samples, [["model", "=", name]]));
}

interface Row {
  readonly name: ExporterAlertName;
  readonly for: Duration;
  /** How bad it is, when the team that owns it can be told so. */
  readonly wished: "critical" | "warning";
  readonly kept: readonly string[];
  readonly summary: string;
  readonly description: Annotation;
}

const minutes = (count: number): Duration => ({ word: `${count}m`, ms: count * 60_000 });
const count: AnnotationPart = { kind: "value", decimals: 0 };
const inNamespace: AnnotationPart = { kind: "label", label: namespaceLabel, before: " in the namespace " };
const perNamespace = [namespaceLabel];

const rows: readonly Row[] = [
  {
    name: "ModelQualityExporterDown",
    for: minutes(5),
    wished: "critical",
    kept: perNamespace,
    summary: "Prometheus reaches no model quality exporter.",
    description: ["No exporter answers", inNamespace, ": the quality of the models that it measures is not known."],
  },
  {
    name: "ModelQualityExporterReplicaDown",
    for: minutes(10),
    wished: "warning",
    kept: perNamespace,
    summary: "Some model quality exporters do not answer.",
    description: [count, " exporter(s) do not answer", inNamespace, ": the figures lack what these read."],
  },
  {
    name: "ModelQualityLogStalled",
    for: minutes(5),
    wished: "warning",
    kept: perNamespace,
    summary: "Prediction logs are not read on.",
    description: [
      count,
      " exporter(s)",
      inNamespace,
      " have read nothing for an hour, or leave bytes unread for a quarter of one: their windows run empty.",
    ],
  },
  {
    name: "ModelQualityLineErrors",
    for: minutes(15),
    wished: "warning",
    kept: [namespaceLabel, "source"],
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
    name: "ModelQualityTagsDropped",
    for: minutes(0),
    wished: "warning",
    kept: perNamespace,
    summary: "Outcomes are dropped, for there are more models than the limit allows.",
    description: [count, " outcome(s) were dropped in a quarter of an hour", inNamespace, " for limits.maxTags."],
  },
  {
    name: "ModelQualityClassesOverflow",
    for: minutes(15),
    wished: "warning",
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
    wished: "warning",
    kept: perNamespace,
    summary: "An exporter cannot write its state.",
    description: [count, " exporter(s)", inNamespace, " do not write their state: a restart would lose their windows."],
  },
  {
    name: "ModelQualityConfigReloadFailed",
    for: minutes(5),
    wished: "warning",
    kept: perNamespace,
    summary: "An exporter refuses its config.",
    description: [count, " exporter(s)", inNamespace, " refuse their config and go on with the one before."],
  },
];

function alert(config: Config, row: Omit<Row, "name"> & { name: string; expr: Vector; owner: string }): Alert {
  const model = row.owner === "*" ? undefined : config.models.get(row.owner);
  const dashboard = model && (model.dashboard ?? dashboardUrl(config, model.name));
  return {
    name: row.name,
    expr: row.expr,
    for: row.for,
    keepFiringFor: undefined,
    labels: { ...owned(config, row.owner, row.wished), job: jobName },
    kept: row.kept,
    annotations: {
      summary: [row.summary],
      description: row.description,
      ...(model?.runbook === undefined ? {} : { runbook_url: [model.runbook] }),
      ...(dashboard === undefined ? {} : { dashboard_url: [dashboard] }),
    },
    ...(row.owner === "*" ? {} : { absentModel: row.owner }),
  };
}

/**
 * The severity and, where it can be told, the team of a model, or of the exporter where the model is `*`. A team that is
 * told of warnings only gets a warning; one that is told of neither gets nothing, and the default receiver takes it.
 */
function owned(config: Config, model: string, wished: "critical" | "warning"): Readonly<Record<string, string>> {
  const team = config.teams.get(config.models.get(model)?.team ?? "");
  const severity = [wished, "warning"].find((word) => (team?.severities.get(word)?.receivers ?? []).length > 0);
  return team === undefined || severity === undefined ? { severity: wished } : { severity, team: team.name };
}
