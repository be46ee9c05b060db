import { countMetrics } from "../../quality/counts.ts";
import type { Config, Duration, Team } from "../../config/config.ts";
import { call, selector, type Vector } from "../promql/builder.ts";
import { jobName, namespaceLabel } from "../promql/metric-names.ts";
import type { Alert } from "./alert.ts";
import type { Annotation, AnnotationPart } from "./annotation.ts";
import { exporterExpressions, type ExporterAlertName } from "./exporter-expressions.ts";
import { linkAnnotations } from "./links.ts";
import { namedModels } from "./models.ts";

/** Sections of the config that the alerts on the exporter depend on. */
export type ExporterAlertSections = Pick<Config, "models" | "teams" | "prometheus" | "grafana">;

/** Builds the alerts on the exporter itself, and one for each named model that no exporter exposes. */
export function exporterAlerts(config: ExporterAlertSections): readonly Alert[] {
  const scrapes = 3 * config.prometheus.scrapeInterval.ms;
  return [
    ...rows.map((row) => alert(config, { ...row, expr: exporterExpressions[row.name], model: "*" })),
    ...namedModels(config.models).map(({ name }) =>
      alert(config, {
        name: "ModelQualityModelAbsent",
        expr: absentModel(name),
        // At least three scrapes must fail.
        for: scrapes > minutes(5).ms ? { word: `${scrapes}ms`, ms: scrapes } : minutes(5),
        severity: "critical",
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
  ];
}

/** One expression a model: absent() over several models gives nothing while one of them is there. */
function absentModel(name: string): Vector {
  return call("absent", selector(countMetrics.samples.name, [["model", "=", name]]));
}

interface Row {
  readonly name: ExporterAlertName;
  readonly for: Duration;
  /** Severity, where the owning team routes it. */
  readonly severity: "critical" | "warning";
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
    severity: "critical",
    kept: perNamespace,
    summary: "Prometheus reaches no model quality exporter.",
    description: ["No exporter answers", inNamespace, ": the quality of the models that it measures is not known."],
  },
  {
    name: "ModelQualityExporterReplicaDown",
    for: minutes(10),
    severity: "warning",
    kept: perNamespace,
    summary: "Some model quality exporters do not answer.",
    description: [count, " exporter(s) do not answer", inNamespace, ": the figures lack what these read."],
  },
  {
    name: "ModelQualityLogStalled",
    for: minutes(5),
    severity: "warning",
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
    severity: "warning",
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
    severity: "warning",
    kept: perNamespace,
    summary: "Outcomes are dropped, for there are more models than the limit allows.",
    description: [count, " outcome(s) were dropped in a quarter of an hour", inNamespace, " for limits.maxTags."],
  },
  {
    name: "ModelQualityClassesOverflow",
    for: minutes(15),
    severity: "warning",
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
    severity: "warning",
    kept: perNamespace,
    summary: "An exporter cannot write its state.",
    description: [count, " exporter(s)", inNamespace, " do not write their state: a restart would lose their windows."],
  },
  {
    name: "ModelQualityConfigReloadFailed",
    for: minutes(5),
    severity: "warning",
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
    labels: { ...ownerLabels(teams.get(models.get(row.model)?.team ?? ""), row.severity), job: jobName },
    kept: row.kept,
    annotations: {
      summary: [row.summary],
      description: row.description,
      ...(model === undefined ? {} : linkAnnotations(grafana, model)),
    },
    ...(row.model === "*" ? {} : { absentModel: row.model }),
  };
}

/**
 * Labels of the severity and the owner. A team that routes only warnings gets a warning; a team that routes neither
 * severity is left out, so that the alert goes to the default receiver.
 */
function ownerLabels(team: Team | undefined, wanted: Row["severity"]): Readonly<Record<string, string>> {
  const severity = [wanted, "warning"].find((word) => (team?.severities.get(word)?.receivers ?? []).length > 0);
  return team === undefined || severity === undefined ? { severity: wanted } : { severity, team: team.name };
}
