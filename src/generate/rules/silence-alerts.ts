import { countMetrics, lastPredictionMetric } from "../../quality/counts.ts";
import type { Config, Duration, Model } from "../../config/config.ts";
import {
  aggregateBy,
  arith,
  call,
  compare,
  histogramQuantile,
  num,
  selector,
  time,
  type Vector,
} from "../promql/builder.ts";
import { exporterMetric, namespaceLabel } from "../promql/metric-names.ts";
import type { Alert } from "./alert.ts";
import { healthAlert, inNamespace, minutes, modelLabel, type HealthAlertSections } from "./health-alert.ts";
import { modelMatchers } from "./models.ts";
import { newsMetric } from "./news.ts";

/** Sections of the config that the alerts on silent models depend on. */
export type SilenceAlertSections = HealthAlertSections & Pick<Config, "prometheus" | "join">;

/** Buckets of the delays of labels. */
export const delayBuckets = `${exporterMetric("label_delay_seconds")}_bucket`;

/** Silence of a model that is told unless the config says otherwise (s). */
const defaultSilence = 3600;
/** Shortest pause of labels that is told (s), and the pause of a model of which every silence is normal. */
const leastPause = 600;
const anyPause = 86_400;

/** Builds the alerts on a model that no exporter exposes, that went silent, or whose labels stopped. */
export function silenceAlerts(config: SilenceAlertSections, model: Model): readonly Alert[] {
  return [
    ...(model.name === "*" ? [] : [absentAlert(config, model)]),
    ...silentAlert(config, model),
    ...(config.join === undefined ? [] : [labelsStoppedAlert(config, model)]),
  ];
}

/** Gives the pause of labels that is normal whatever their delays (s): that of predictions, where it is long by intent. */
export function normalPause({ silentAfter }: Pick<Model, "silentAfter">): number {
  if (silentAfter === null) return anyPause;
  return silentAfter > defaultSilence ? silentAfter : leastPause;
}

function labelsStoppedAlert(config: SilenceAlertSections, model: Model): Alert {
  const matchers = modelMatchers(config.models, model.name);
  const latest = (name: string): Vector => aggregateBy("max", [namespaceLabel, "model"], selector(name, matchers));
  const since = arith(latest(lastPredictionMetric.name), "-", latest(exporterMetric("label_last_timestamp_seconds")));
  const delays = aggregateBy("sum", [namespaceLabel, "model", "le"], selector(delayBuckets, matchers));
  const usual = arith(num(2), "*", histogramQuantile(0.99, delays));
  return healthAlert(config, {
    name: "ModelQualityLabelsStopped",
    expr: compare(since, ">", call("clamp_min", usual, normalPause(model))),
    for: minutes(5),
    owner: model.name,
    kept: [namespaceLabel, "model"],
    subject: [modelLabel, inNamespace, ": predictions come, and no labels"],
    extent: [" for ", { kind: "duration" }],
    consequence: "Its figures are of what was labelled before, and run empty.",
  });
}

function absentAlert(config: SilenceAlertSections, { name }: Model): Alert {
  const scrapes = 3 * config.prometheus.scrapeInterval.ms;
  return healthAlert(config, {
    name: "ModelQualityModelAbsent",
    expr: absentModel(name),
    // At least three scrapes must fail.
    for: scrapes > minutes(5).ms ? { word: `${scrapes}ms`, ms: scrapes } : minutes(5),
    owner: name,
    kept: ["model"],
    subject: [modelLabel, ": exposed by no exporter"],
    consequence: "How well it is is unknown, and none of its objectives can fire.",
  });
}

function silentAlert(config: SilenceAlertSections, { name, silentAfter }: Model): readonly Alert[] {
  if (silentAfter === null) return [];
  const news = selector(newsMetric(config).name, modelMatchers(config.models, name));
  const { expr, wait } = silentModel(news, silentAfter);
  const silent = healthAlert(config, {
    name: "ModelQualityModelSilent",
    expr,
    for: wait,
    owner: name,
    kept: [namespaceLabel, "model"],
    subject: [modelLabel, inNamespace, config.join === undefined ? ": no outcomes" : ": no predictions"],
    extent: [" for ", { kind: "duration" }],
    consequence: "Its windows run empty, and its alerts resolve for want of outcomes, not because it is well.",
  });
  return [silent];
}

/** One expression a model: absent() over several models gives nothing while one of them is there. */
function absentModel(name: string): Vector {
  return call("absent", selector(countMetrics.samples.name, [["model", "=", name]]));
}

/** Builds the alert's expression and wait, which together last as long as the silence that is normal. */
function silentModel(news: Vector, silentAfter: number): { expr: Vector; wait: Duration } {
  // An exporter that was down may take some minutes to read what was written meanwhile.
  const wait = Math.min(300, Math.floor(silentAfter / 2));
  const last = aggregateBy("max", [namespaceLabel, "model"], news);
  return {
    expr: compare(arith(time, "-", last), ">", num(silentAfter - wait)),
    wait: wait % 60 === 0 ? minutes(wait / 60) : { word: `${wait}s`, ms: wait * 1000 },
  };
}
