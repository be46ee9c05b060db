import { countMetrics, lastOutcomeMetric } from "../../quality/counts.ts";
import type { Config, Duration, Model } from "../../config/config.ts";
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
import { namespaceLabel } from "../promql/metric-names.ts";
import type { Alert } from "./alert.ts";
import { healthAlert, inNamespace, minutes, modelLabel, type HealthAlertSections } from "./health-alert.ts";
import { modelMatchers } from "./models.ts";

/** Sections of the config that the alerts on silent models depend on. */
export type SilenceAlertSections = HealthAlertSections & Pick<Config, "prometheus">;

/** Builds the alerts on a model that no exporter exposes, or that went silent. */
export function silenceAlerts(config: SilenceAlertSections, model: Model): readonly Alert[] {
  return [...(model.name === "*" ? [] : [absentAlert(config, model)]), ...silentAlert(config, model)];
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
  const { expr, wait } = silentModel(modelMatchers(config.models, name), silentAfter);
  const silent = healthAlert(config, {
    name: "ModelQualityModelSilent",
    expr,
    for: wait,
    owner: name,
    kept: [namespaceLabel, "model"],
    subject: [modelLabel, inNamespace, ": no outcomes"],
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
function silentModel(matchers: readonly Matcher[], silentAfter: number): { expr: Vector; wait: Duration } {
  // An exporter that was down may take some minutes to read what was written meanwhile.
  const wait = Math.min(300, Math.floor(silentAfter / 2));
  const last = aggregateBy("max", [namespaceLabel, "model"], selector(lastOutcomeMetric.name, matchers));
  return {
    expr: compare(arith(time, "-", last), ">", num(silentAfter - wait)),
    wait: wait % 60 === 0 ? minutes(wait / 60) : { word: `${wait}s`, ms: wait * 1000 },
  };
}
