import type { Config } from "../../config/config.ts";
import { namespaceLabel } from "../promql/metric-names.ts";
import type { Alert } from "./alert.ts";
import type { Annotation } from "./annotation.ts";
import { exporterExpressions, type ExporterAlertName } from "./exporter-expressions.ts";
import {
  healthAlert,
  inNamespace,
  minutes,
  modelLabel,
  type HealthAlert,
  type HealthAlertSections,
} from "./health-alert.ts";

/** Sections of the config that the alerts on the exporter depend on. */
export type ExporterAlertSections = HealthAlertSections & Pick<Config, "sources" | "join">;

/** Builds the alerts on the exporter itself and on its sources. */
export function exporterAlerts(config: ExporterAlertSections): readonly Alert[] {
  const expressions = exporterExpressions(config.sources);
  const used = rows.filter(({ name }) => config.join !== undefined || name !== "ModelQualityPendingEvicted");
  return used.map((row) => healthAlert(config, { ...row, expr: expressions[row.name], owner: undefined }));
}

type Row = Omit<HealthAlert, "expr" | "owner"> & { readonly name: ExporterAlertName };

const ofCount: Annotation = [": ", { kind: "value", decimals: 0 }];
const ofShare: Annotation = [": ", { kind: "percentage" }];
const perNamespace = [namespaceLabel];
const perSource = [namespaceLabel, "source"];
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
    name: "ModelQualitySeriesLeftOut",
    for: minutes(15),
    kept: perNamespace,
    subject: ["Series left out of the page of metrics", inNamespace],
    extent: ofCount,
    consequence:
      "There are more than limits.maxSeries: dashboards lack confusion matrices or more; objectives of the config can fire.",
  },
  {
    name: "ModelQualityPendingEvicted",
    for: minutes(0),
    kept: perNamespace,
    subject: ["Predictions forgotten before their labels came", inNamespace],
    extent: ofCount,
    consequence: "There are more ids at once than join.maxIds, and the oldest are never counted.",
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
