import type { Config } from "../config/config.ts";
import { alertmanagerConfig } from "./alertmanager/alertmanager-config.ts";
import { messageTemplates } from "./alertmanager/message-templates.ts";
import { header } from "./files/header.ts";
import type { GeneratedFolder } from "./files/stale-files.ts";
import { yamlText } from "./files/yaml.ts";
import { dashboardFile } from "./grafana/dashboard.ts";
import { influxDashboards, influxDataSources } from "./grafana/influx-dashboard.ts";
import { componentFiles, kubernetesFiles } from "./kubernetes/kubernetes-files.ts";
import { makePlan, type Plan } from "./plan.ts";
import { ruleTestFiles } from "./rule-tests/rule-test-files.ts";
import { prometheusConfig, scrapeFiles } from "./rules/prometheus-files.ts";
import { runbookFiles } from "./runbooks/runbook-files.ts";
import type { ToolVersion } from "./tool-versions.ts";
import { validate } from "./validate.ts";

/** Generated files of a config, and the plan that they were made from. */
export interface Generated {
  readonly plan: Plan;
  /** Text by path under the output folder, in the order of the paths. */
  readonly files: ReadonlyMap<string, string>;
  /** Versions of the programs that the files are for. */
  readonly versions: Readonly<Record<"prometheus" | "alertmanager", ToolVersion>>;
  /** Files of secrets and certificates that `prometheus.yml` names, which may be on Prometheus' machine only. */
  readonly scrapeFiles: readonly string[];
}

type File = readonly [path: string, text: string];

/** Files by folder: each row gives paths under its folder and texts without a header. A new kind of file is a row here. */
const outputs: Readonly<Record<GeneratedFolder, (config: Config, plan: Plan) => readonly File[]>> = {
  prometheus: ({ prometheus }) => [["prometheus.yml", yamlText(prometheusConfig(prometheus))]],
  "prometheus/rules": (_config, plan) => plan.ruleFiles.map(yamlFile),
  "prometheus/tests": (config, plan) => ruleTestFiles(plan, config).map(yamlFile),
  "prometheus/runbooks": (_config, plan) => runbookFiles(plan.models, plan.alerts),
  "alertmanager/templates": () => [["model-quality.tmpl", messageTemplates()]],
  alertmanager: (config, plan) => [["alertmanager.yml", yamlText(alertmanagerConfig(config, plan.inhibitRules))]],
  "deploy/kubernetes": (config, { ruleFiles, inhibitRules }) =>
    kubernetesFiles(
      config,
      ruleFiles.flatMap(([, { groups }]) => groups),
      inhibitRules,
    ),
  "deploy/kubernetes/component": (config) => componentFiles(config),
  "deploy/grafana": (config) => [dashboardFile(config), ...influxDashboards(config)],
  "deploy/grafana/provisioning/datasources": (config) => influxDataSources(config),
};

/**
 * Generates the files of a config; the same config gives the same bytes. Throws a Problem when they would not work with
 * the programs that they are for.
 */
export function generate(config: Config): Generated {
  const plan = makePlan(config);
  validate(config, plan);
  const files = Object.entries(outputs).flatMap(([folder, filesOf]) =>
    filesOf(config, plan).map(([name, text]): File => {
      const path = `${folder}/${name}`;
      return [path, header(path, config.file) + text];
    }),
  );
  return {
    plan,
    files: new Map([...files].sort(([a], [b]) => (a < b ? -1 : 1))),
    versions: { prometheus: config.prometheus.version, alertmanager: config.alerting.version },
    scrapeFiles: scrapeFiles(config.prometheus),
  };
}

function yamlFile([path, content]: readonly [path: string, content: unknown]): File {
  return [path, yamlText(content)];
}
