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
export type ExporterAlertSections = Pick<
  Config,
  "models" | "teams" | "prometheus" | "alerting" | "grafana" | "sources"
>;

/** Builds the alerts on the exporter itself, and those on models that no exporter exposes or that went silent. */
export function exporterAlerts(config: ExporterAlertSections): readonly Alert[] {
  const expressions = exporterExpressions(config.sources);
  const scrapes = 3 * config.prometheus.scrapeInterval.ms;
  return [
    ...rows.map((row) => alert(config, { ...row, expr: expressions[row.name], owner: undefined })),
    ...namedModels(config.models).map(({ name }) =>
      alert(config, {
        name: "ModelQualityModelAbsent",
        expr: absentModel(name),
        // At least three scrapes must fail.
        for: scrapes > minutes(5).ms ? { word: `${scrapes}ms`, ms: scrapes } : minutes(5),
        owner: name,
        kept: ["model"],
        subject: [modelLabel, ": exposed by no exporter"],
        consequence: "How well it is is unknown, and none of its objectives can fire.",
      }),
    ),
    ...allModels(config.models).flatMap(({ name, silentAfter }) => {
      if (silentAfter === null) return [];
      const { expr, wait } = silentModel(modelMatchers(config.models, name), silentAfter);
      return alert(config, {
        name: "ModelQualityModelSilent",
        expr,
        for: wait,
        owner: name,
        kept: [namespaceLabel, "model"],
        subject: [modelLabel, inNamespace, ": no outcomes"],
        extent: [" for ", { kind: "duration" }],
        consequence: "Its windows run empty, and its alerts resolve for want of outcomes, not because it is well.",
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

interface Row {
  readonly name: ExporterAlertName;
  readonly for: Duration;
  readonly kept: readonly string[];
  /** What is wrong with what, in words that hold when it is over as well. */
  readonly subject: Annotation;
  /** Appended to the subject: how bad it is. */
  readonly extent?: Annotation;
  /** Sentences on what follows from it. */
  readonly consequence: string;
}

const minutes = (count: number): Duration => ({ word: `${count}m`, ms: count * 60_000 });
const ofCount: Annotation = [": ", { kind: "value", decimals: 0 }];
const ofShare: Annotation = [": ", { kind: "percentage" }];
const inNamespace: AnnotationPart = { kind: "label", label: namespaceLabel, before: " in namespace " };
const perNamespace = [namespaceLabel];
const perSource = [namespaceLabel, "source"];
const modelLabel: AnnotationPart = { kind: "label", label: "model", before: "" };
const source: Annotation = ["Source ", { kind: "label", label: "source", before: "" }, inNamespace, ": "];

const rows: readonly Row[] = [
  {
    name: "ModelQualityExporterDown",
    for: minutes(5),
    kept: perNamespace,
    subject: ["All model quality exporters down", inNamespace],
    consequence: "How well their models are is unknown, and no objective can fire.",
  },
  {
    name: "ModelQualityExporterReplicaDown",
    for: minutes(10),
    kept: perNamespace,
    subject: ["Model quality exporters down", inNamespace],
    extent: ofCount,
    consequence: "Figures lack what these read, and objectives may have too few samples to fire.",
  },
  {
    name: "ModelQualityLogStalled",
    for: minutes(0),
    kept: perSource,
    subject: [...source, "log not read on"],
    consequence:
      "Bytes have waited for a quarter of an hour, or no file gave anything for longer than silentAfter: its windows run empty.",
  },
  {
    name: "ModelQualityNoFiles",
    for: minutes(15),
    kept: perSource,
    subject: [...source, "no log file"],
    consequence: "No file matches its globs: nothing of it is measured.",
  },
  {
    name: "ModelQualityFileErrors",
    for: minutes(15),
    kept: [namespaceLabel, "source", "code"],
    subject: [...source, "files that cannot be read (", { kind: "label", label: "code", before: "" }, ")"],
    consequence: "Trying again does not help, and what stands in them is not counted.",
  },
  {
    name: "ModelQualityFilesLost",
    for: minutes(0),
    kept: perSource,
    subject: [...source, "files that disappeared before they were read to their end"],
    extent: ofCount,
    consequence: "The exporter's log says which, and what was left unread.",
  },
  {
    name: "ModelQualityLineErrors",
    for: minutes(15),
    kept: perSource,
    subject: [...source, "lines that cannot be read"],
    extent: ofShare,
    consequence: "They count in no figure.",
  },
  {
    name: "ModelQualityNothingCounted",
    for: minutes(5),
    kept: perSource,
    subject: [...source, "lines within half an hour of which none was counted"],
    extent: ofCount,
    consequence: "All were skipped or rejected: its models are not measured.",
  },
  {
    name: "ModelQualityOutcomesMisdated",
    for: minutes(15),
    kept: perSource,
    subject: [...source, "outcomes that are too old for a window or dated in the future"],
    extent: ofShare,
    consequence: "A clock or a time zone is wrong, and windows lack outcomes.",
  },
  {
    name: "ModelQualityTagsDropped",
    for: minutes(0),
    kept: perNamespace,
    subject: ["Outcomes dropped within a quarter of an hour", inNamespace],
    extent: ofCount,
    consequence:
      "There are more models, versions and labels than limits.maxTags allows, and the last to come are not measured.",
  },
  {
    name: "ModelQualityClassesOverflow",
    for: minutes(15),
    kept: [namespaceLabel, "model"],
    subject: [modelLabel, inNamespace, ": outcomes of classes past limits.maxClasses in a window"],
    extent: ofCount,
    consequence:
      "Objectives on macro and weighted averages, balanced accuracy, kappa and Matthews correlation cannot fire, nor those on classes without a seat.",
  },
  {
    name: "ModelQualityStateNotWritten",
    for: minutes(5),
    kept: perNamespace,
    subject: ["Model quality exporters that cannot write their state", inNamespace],
    extent: ofCount,
    consequence: "A restart would lose what came since, and read those lines again.",
  },
  {
    name: "ModelQualityConfigReloadFailed",
    for: minutes(5),
    kept: perNamespace,
    subject: ["Model quality exporters that refuse their config", inNamespace],
    extent: ofCount,
    consequence: "They go on with the config before; their logs name the faults.",
  },
];

/** Alert and the model whose team owns it; `model` is the label that the rule sets. */
interface OwnedRow extends Omit<Row, "name"> {
  readonly name: string;
  readonly expr: Vector;
  /** Undefined for an alert that is of no model. */
  readonly owner: string | undefined;
}

function alert({ models, teams, alerting, grafana }: ExporterAlertSections, row: OwnedRow): Alert {
  const { name, subject, extent = [], consequence, owner } = row;
  const model = owner === undefined ? undefined : models.get(owner);
  return {
    name,
    expr: row.expr,
    for: row.for,
    keepFiringFor: undefined,
    labels: {
      ...ownerLabels(teams.get(models.get(owner ?? "*")?.team ?? "")),
      job: jobName,
      ...(owner === undefined || owner === "*" ? {} : { model: owner }),
    },
    kept: row.kept,
    annotations: {
      subject,
      summary: [...subject, ...extent],
      description: [...subject, ...extent, `. ${consequence}`],
      ...linkAnnotations({ alerting, grafana }, { name, isOurName: true }, model),
    },
  };
}

/** Labels of the severity and the owner; a team that routes nothing is left out, so that the default receiver is told. */
function ownerLabels(team: Team | undefined): Readonly<Record<string, string>> {
  const severity = generalSeverity(team);
  return team === undefined || severity === undefined ? { severity: "warning" } : { severity, team: team.name };
}
