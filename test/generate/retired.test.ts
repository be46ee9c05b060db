import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { stringify } from "yaml";
import { tempDir } from "../support/temp.ts";
import { lastThousand, makeConfig } from "./support/config.ts";
import { generateInto, tool } from "./support/tools.ts";

const dir = tempDir();
const bound = { kind: "min", value: 0.9 } as const;
const config = makeConfig({
  tagLabels: ["model", "version", "region"],
  models: {
    fraud: {
      silentAfter: 7200,
      objectives: [
        { metric: "accuracy", bound, name: "Hour" },
        { metric: "accuracy", bound, name: "Thousand", window: lastThousand },
      ],
    },
    batch: { silentAfter: null, objectives: [{ metric: "accuracy", bound, name: "Batch", window: lastThousand }] },
  },
});

/** A tag, and how many minutes ago its last outcome was; all are right half of the time in all windows. */
interface TagState {
  readonly model?: string;
  readonly version: string;
  readonly region?: string;
  readonly ago: number;
}

const states: readonly { what: string; tags: readonly TagState[]; firing: readonly string[] }[] = [
  {
    what: "a version that serves is judged over both windows",
    tags: [{ version: "v1", ago: 1 }],
    firing: ["Hour v1 eu", "Thousand v1 eu"],
  },
  {
    what: "a version that another one has replaced is judged over none",
    tags: [
      { version: "v1", ago: 150 },
      { version: "v2", ago: 1 },
    ],
    firing: ["Hour v2 eu", "Thousand v2 eu"],
  },
  {
    what: "a version that was replaced a short time ago is still judged",
    tags: [
      { version: "v1", ago: 100 },
      { version: "v2", ago: 1 },
    ],
    firing: ["Hour v1 eu", "Hour v2 eu", "Thousand v1 eu", "Thousand v2 eu"],
  },
  {
    what: "the only version, gone silent, is judged over the window of time alone",
    tags: [{ version: "v1", ago: 150 }],
    firing: ["Hour v1 eu"],
  },
  {
    what: "of a model that went silent as a whole, the version that was the last one is judged over the window of time",
    tags: [
      { version: "v1", ago: 400 },
      { version: "v2", ago: 150 },
    ],
    firing: ["Hour v2 eu"],
  },
  {
    what: "a region of the same version does not replace another region",
    tags: [
      { version: "v1", ago: 150 },
      { version: "v1", region: "us", ago: 1 },
    ],
    firing: ["Hour v1 eu", "Hour v1 us", "Thousand v1 us"],
  },
  {
    what: "another version replaces one in another region too",
    tags: [
      { version: "v1", ago: 150 },
      { version: "v2", region: "us", ago: 1 },
    ],
    firing: ["Hour v2 us", "Thousand v2 us"],
  },
  {
    what: "a version is replaced region by region",
    tags: [
      { version: "v1", ago: 150 },
      { version: "v2", ago: 2 },
      { version: "v1", region: "us", ago: 1 },
    ],
    firing: ["Hour v1 us", "Hour v2 eu", "Thousand v1 us", "Thousand v2 eu"],
  },
  {
    what: "a model of which every silence is normal is judged over a count window for an hour",
    tags: [
      { model: "batch", version: "v1", ago: 50 },
      { model: "batch", version: "v2", ago: 61 },
    ],
    firing: ["Batch v1 eu"],
  },
];

describe("objectives and retired versions", () => {
  const out = join(dir, "out");
  generateInto(config, out);
  const minute = 60;
  const at = 30;

  test.each(states)("$what", ({ tags, firing }) => {
    const series = tags.flatMap(({ model = "fraud", version, region = "eu", ago }) => {
      const tag = `model="${model}",version="${version}",region="${region}",job="model-quality-exporter"`;
      const counted = (name: string, window: string, more: string, value: number) => ({
        series: `${name}{${tag},window="${window}"${more}}`,
        values: `${value}x${at}`,
      });
      return [
        {
          series: `model_quality_last_outcome_timestamp_seconds{${tag}}`,
          values: `${-ago * minute}+${minute}x${at}`,
        },
        ...["1h", "last_1000"].flatMap((window) => [
          counted("model_quality_samples", window, "", 1000),
          ...["a", "b"].flatMap((of) => [
            counted("model_quality_true_positive_samples", window, `,class="${of}"`, 250),
            counted("model_quality_predicted_samples", window, `,class="${of}"`, 500),
            counted("model_quality_actual_samples", window, `,class="${of}"`, 500),
          ]),
        ]),
      ];
    });
    const expected = firing.map((word) => {
      const [alertname = "", version = "", region = ""] = word.split(" ");
      return { labels: `{alertname="${alertname}", version="${version}", region="${region}"}`, value: 1 };
    });
    const tests = {
      rule_files: ["prometheus/rules/*.yml"],
      evaluation_interval: "1m",
      tests: [
        {
          interval: "1m",
          input_series: series,
          promql_expr_test: [
            {
              expr: 'count by (alertname, version, region) (ALERTS{alertname=~"Hour|Thousand|Batch", alertstate="firing"})',
              eval_time: `${at}m`,
              exp_samples: expected,
            },
          ],
        },
      ],
    };
    writeFileSync(join(out, "states.yml"), stringify(tests));
    expect(tool("promtool", ["test", "rules", "states.yml"], { cwd: out })).toContain("SUCCESS");
  });
});
