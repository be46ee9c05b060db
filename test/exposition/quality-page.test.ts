import { describe, expect, test } from "@jest/globals";
import { QualityPage, type QualityView } from "../../src/exposition/quality-page.ts";
import { pageEnd, type Format } from "../../src/exposition/text-format.ts";
import { pageMetrics } from "../../src/quality/page-metrics.ts";
import { confusionMatrix } from "../../src/window/confusion-matrix.ts";
import { readRepositoryFile } from "../support/repository.ts";
import type { WindowSpec } from "../../src/window/options.ts";
import type { TagSnapshot } from "../../src/window/tags.ts";

const windows: readonly WindowSpec[] = [{ kind: "time", label: "1h", ms: 3_600_000, panes: 60 }];

function snapshot(labels: Record<string, string>, cells: readonly (readonly [string, string, number])[]): TagSnapshot {
  return {
    labels: Object.entries(labels).map(([name, value]) => ({ name, value })),
    outcomes: cells.reduce((sum, [, , count]) => sum + count, 0),
    latest: cells.length === 0 ? undefined : 1_700_000_000_500,
    windows: windows.map((window) => ({
      window,
      confusion: confusionMatrix(cells.map(([actual, predicted, count]) => ({ actual, predicted, count }))),
    })),
  };
}

function viewOf(
  snapshots: readonly TagSnapshot[],
  declared: QualityView["declared"],
  parts: Partial<QualityView>,
): QualityView {
  const limits = { maxSeries: 1_000_000, hasObjectives: () => false };
  return { snapshots, windows, declared, silentModels: [], confusion: "all", ...limits, ...parts };
}

function written(view: QualityView, format: Format): { page: QualityPage; text: readonly string[] } {
  const page = new QualityPage(view);
  expect([...page.measure()].join("")).toBe("");
  return { page, text: [...page.text(format)] };
}

function render(
  snapshots: readonly TagSnapshot[],
  declared: QualityView["declared"] = new Map(),
  format: Format = "text",
  parts: Partial<QualityView> = {},
): string[] {
  return [...written(viewOf(snapshots, declared, parts), format).text, pageEnd(format)].join("").trimEnd().split("\n");
}

/** The families with the tag's labels alone. */
const tagFamilies = 2;

const values = (lines: readonly string[]): string[] => lines.filter((line) => !line.startsWith("#"));

