import type { Count, Formula } from "../../quality/formula.ts";
import { classMetrics, type ClassWord } from "../../quality/metrics.ts";
import {
  addReplicas,
  fleetNow,
  fleetOverTime,
  grouped,
  influxQuery,
  influxTable,
  onInflux,
  otherLabels,
  selectedTags,
  type InfluxSections,
} from "./influxql.ts";
import { graph, share, stat, table, type PanelBody } from "./panel.ts";
import { measurements } from "../../quality/measurements.ts";

/** Counts of a class from which ratios are made, once those of all replicas are added. */
const classCounts = {
  truePositive: "true_positive_samples",
  actual: "actual_samples",
  predicted: "predicted_samples",
} as const satisfies Partial<Record<Count, string>>;

/**
 * A ratio of a class in InfluxQL, over the sums of the replicas' counts, where its denominator is not 0. It is written as a
 * fraction, since a query around it takes the quotient of whole numbers for a whole number.
 */
interface Ratio {
  readonly select: string;
  readonly where: string;
}

/** Writes the ratio of a formula; undefined where it is none of the counts of a class alone. */
function ratioOf(formula: Formula): Ratio | undefined {
  if (formula.kind !== "ratio") return undefined;
  const above = written(formula.numerator);
  const below = written(formula.denominator);
  if (above === undefined || below === undefined) return undefined;
  const counted = [...below.matchAll(/"\w+"/gu)].map(([name]) => `${name} > 0`);
  return {
    select: `1.0 * ${above} / ${below}`,
    where: counted.length === 1 ? counted.join("") : `(${counted.join(" OR ")})`,
  };
}

function written(formula: Formula): string | undefined {
  if (formula.kind === "count") return formula.count in classCounts ? `sum("${formula.count}")` : undefined;
  if (formula.kind === "number") return String(formula.value);
  if (formula.kind !== "arithmetic") return undefined;
  const left = written(formula.left);
  const right = written(formula.right);
  return left === undefined || right === undefined ? undefined : `(${left} ${formula.op} ${right})`;
}

/** Metrics of a class that dashboards show, with their ratios. */
const shownRatios = classMetrics.flatMap(({ word, title, shown, formula }) => {
  const ratio = ratioOf(formula);
  return ratio === undefined || shown === undefined ? [] : [{ word, title, description: shown.description, ratio }];
});

/** The ratio of a metric that dashboards show. */
function shownRatio(of: ClassWord): Ratio {
  const found = shownRatios.find(({ word }) => word === of);
  if (found === undefined) throw new Error(`dashboards do not show ${of}`);
  return found.ratio;
}

const recall = shownRatio("recall");
const f1 = shownRatio("f1");

function legend(sections: InfluxSections, ...more: readonly string[]): string {
  return [...otherLabels(sections), ...more].map((tag) => `$tag_${tag}`).join(" ");
}

const count = { unit: "short", min: 0, decimals: 0 } as const;

/** Builds the panels of the present values. */
export function influxStats(sections: InfluxSections): readonly PanelBody[] {
  const name = legend(sections);
  const panels = [
    stat(
      { title: "Outcomes", description: "Predictions in the window whose label is known, over all replicas." },
      [influxQuery("samples", samplesOf(sections), name)],
      count,
    ),
    stat(
      { title: "Accuracy", description: "Correct outcomes of all outcomes in the window." },
      [influxQuery("accuracy", accuracyOf(sections), name)],
      share,
    ),
    stat(
      { title: "Macro F1", description: "The mean F1 of the classes in the window, each weighing the same." },
      [influxQuery("f1", averageOf(sections, f1), name)],
      share,
    ),
    stat(
      {
        title: "Objectives missed",
        description: "Objectives of the model that are missed, for any version and window, added over its replicas.",
      },
      [influxQuery("missed", missedOf(sections), "missed")],
      count,
    ),
  ];
  return panels.map((panel) => onInflux(panel, sections));
}

function samplesOf(sections: InfluxSections): string {
  return fleetOverTime(`${addReplicas(sections)}("n")`, {
    measurement: measurements.figures,
    fields: { n: "samples" },
    where: selectedTags(sections),
    by: otherLabels(sections),
  });
}

function ofClasses(sections: InfluxSections): Parameters<typeof fleetOverTime>[1] {
  return {
    measurement: measurements.figures,
    fields: classCounts,
    where: selectedTags(sections),
    by: [...otherLabels(sections), "class"],
  };
}

function accuracyOf(sections: InfluxSections): string {
  const { select, where } = recall;
  return fleetOverTime(select, ofClasses(sections), { by: otherLabels(sections), where });
}

/** The mean over the classes, of which those without a figure count as 0, as with scikit-learn's `zero_division=0`. */
function averageOf(sections: InfluxSections, { select }: Ratio): string {
  const { where } = f1;
  const each = fleetOverTime(`${select} AS "figure"`, ofClasses(sections), { where });
  const groups = ["time($__interval)", ...otherLabels(sections).map((tag) => `"${tag}"`)].join(", ");
  return `SELECT mean("figure") FROM (${each}) WHERE $timeFilter GROUP BY ${groups} fill(none)`;
}

function missedOf(sections: InfluxSections): string {
  return fleetOverTime(
    `sum("m")`,
    {
      measurement: measurements.objectives,
      fields: { m: "missed" },
      where: selectedTags(sections, false),
      by: [...otherLabels(sections), "objective", "severity", "window"],
    },
    { by: [] },
  );
}

