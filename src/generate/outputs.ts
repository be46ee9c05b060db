import type { Config } from "../config/config.ts";
import { alertmanagerConfig } from "./alertmanager/alertmanager-config.ts";
import { messageTemplates } from "./alertmanager/message-templates.ts";
import { completeConfig, routeFragment, type RouteFragment } from "./alertmanager/route-fragment.ts";
import { header } from "./files/header.ts";
import type { GeneratedFolder, Scope } from "./files/stale-files.ts";
import { yamlDocuments, yamlText } from "./files/yaml.ts";
import { dashboardFile } from "./grafana/dashboard.ts";
import { influxDashboards, influxDataSources } from "./grafana/influx-dashboard.ts";
import { componentFiles, kubernetesFiles } from "./kubernetes/kubernetes-files.ts";
import { outputKinds, type OutputKind } from "./output-kinds.ts";
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
  /** What of the output folder they stand for. */
  readonly scope: Scope;
  /** Config of Alertmanager that holds the routes and sends all other alerts elsewhere. */
  readonly routesElsewhere: string;
  /** Versions of the programs that the files are for. */
  readonly versions: Readonly<Record<"prometheus" | "alertmanager", ToolVersion>>;
  /** Files of secrets and certificates that `prometheus.yml` names, which may be on Prometheus' machine only. */
  readonly scrapeFiles: readonly string[];
}

type File = readonly [path: string, text: string];

interface Output {
  readonly kinds: readonly OutputKind[];
  readonly folder: GeneratedFolder;
  /** Makes paths under the folder, and texts without a header. */
  readonly files: (config: Config, plan: Plan) => readonly File[];
}

/** All files. A new kind of file is a row here. */
const outputs: readonly Output[] = [
  {
    kinds: ["prometheus"],
    folder: "prometheus",
    files: ({ prometheus }) => [["prometheus.yml", yamlText(prometheusConfig(prometheus))]],
  },
  { kinds: ["rules"], folder: "prometheus/rules", files: (_config, plan) => plan.ruleFiles.map(yamlFile) },
  { kinds: ["rules"], folder: "prometheus/tests", files: (config, plan) => ruleTestFiles(plan, config).map(yamlFile) },
  {
    kinds: ["runbooks"],
    folder: "prometheus/runbooks",
    files: (_config, plan) => runbookFiles(plan.models, plan.alerts),
  },
  {
    kinds: ["alertmanager", "routes"],
    folder: "alertmanager/templates",
    files: () => [["model-quality.tmpl", messageTemplates()]],
  },
  {
    kinds: ["alertmanager"],
    folder: "alertmanager",
    files: (config, plan) => [["alertmanager.yml", yamlText(alertmanagerConfig(config, plan.inhibitRules))]],
  },
  {
    kinds: ["routes"],
    folder: "alertmanager",
    files: (config, plan) => [["routes.yml", yamlDocuments(aboutRoutes, fragmentOf(config, plan))]],
  },
  {
    kinds: ["kubernetes"],
    folder: "deploy/kubernetes",
    files: (config, { ruleFiles, inhibitRules }) =>
      kubernetesFiles(
        config,
        ruleFiles.flatMap(([, { groups }]) => groups),
        inhibitRules,
      ),
  },
  { kinds: ["kubernetes"], folder: "deploy/kubernetes/component", files: (config) => componentFiles(config) },
  {
    kinds: ["grafana"],
    folder: "deploy/grafana",
    files: (config) => [dashboardFile(config), ...influxDashboards(config)],
  },
  { kinds: ["grafana"], folder: "deploy/grafana/provisioning/datasources", files: influxDataSources },
];

const aboutRoutes = [
  "For an Alertmanager that has a config of its own, in place of alertmanager.yml: what is to be merged into that config.",
  "The routes take the alerts of these rules and no others. docs/existing-prometheus.md says how.",
];

/**
 * Generates the files of a config, or those of some kinds; the same config gives the same bytes. Throws a Problem when they
 * would not work with the programs that they are for.
 */
export function generate(config: Config, only: readonly OutputKind[] = outputKinds): Generated {
  const plan = makePlan(config);
  validate(config, plan);
  const files: File[] = [];
  const others = new Set<string>();
  const folders = new Set<GeneratedFolder>();
  for (const { kinds, folder, files: filesOf } of outputs) {
    const isWanted = kinds.some((kind) => only.includes(kind));
    if (isWanted) folders.add(folder);
    for (const [name, text] of filesOf(config, plan)) {
      const path = `${folder}/${name}`;
      if (isWanted) files.push([path, header(path, config.file) + text]);
      else others.add(path);
    }
  }
  return {
    plan,
    files: new Map(files.sort(([a], [b]) => (a < b ? -1 : 1))),
    scope: { folders: [...folders], others },
    routesElsewhere: yamlText(completeConfig(fragmentOf(config, plan))),
    versions: { prometheus: config.prometheus.version, alertmanager: config.alerting.version },
    scrapeFiles: scrapeFiles(config.prometheus),
  };
}

function fragmentOf(config: Config, { inhibitRules, alerts }: Plan): RouteFragment {
  return routeFragment(config, inhibitRules, alerts);
}

function yamlFile([path, content]: readonly [path: string, content: unknown]): File {
  return [path, yamlText(content)];
}
