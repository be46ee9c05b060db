import type { Config } from "../config/config.ts";
import { alertmanagerConfig } from "./alertmanager/alertmanager-config.ts";
import { grafanaFiles } from "./grafana/files.ts";
import { header } from "./files/header.ts";
import { validate } from "./validate.ts";
import { componentFiles, kubernetesFiles } from "./kubernetes/kubernetes-files.ts";
import { prometheusConfig } from "./rules/prometheus-config.ts";
import { ruleTestFiles } from "./rule-tests/rule-test-files.ts";
import { ruleFiles } from "./rules/prometheus-files.ts";
import { runbooks } from "./runbooks/runbook-files.ts";
import { messageTemplates } from "./alertmanager/message-templates.ts";
import { yamlText } from "./files/yaml.ts";

/** One kind of generated file. */
export interface Output {
  /** The folder that holds nothing but generated files of ours and what the user put there. */
  readonly folder: string;
  /** The files, by their path under `folder`, without the header. */
  readonly files: (config: Config) => Iterable<readonly [path: string, text: string]>;
}

/** Everything that is generated. A new kind of file is a row here. */
export const outputs: readonly Output[] = [
  { folder: "prometheus", files: (config) => [["prometheus.yml", yamlText(prometheusConfig(config))]] },
  {
    folder: "prometheus/rules",
    files: (config) => ruleFiles(config).map(([path, content]) => [path, yamlText(content)]),
  },
  {
    folder: "prometheus/tests",
    files: (config) => ruleTestFiles(config).map(([path, content]) => [path, yamlText(content)]),
  },
  {
    folder: "prometheus/runbooks",
    files: (config) => runbooks(config),
  },
  { folder: "alertmanager/templates", files: (config) => [["model-quality.tmpl", messageTemplates(config)]] },
  { folder: "alertmanager", files: (config) => [["alertmanager.yml", yamlText(alertmanagerConfig(config))]] },
  { folder: "deploy/kubernetes", files: kubernetesFiles },
  { folder: "deploy/kubernetes/component", files: componentFiles },
  { folder: "deploy/grafana", files: grafanaFiles },
];

/**
 * Every generated file of a config: path under the output folder to text, in the order of the paths. The same config
 * gives the same bytes. Throws a Problem when no honest files can be made of it.
 */
export function generateFiles(config: Config): Map<string, string> {
  validate(config);
  const files = outputs.flatMap(({ folder, files }) =>
    [...files(config)].map(([path, text]): [string, string] => {
      const whole = `${folder}/${path}`;
      return [whole, header(whole, config.file) + text];
    }),
  );
  return new Map(files.sort(([a], [b]) => (a < b ? -1 : 1)));
}