/** Builds the panels of the objectives: each exporter's own verdicts, since a fleet's counts are added by queries alone. */
export function influxObjectives(sections: InfluxSections): readonly PanelBody[] {
  const by = [...otherLabels(sections), "instance", "objective", "severity", "window"];
  const asked = {
    measurement: measurements.objectives,
    fields: { missed: "missed", value: "value", bound: "bound", lower: "lower", upper: "upper", samples: "samples" },
    where: selectedTags(sections, false),
    by: by.filter((tag) => tag !== "instance"),
  };
  const select = Object.keys(asked.fields).map((name) => `last("${name}") AS "${name}"`);
  const panels = [
    table(
      {
        title: "Objectives",
        description: "What each exporter says of its own outcomes: the figure, its bound and its interval.",
      },
      [influxTable("objectives", fleetNow(sections, select.join(", "), { ...asked, by }))],
      {
        defaults: { unit: "short", decimals: 3 },
        custom: {},
        overrides: [
          ...["missed", "samples"].map((name) => ({
            matcher: { id: "byName", options: name },
            properties: [{ id: "decimals", value: 0 }],
          })),
        ],
        transformations: [
          { id: "organize", options: { excludeByName: { Time: true } } },
          { id: "sortBy", options: { sort: [{ field: "missed", desc: true }] } },
        ],
      },
    ),
    graph(
      { title: "Missed over time", description: "1 while an exporter finds an objective missed." },
      [
        influxQuery(
          "missed",
          fleetOverTime(`max("m")`, { ...asked, fields: { m: "missed" } }),
          legend(sections, "objective", "window"),
        ),
      ],
      { unit: "short", min: 0, max: 1, decimals: 0 },
    ),
  ];
  return panels.map((panel) => onInflux(panel, sections));
}

/** Builds the panels of the ratios of each class over time. */
export function influxClasses(sections: InfluxSections): readonly PanelBody[] {
  return shownRatios.map(({ word, title, description, ratio: { select, where } }) => {
    const query = fleetOverTime(select, ofClasses(sections), { where });
    const text = { title: `${title.charAt(0).toUpperCase()}${title.slice(1)}`, description };
    return onInflux(graph(text, [influxQuery(word, query, legend(sections, "class"))], share), sections);
  });
}

/** Builds the panels of the whole model and of how many outcomes its figures stand on. */
export function influxModel(sections: InfluxSections): readonly PanelBody[] {
  const name = legend(sections);
  const averages = shownRatios.map(({ word, title, ratio }) =>
    influxQuery(word, averageOf(sections, ratio), `${name} macro ${title}`.trim()),
  );
  const panels = [
    graph(
      { title: "Accuracy over time", description: "Correct outcomes of all outcomes in the window." },
      [influxQuery("accuracy", accuracyOf(sections), name)],
      share,
    ),
    graph({ title: "Averages over classes", description: "Each class weighing the same (macro)." }, averages, share),
    graph(
      {
        title: "Outcomes in the window",
        description: "What every figure is counted over. Few outcomes make unsteady figures.",
      },
      [influxQuery("samples", samplesOf(sections), name)],
      count,
    ),
  ];
  return panels.map((panel) => onInflux(panel, sections));
}

/** Builds the confusion matrix at the end of what is shown; none where no cells are written. */
export function influxConfusion(sections: InfluxSections, hasCells: boolean): readonly PanelBody[] {
  if (!hasCells) return [];
  const asked = {
    measurement: measurements.figures,
    fields: { n: "confusion_samples" },
    where: selectedTags(sections),
    by: [...otherLabels(sections), "actual", "predicted"],
  };
  // Of each tag what its replicas have counted, then of all tags that are selected.
  const ofTags = fleetNow(sections, `${addReplicas(sections)}("n") AS "n"`, asked);
  const query = `SELECT sum("n") AS "outcomes" FROM (${ofTags}) GROUP BY ${grouped(["actual", "predicted"])}`;
  const panel = table(
    {
      title: "Confusion matrix",
      description:
        "Outcomes in the window: a row for each actual class, a column for each predicted one. What is off the diagonal is wrong.",
    },
    [influxTable("matrix", query)],
    {
      defaults: { unit: "short", decimals: 0, color: { mode: "continuous-blues" } },
      custom: { align: "center", cellOptions: { type: "color-background", mode: "basic" } },
      overrides: [],
      transformations: [
        { id: "sortBy", options: { sort: [{ field: "actual" }] } },
        {
          id: "groupingToMatrix",
          options: { rowField: "actual", columnField: "predicted", valueField: "outcomes", emptyValue: "zero" },
        },
      ],
    },
  );
  return [onInflux(panel, sections)];
}

/** Builds the panels on the exporter itself. */
export function influxExporter(sections: InfluxSections): readonly PanelBody[] {
  const measurement = measurements.exporter;
  const over = (select: string, by: string): string =>
    `SELECT ${select} FROM "${measurement}" WHERE $timeFilter GROUP BY time($__interval), ${by} fill(none)`;
  const panels = [
    graph(
      { title: "Behind", description: "How long a source has had data that is not read yet." },
      [influxQuery("lag", over(`last("source_lag_seconds")`, `"source", "instance"`), "$tag_source $tag_instance")],
      { unit: "s", min: 0 },
    ),
    graph(
      { title: "Rejected lines", description: "Lines per second that could not be counted." },
      [
        influxQuery(
          "rejected",
          over(`non_negative_derivative(last("line_errors_total"), 1s)`, `"source", "instance"`),
          "$tag_source $tag_instance",
        ),
      ],
      { unit: "cps", min: 0 },
    ),
    graph(
      { title: "Tags", description: "Models, versions and whatever else names a series." },
      [influxQuery("tags", over(`last("tags")`, `"instance"`), "$tag_instance")],
      count,
    ),
  ];
  return panels.map((panel) => onInflux(panel, sections));
}
