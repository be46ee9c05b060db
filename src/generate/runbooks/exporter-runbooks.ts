import { confusionMetric, lastOutcomeMetric, trafficMetrics } from "../../quality/counts.ts";
import { exporterMetric } from "../promql/metric-names.ts";
import type { ExporterAlertName } from "../rules/exporter-expressions.ts";
import type { Runbook } from "./page.ts";

/** Runbooks of the alerts on the exporter itself. */
export const exporterRunbooks: Readonly<
  Record<
    | ExporterAlertName
    | "ModelQualityModelAbsent"
    | "ModelQualityModelSilent"
    | "ModelQualityLabelsStopped"
    | "ModelQualityLabelsMissing"
    | "ModelQualityLabelsUneven",
    Runbook
  >
> = {
  ModelQualityExporterDown: {
    meaning: [
      "Prometheus reaches no exporter at all. The models may be well or not: nobody knows. No objective can fire, and Alertmanager mutes the other alerts of this job.",
    ],
    steps: [
      "Prometheus' page of targets, job `model-quality-exporter`: the error that stands there (refused, timed out, 401, no such host), or no target at all.",
      "Whether the process runs, and the end of its log. Exit code 2 is a bad config, and the log says where.",
      "`/-/healthy` and `/-/ready` on the exporter's own machine: it is not ready while it reads a long backlog.",
    ],
  },
  ModelQualityExporterReplicaDown: {
    meaning: [
      "Some replicas answer and some do not. The figures of the fleet lack what the missing ones read, and objectives may have too few samples to be judged.",
    ],
    steps: [
      "Prometheus' page of targets: which replicas, and with which error.",
      "Whether these machines or pods were replaced or are short of memory. Windows survive a restart where the state directory does.",
    ],
  },
  ModelQualityModelAbsent: {
    meaning: [
      "The config names a model that no exporter exposes. Declared models stand on the page from the start, at 0 samples, so this is not a want of traffic: no exporter with this config is scraped.",
    ],
    steps: [
      "Whether the exporter is down (`ModelQualityExporterDown`).",
      "Whether the exporter runs with the config that these rules were generated from, and whether its last reload succeeded.",
      "Whether the model was renamed or given up: then change the config and generate again.",
    ],
  },
  ModelQualityModelSilent: {
    meaning: [
      "No version of the model, in no region, had an outcome for its `silentAfter`, though it had one before. Its windows run empty, so alerts on its quality resolve; that does not mean that it is well. With a `join` predictions are judged, labelled or not.",
    ],
    steps: [
      "Whether the model still serves, and whether its labels still arrive.",
      "Whether another alert says why: a log that is stalled, files that were lost, a source of which nothing is counted.",
      `\`${lastOutcomeMetric.name}\` shows when each version had its last outcome.`,
      "Where such a pause is normal (a nightly batch), set `silentAfter` of the model, and that of its source.",
    ],
  },
  ModelQualityLabelsStopped: {
    meaning: [
      "Predictions of the model come, and no label has found one of them for twice as long as 99 of 100 labels take. Its windows run empty, so alerts on its quality resolve; that does not mean that it is well.",
    ],
    steps: [
      "Whether the process that writes the labels runs, and writes to where the source of labels reads.",
      `\`${exporterMetric("labels_total")}\` by \`result\`, and \`${exporterMetric("pending_labels")}\`: labels that come and wait do not have the ids of predictions (another field, another spelling); \`too_late\` ones are past \`join.within\`.`,
      `\`${exporterMetric("label_delay_seconds")}_count\` and its buckets show how long labels take. Where a pause is normal (a nightly batch), set \`silentAfter\` of the model.`,
    ],
  },
  ModelQualityLabelsMissing: {
    meaning: [
      "Of the predictions that are as old as the model's `maturity`, fewer have a label than an objective asks for (`minLabelled`). The objective is held back meanwhile: what is labelled may be no sample of the traffic, so neither good nor bad figures say much.",
    ],
    steps: [
      `\`${trafficMetrics.age.name}\` and \`${trafficMetrics.ageLabelled.name}\`: where the share is low at every age, labels have stopped or do not find their predictions; where it still rises at the last ages, labels take longer than \`maturity\`.`,
      `\`${exporterMetric("labels_total")}\` by \`result\`: \`parked\` labels that stay have ids of no prediction, \`too_late\` ones are past \`join.within\`.`,
      `\`${trafficMetrics.labelled.name}\` by \`class\`, and by instance: a replica that does not read all labels has a low share.`,
      "Where labels take longer than was thought, raise `maturity` of the model; where only a sample is ever labelled, lower `minLabelled`, once it is a fair sample.",
    ],
  },
  ModelQualityLabelsUneven: {
    meaning: [
      "Of the predictions that are due, those of one predicted class have a label less than half as often as those of another. What is labelled is no sample of the traffic: where flagged cases are reviewed at once and missed ones come to light late, recall reads far too high; precision stays right within a class that is labelled at random.",
    ],
    steps: [
      "Who labels, and what they are shown: reviewers of flagged cases only, chargebacks that take weeks, a sample that was drawn from one class.",
      'A window of matured predictions, `{ span: "30d", older: "7d" }`, with `join.placeAt: "prediction"`: its figures wait until the labels of both classes have come.',
      "Where no label ever comes for one class since no news is good news, `join.absent` counts its predictions as that class after `within`.",
    ],
  },
  ModelQualityPendingEvicted: {
    meaning: [
      "More ids wait for their other half, within `join.within` and `early`, than `join.maxIds` allows. The oldest predictions are forgotten, and their labels find nothing: they count in no figure.",
    ],
    steps: [
      `\`${exporterMetric("pending_predictions")}\`, \`${exporterMetric("pending_labels")}\` and \`${exporterMetric("remembered_ids")}\`: what fills the table. Labels alone that fill it have ids that no prediction has.`,
      "Raise `join.maxIds` (18 bytes of memory each), or shorten `join.within` of models whose labels come sooner.",
    ],
  },
  ModelQualityLogStalled: {
    meaning: [
      "Bytes of a file of the source have waited for a quarter of an hour and nothing was read, or no file of the source gave anything for its `silentAfter`. Time windows run empty, and their objectives fall silent for want of samples.",
    ],
    steps: [
      `\`${exporterMetric("source_lag_bytes")}\` by \`file\`: where it is above 0, the exporter is stuck or may not read the file (permissions, a vanished mount); where all are at 0, the model server no longer writes.`,
      "The exporter's log names each file that it cannot read.",
      "Whether the model server still serves, and still logs its predictions to the same place after its last release.",
      "Where such a pause is normal, set `silentAfter` of the source.",
    ],
  },
  ModelQualityNoFiles: {
    meaning: ["No file matches the globs of the source, on no replica: nothing of it is measured."],
    steps: [
      "The globs of `sources[].files`, and whether `exclude` takes too much; `model-quality-exporter check` names globs without a file.",
      "Whether the log's folder is mounted where the exporter runs, and whether it may look into it.",
      "Whether the model server logs to another place since its last release.",
    ],
  },
  ModelQualityFileErrors: {
    meaning: [
      "Files of the source cannot be opened or read, and trying again does not help. What stands in them is not counted.",
    ],
    steps: [
      "The label `code`: `EACCES` is a want of permission, `ENOENT` a link without a target, `EMFILE` too many open files, `EIO` a broken disk or mount, `kind` what is no regular file.",
      "Refused as well, and not read: `link` a file that a link leads to out of the log folder (the log shows the line `links: { to: [...] }` that allows it; a link that nobody knows of may be an attack), `procfs` a file of the kernel, `own` a file of the exporter itself, `name` a name that is not UTF-8.",
      "The exporter's log names each file.",
    ],
  },
  ModelQualityFilesLost: {
    meaning: [
      "A file that was being read has disappeared, and no copy of it was found that can be read: it was compressed into a format that the exporter cannot read, moved to a folder that no glob names, or deleted. Outcomes that were not read yet are lost.",
    ],
    steps: [
      "The exporter's log names the file, and how many bytes of it were unread where that is known.",
      "How logs are rotated: keep the last ones uncompressed for some minutes (`delaycompress` of logrotate), compress with gzip, and rotate into the same folder.",
    ],
  },
  ModelQualityNothingCounted: {
    meaning: [
      "Lines of the source come, and none of them is counted: all are rejected, or skipped: for want of a label, or by `lines`, `where` or the wrapper of the source. Its models are not measured.",
    ],
    steps: [
      `\`${exporterMetric("line_errors_total")}\` and \`${exporterMetric("lines_skipped_total")}\` by \`reason\`.`,
      "`/api/v1/rejected` on the exporter shows the last such lines; the log says which fields they hold.",
      "The last release of the model server: a field that was renamed, a label that is no longer joined. Then `fields` and `format` in the config.",
    ],
  },
  ModelQualityOutcomesMisdated: {
    meaning: [
      "Most outcomes of the source are too old for a time window, or dated in the future. Late ones are missing in windows, so that these are of few outcomes or none.",
    ],
    steps: [
      "The field of `fields.time`: a local time that is written as UTC is off by whole hours.",
      "The clocks of the model server and of the exporter.",
      "Whether lines are written long after what they tell of: then leave `time` out, or leave out windows that are shorter than the delay.",
    ],
  },
  ModelQualityLineErrors: {
    meaning: [
      "More than one line in twenty of a source cannot be read; lines without a label are not counted among them. These outcomes count nowhere, so the figures are of the rest only.",
    ],
    steps: [
      `\`${exporterMetric("line_errors_total")}\` by \`reason\`: \`malformed\` and \`missing_field\` mostly mean that the format of the log has changed.`,
      "`/api/v1/rejected` on the exporter shows the last such lines, and what is wrong with each.",
      "The last release of the model server: field names, types, time stamps. Then `fields` and `format` in the config.",
    ],
  },
  ModelQualityTagsDropped: {
    meaning: [
      "There are more combinations of model, version and labels than `limits.maxTags`, or of one source than `limits.maxTagsPerSource`, allows, and those that came last are not measured. Models that the config names keep a seat each.",
    ],
    steps: [
      `\`${exporterMetric("tags")}\`, and which label has many values: a request id or a user as a label is a mistake in \`fields.labels\`.`,
      "If all of them are wanted, raise `limits.maxTags` and `limits.maxTagsPerSource`.",
    ],
  },
  ModelQualityClassesOverflow: {
    meaning: [
      "The log of the model holds more classes than `limits.maxClasses` allows. Further ones are folded into `__other__` and `__wrong__`: accuracy and the figures of classes with a seat stay exact, what needs all classes apart is absent, and objectives on that rest.",
    ],
    steps: [
      "The exporter's log says once for each tag what the classes look like: many numbers are the mark of a regression, ids or free text of a wrong path in `fields`.",
      `\`${confusionMetric.name}\` shows which classes have seats. Declare the ones that matter under \`classes\`, they always have one, or raise \`limits.maxClasses\`.`,
    ],
  },
  ModelQualitySeriesLeftOut: {
    meaning: [
      "An exporter has more series than `limits.maxSeries`, and leaves parts of them out of its page: first the cells of confusion matrices, then ratios by class, averages, and counts by class of models without objectives. What the objectives of the config read never leaves, so they can fire.",
    ],
    steps: [
      `\`${exporterMetric("series_left_out")}\` by \`part\` says what is not on the page, and \`${exporterMetric("series")}\` how much is.`,
      `\`${exporterMetric("tags")}\` and the classes of each model: many tags or classes that nobody knows are a mistake in \`fields\`.`,
      'If all of them are wanted: `exposition: { confusion: "nonzero" }` or fewer `windows`, or raise `limits.maxSeries` as far as Prometheus bears it.',
    ],
  },
  ModelQualityStateNotWritten: {
    meaning: [
      "The exporter cannot commit offsets and windows. It goes on counting, but a restart would lose what came since the last commit and read those lines again.",
    ],
    steps: [
      "The disk of the state directory (`--state`): full, read-only, or not the exporter's to write.",
      "The exporter's log: it says why the write failed.",
    ],
  },
  ModelQualityConfigReloadFailed: {
    meaning: ["The exporter was given a config that it refuses, and goes on with the one before."],
    steps: [
      "The exporter's log: it names every fault with its place.",
      "`model-quality-exporter check` on the same file says the same without a daemon.",
    ],
  },
};
