import type { PrometheusTarget, RuleGroup } from "../../config/config.ts";
import { jobName } from "../promql/metric-names.ts";
import type { EffectiveGroup } from "./change-rules.ts";
import { extraSlug } from "./models.ts";

/** Rule file: its name and its content. */
export type NamedRuleFile = readonly [path: string, content: { readonly groups: readonly RuleGroup[] }];

/** Builds the rule files: those of the groups that have rules, and one for the user's own groups. */
export function ruleFiles(
  groups: readonly EffectiveGroup[],
  userGroups: readonly RuleGroup[],
): readonly NamedRuleFile[] {
  const left = groups.filter(({ group }) => group.rules.length > 0);
  const files = new Set(left.map(({ generated }) => generated.file));
  return [
    ...[...files].map((file) => {
      const own = left.filter(({ generated }) => generated.file === file);
      return [`${file}.yml`, { groups: own.map(({ group }) => group) }] as const;
    }),
    ...(userGroups.length === 0 ? [] : [[`${extraSlug}.yml`, { groups: userGroups }] as const]),
  ];
}

/** Builds `prometheus.yml`: scrapes the exporter, loads the rule files beside it, and names the Alertmanagers. */
export function prometheusConfig(prometheus: PrometheusTarget): Record<string, unknown> {
  return {
    global: {
      scrape_interval: prometheus.scrapeInterval.word,
      evaluation_interval: prometheus.evaluationInterval.word,
    },
    rule_files: ["rules/*.yml"],
    ...(prometheus.alertmanagers.length === 0
      ? {}
      : { alerting: { alertmanagers: [{ static_configs: [{ targets: prometheus.alertmanagers }] }] } }),
    scrape_configs: [
      { job_name: jobName, ...scrapeSecurity(prometheus), static_configs: [{ targets: prometheus.targets }] },
    ],
  };
}

/** Lists the files that `prometheus.yml` names for scrapes. */
export function scrapeFiles({ tls, basicAuth }: PrometheusTarget): readonly string[] {
  const files = [tls?.caFile, tls?.certFile, tls?.keyFile, basicAuth?.passwordFile];
  return files.filter((file) => file !== undefined);
}

/** Writes how Prometheus proves who it is, and who it takes for an exporter. */
function scrapeSecurity({ tls, basicAuth }: PrometheusTarget): Record<string, unknown> {
  const tlsConfig = tls && {
    ...(tls.caFile === undefined ? {} : { ca_file: tls.caFile }),
    ...(tls.certFile === undefined ? {} : { cert_file: tls.certFile, key_file: tls.keyFile }),
    ...(tls.serverName === undefined ? {} : { server_name: tls.serverName }),
    ...(tls.insecureSkipVerify ? { insecure_skip_verify: true } : {}),
  };
  return {
    ...(tlsConfig && { scheme: "https" }),
    ...(tlsConfig && Object.keys(tlsConfig).length > 0 ? { tls_config: tlsConfig } : {}),
    ...(basicAuth && { basic_auth: { username: basicAuth.username, password_file: basicAuth.passwordFile } }),
  };
}
