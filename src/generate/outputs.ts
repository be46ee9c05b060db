import type { Config } from "../config/config.ts";
import { alertRule } from "./alert.ts";
import { alertmanagerConfig } from "./alertmanager-config.ts";
import { header } from "./header.ts";
import { modelRules, type ModelRules } from "./model-rules.ts";
import { prometheusConfig } from "./prometheus-config.ts";
import { exprText } from "./promql-layout.ts";
import { yamlText } from "./yaml-text.ts";

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
    files: (config) => modelRules(config).map((rules) => [`${rules.slug}.yml`, yamlText(ruleFile(rules))]),
  },
  { folder: "alertmanager", files: (config) => [["alertmanager.yml", yamlText(alertmanagerConfig(config))]] },
];

/**
 * Every generated file of a config: path under the output folder to text, in the order of the paths. The same config
 * gives the same bytes.
 */
export function generateFiles(config: Config): Map<string, string> {
  const files = outputs.flatMap(({ folder, files }) =>
    [...files(config)].map(([path, text]): [string, string] => {
      const whole = `${folder}/${path}`;
      return [whole, header(whole, config.file) + text];
    }),
  );
  return new Map(files.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function ruleFile(rules: ModelRules): Record<string, unknown> {
  return {
    groups: [
      {
        name: `model-quality-${rules.slug}`,
        rules: [
          ...rules.recording.map(({ record, expr, labels }) => ({
            record,
            expr: exprText(expr),
            ...(labels && { labels }),
          })),
          ...rules.alerts.map(alertRule),
        ],
      },
    ],
  };
}