describe("the quality metrics on the page", () => {
  test("the quality metrics are all of a tag's figures, written out", () => {
    expect(
      values(
        render([
          snapshot({ model: "m", version: "v1" }, [
            ["a", "a", 3],
            ["a", "b", 1],
            ["b", "b", 4],
          ]),
        ]),
      ),
    ).toEqual([
      'model_quality_samples{model="m",version="v1",window="1h"} 8',
      'model_quality_overflow_samples{model="m",version="v1",window="1h"} 0',
      'model_quality_accuracy_ratio{model="m",version="v1",window="1h"} 0.875',
      'model_quality_balanced_accuracy_ratio{model="m",version="v1",window="1h"} 0.875',
      'model_quality_matthews_correlation{model="m",version="v1",window="1h"} 0.7745966692414834',
      'model_quality_cohen_kappa{model="m",version="v1",window="1h"} 0.75',
      'model_quality_precision_average_ratio{model="m",version="v1",window="1h",average="micro"} 0.875',
      'model_quality_precision_average_ratio{model="m",version="v1",window="1h",average="macro"} 0.9',
      'model_quality_precision_average_ratio{model="m",version="v1",window="1h",average="weighted"} 0.9',
      'model_quality_recall_average_ratio{model="m",version="v1",window="1h",average="micro"} 0.875',
      'model_quality_recall_average_ratio{model="m",version="v1",window="1h",average="macro"} 0.875',
      'model_quality_recall_average_ratio{model="m",version="v1",window="1h",average="weighted"} 0.875',
      'model_quality_f1_average_ratio{model="m",version="v1",window="1h",average="micro"} 0.875',
      'model_quality_f1_average_ratio{model="m",version="v1",window="1h",average="macro"} 0.873015873015873',
      'model_quality_f1_average_ratio{model="m",version="v1",window="1h",average="weighted"} 0.873015873015873',
      `model_quality_jaccard_average_ratio{model="m",version="v1",window="1h",average="micro"} ${7 / 9}`,
      'model_quality_jaccard_average_ratio{model="m",version="v1",window="1h",average="macro"} 0.775',
      'model_quality_jaccard_average_ratio{model="m",version="v1",window="1h",average="weighted"} 0.775',
      'model_quality_precision_ratio{model="m",version="v1",window="1h",class="a"} 1',
      'model_quality_precision_ratio{model="m",version="v1",window="1h",class="b"} 0.8',
      'model_quality_recall_ratio{model="m",version="v1",window="1h",class="a"} 0.75',
      'model_quality_recall_ratio{model="m",version="v1",window="1h",class="b"} 1',
      'model_quality_f1_ratio{model="m",version="v1",window="1h",class="a"} 0.8571428571428571',
      'model_quality_f1_ratio{model="m",version="v1",window="1h",class="b"} 0.8888888888888888',
      'model_quality_specificity_ratio{model="m",version="v1",window="1h",class="a"} 1',
      'model_quality_specificity_ratio{model="m",version="v1",window="1h",class="b"} 0.75',
      'model_quality_jaccard_ratio{model="m",version="v1",window="1h",class="a"} 0.75',
      'model_quality_jaccard_ratio{model="m",version="v1",window="1h",class="b"} 0.8',
      'model_quality_true_positive_samples{model="m",version="v1",window="1h",class="a"} 3',
      'model_quality_true_positive_samples{model="m",version="v1",window="1h",class="b"} 4',
      'model_quality_predicted_samples{model="m",version="v1",window="1h",class="a"} 3',
      'model_quality_predicted_samples{model="m",version="v1",window="1h",class="b"} 5',
      'model_quality_actual_samples{model="m",version="v1",window="1h",class="a"} 4',
      'model_quality_actual_samples{model="m",version="v1",window="1h",class="b"} 4',
      'model_quality_confusion_samples{model="m",version="v1",window="1h",actual="a",predicted="a"} 3',
      'model_quality_confusion_samples{model="m",version="v1",window="1h",actual="a",predicted="b"} 1',
      'model_quality_confusion_samples{model="m",version="v1",window="1h",actual="b",predicted="a"} 0',
      'model_quality_confusion_samples{model="m",version="v1",window="1h",actual="b",predicted="b"} 4',
      'model_quality_last_outcome_timestamp_seconds{model="m",version="v1"} 1700000000.5',
      'model_quality_outcomes_total{model="m",version="v1"} 8',
    ]);
  });

  const cells = [
    ["a", "a", 3],
    ["a", "b", 1],
  ] as const;
  test.each([
    { confusion: "all", shown: ["a>a 3", "a>b 1", "b>a 0", "b>b 0"] },
    { confusion: "nonzero", shown: ["a>a 3", "a>b 1"] },
    { confusion: "none", shown: [] },
  ] as const)(
    "the quality metrics hold the cells of the confusion matrix as asked: $confusion",
    ({ confusion, shown }) => {
      const page = (as: QualityView["confusion"]): string[] =>
        render([snapshot({ model: "m" }, cells)], new Map(), "text", { confusion: as });
      const cell = /^model_quality_confusion_samples\{.*actual="(\w)",predicted="(\w)"\} (\d)$/u;
      const written = page(confusion).flatMap((line) => {
        const [, actual, predicted, count] = cell.exec(line) ?? [];
        return count === undefined ? [] : [`${actual}>${predicted} ${count}`];
      });
      expect(written).toEqual(shown);
      const others = (lines: readonly string[]): string[] => lines.filter((line) => !line.includes("confusion"));
      expect(others(page(confusion))).toEqual(others(page("all")));
    },
  );

  // Of two models with two classes each and the window: 8 cells, 20 ratios, 24 averages, and 6 counts by class of each model;
  // what is always there are 6 figures of each window and 3 of each tag.
  const parts = { cells: 8, class_ratios: 20, averages: 24, class_samples: 6 };
  test.each([
    { maxSeries: 82, gone: [] },
    { maxSeries: 81, gone: ["cells"] },
    { maxSeries: 74, gone: ["cells"] },
    { maxSeries: 73, gone: ["cells", "class_ratios"] },
    { maxSeries: 54, gone: ["cells", "class_ratios"] },
    { maxSeries: 53, gone: ["cells", "class_ratios", "averages"] },
    { maxSeries: 30, gone: ["cells", "class_ratios", "averages"] },
    { maxSeries: 29, gone: ["cells", "class_ratios", "averages", "class_samples"] },
    { maxSeries: 1, gone: ["cells", "class_ratios", "averages", "class_samples"] },
  ] as const)("the quality metrics with room for $maxSeries series leave out $gone", ({ maxSeries, gone }) => {
    const tags = ["owed", "free"].map((model) => snapshot({ model }, [...cells, ["b", "a", 1]]));
    const limits = { maxSeries, hasObjectives: (model: string) => model === "owed" };
    const whole = values([...written(viewOf(tags, new Map(), limits), "text").text].join("").trimEnd().split("\n"));
    const { page, text } = written(viewOf(tags, new Map(), limits), "openmetrics");
    expect(values(text.join("").trimEnd().split("\n"))).toEqual(whole);
    const isLeft = (part: keyof typeof parts): boolean => gone.some((one) => one === part);
    expect(page.series).toEqual({
      written: 82 - gone.reduce((sum, part) => sum + parts[part], 0),
      leftOut: Object.fromEntries(
        Object.entries(parts).map(([part, size]) => [part, gone.some((one) => one === part) ? size : 0]),
      ),
    });
    const of = (name: RegExp): string[] => whole.filter((line) => name.test(line));
    expect(of(/confusion_samples/u)).toHaveLength(isLeft("cells") ? 0 : parts.cells);
    expect(of(/_ratio\{.*class=/u)).toHaveLength(isLeft("class_ratios") ? 0 : parts.class_ratios);
    expect(of(/average=/u)).toHaveLength(isLeft("averages") ? 0 : parts.averages);
    expect(of(/_samples\{model="free".*class=/u)).toHaveLength(isLeft("class_samples") ? 0 : parts.class_samples);
    expect(of(/_samples\{model="owed".*class=/u)).toHaveLength(parts.class_samples);
    expect(of(/^model_quality_samples/u)).toHaveLength(2);
    expect(text.filter((line) => line.startsWith("# TYPE"))).toHaveLength(
      new Set(text.filter((line) => line.startsWith("# TYPE"))).size,
    );
  });

  test.each([2, 10])(
    "the quality metrics of a tag with %d classes are as many series as the documentation says",
    (classes) => {
      const names = Array.from({ length: classes }, (_class, index) => `c${index}`);
      const all = names.flatMap((actual) => names.map((predicted) => [actual, predicted, 1] as const));
      const perTag = 2;
      const perWindow = values(render([snapshot({ model: "m" }, all)])).length - perTag;
      expect(perWindow).toBe(18 + 8 * classes + classes ** 2);
      const metrics = readRepositoryFile("docs/metrics.md");
      expect(metrics).toContain("A tag with k classes takes 18 + 8k + k² series in each window, and 2 more");
      if (classes === 10) expect(metrics).toContain(`${4 * perWindow + perTag} for 10 classes in the default windows`);
    },
  );

  test("the quality metrics hold a declared model that learns its classes from the start, and its last outcome after its tags", () => {
    const silentModels = [
      {
        model: "m",
        labels: [
          { name: "model", value: "m" },
          { name: "version", value: "v2" },
        ],
        latest: 1_700_000_000_000,
      },
    ];
    expect(values(render([], new Map([["m", []]]), "text", { silentModels }))).toEqual([
      'model_quality_samples{model="m",window="1h"} 0',
      'model_quality_overflow_samples{model="m",window="1h"} 0',
      'model_quality_last_outcome_timestamp_seconds{model="m",version="v2"} 1700000000',
      'model_quality_outcomes_total{model="m"} 0',
    ]);
  });

  test("the quality metrics leave out a ratio of 0/0 and never say NaN, but always say the samples", () => {
    const lines = values(render([snapshot({ model: "m" }, []), snapshot({ model: "n" }, [["a", "b", 1]])]));
    expect(lines.filter((line) => line.includes('model="m"'))).toEqual([
      'model_quality_samples{model="m",window="1h"} 0',
      'model_quality_overflow_samples{model="m",window="1h"} 0',
      'model_quality_outcomes_total{model="m"} 0',
    ]);
    expect(lines.filter((line) => /precision_ratio|recall_ratio/u.test(line))).toEqual([
      'model_quality_precision_ratio{model="n",window="1h",class="b"} 0',
      'model_quality_recall_ratio{model="n",window="1h",class="a"} 0',
    ]);
    expect(lines.join("\n")).not.toContain("NaN");
  });

  test("the quality metrics show a declared model from the start at 0 samples, class by class, until its first tag is there", () => {
    const declared = new Map([["m", ["yes", "no"]]]);
    const waiting = values(render([], declared));
    expect(waiting).toEqual([
      'model_quality_samples{model="m",window="1h"} 0',
      'model_quality_overflow_samples{model="m",window="1h"} 0',
      ...["true_positive", "predicted", "actual"].flatMap((name) =>
        ["no", "yes"].map((each) => `model_quality_${name}_samples{model="m",window="1h",class="${each}"} 0`),
      ),
      ...["no", "yes"].flatMap((actual) =>
        ["no", "yes"].map(
          (predicted) =>
            `model_quality_confusion_samples{model="m",window="1h",actual="${actual}",predicted="${predicted}"} 0`,
        ),
      ),
      'model_quality_outcomes_total{model="m"} 0',
    ]);
    const there = values(render([snapshot({ model: "m", version: "v1" }, [["yes", "yes", 2]])], declared));
    expect(there.filter((line) => line.startsWith("model_quality_samples"))).toEqual([
      'model_quality_samples{model="m",version="v1",window="1h"} 2',
    ]);
    expect(there.filter((line) => line.startsWith("model_quality_actual_samples"))).toEqual([
      'model_quality_actual_samples{model="m",version="v1",window="1h",class="no"} 0',
      'model_quality_actual_samples{model="m",version="v1",window="1h",class="yes"} 2',
    ]);
    expect(there.filter((line) => line.startsWith("model_quality_recall_average") && line.includes("macro"))).toEqual([
      'model_quality_recall_average_ratio{model="m",version="v1",window="1h",average="macro"} 1',
    ]);
  });

  test("the quality metrics leave out what classes past the limit make unknowable, and no other figure or count", () => {
    const cells = [
      ["a", "a", 5],
      ["a", "__other__", 1],
      ["__other__", "a", 2],
      ["__other__", "__other__", 3],
      ["__other__", "__wrong__", 4],
    ] as const;
    const lines = values(render([snapshot({ model: "m" }, cells)])).map((line) =>
      line.replace('model="m",window="1h"', ""),
    );
    expect(lines.filter((line) => !line.startsWith("model_quality_confusion_samples"))).toEqual([
      "model_quality_samples{} 15",
      "model_quality_overflow_samples{} 10",
      `model_quality_accuracy_ratio{} ${8 / 15}`,
      `model_quality_precision_average_ratio{,average="micro"} ${8 / 15}`,
      `model_quality_recall_average_ratio{,average="micro"} ${8 / 15}`,
      `model_quality_f1_average_ratio{,average="micro"} ${8 / 15}`,
      `model_quality_jaccard_average_ratio{,average="micro"} ${8 / 22}`,
      `model_quality_precision_ratio{,class="a"} ${5 / 7}`,
      `model_quality_recall_ratio{,class="a"} ${5 / 6}`,
      `model_quality_f1_ratio{,class="a"} ${10 / 13}`,
      `model_quality_specificity_ratio{,class="a"} ${7 / 9}`,
      `model_quality_jaccard_ratio{,class="a"} ${5 / 8}`,
      'model_quality_true_positive_samples{,class="__other__"} 3',
      'model_quality_true_positive_samples{,class="__wrong__"} 0',
      'model_quality_true_positive_samples{,class="a"} 5',
      'model_quality_predicted_samples{,class="__other__"} 4',
      'model_quality_predicted_samples{,class="__wrong__"} 4',
      'model_quality_predicted_samples{,class="a"} 7',
      'model_quality_actual_samples{,class="__other__"} 9',
      'model_quality_actual_samples{,class="__wrong__"} 0',
      'model_quality_actual_samples{,class="a"} 6',
      'model_quality_last_outcome_timestamp_seconds{model="m"} 1700000000.5',
      'model_quality_outcomes_total{model="m"} 15',
    ]);
    expect(lines).toContain('model_quality_confusion_samples{,actual="__other__",predicted="__wrong__"} 4');
  });

  test("the quality metrics escape label values, whatever the log held", () => {
    const odd = 'quote " slash \\ line\nend é \u{1F600}';
    expect(values(render([snapshot({ model: odd }, [])]))[0]).toBe(
      'model_quality_samples{model="quote \\" slash \\\\ line\\nend é \u{1F600}",window="1h"} 0',
    );
  });

  test("the quality metrics differ between the formats only in the counter's family and the end", () => {
    const tag = snapshot({ model: "m" }, [["a", "a", 1]]);
    const text = render([tag], new Map(), "text");
    const openmetrics = render([tag], new Map(), "openmetrics");
    expect(openmetrics.at(-1)).toBe("# EOF");
    expect(values(openmetrics)).toEqual(values(text));
    expect(text.filter((line) => line.startsWith("# TYPE model_quality_outcomes"))).toEqual([
      "# TYPE model_quality_outcomes_total counter",
    ]);
    expect(openmetrics.filter((line) => line.startsWith("# TYPE model_quality_outcomes"))).toEqual([
      "# TYPE model_quality_outcomes counter",
    ]);
    expect(text.filter((line) => line.startsWith("# TYPE"))).toHaveLength(pageMetrics.length + tagFamilies);
  });
});
