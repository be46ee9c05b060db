/** One line of figures. */
export interface MetricSample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
  /** Unix seconds, or undefined when the line carries none. */
  readonly timestamp: number | undefined;
}

/** What stands under one `# TYPE`. */
export interface MetricFamily {
  readonly name: string;
  readonly type: string;
  readonly help: string;
  readonly unit: string;
  readonly samples: readonly MetricSample[];
}

/** The types of OpenMetrics 1.0 and what their samples' names add to the family's name. */
const suffixes: Readonly<Record<string, readonly string[]>> = {
  unknown: [""],
  gauge: [""],
  counter: ["_total", "_created"],
  info: ["_info"],
  stateset: [""],
  histogram: ["_bucket", "_count", "_sum", "_created"],
  gaugehistogram: ["_bucket", "_gcount", "_gsum"],
  summary: ["", "_count", "_sum", "_created"],
};

const descriptor = /^# (TYPE|HELP|UNIT) ([a-zA-Z_:][a-zA-Z0-9_:]*) (.*)$/su;
const sampleLine = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)(?: (\S+))?$/su;
const label = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"(?:,(?!$)|$)/suy;
const number = /^(?:[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?|[+-]inf|nan)$/iu;
const timestampNumber = /^-?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/iu;

interface OpenFamily {
  readonly name: string;
  readonly described: Map<string, string>;
  readonly samples: MetricSample[];
}

/**
 * Reads a page of OpenMetrics 1.0 text and refuses whatever the standard forbids: a missing or early `# EOF`, blank lines,
 * carriage returns, descriptors after samples or twice, families that are not contiguous or whose sample names clash,
 * names that do not fit the type, bad escapes, repeated labels or series, negative counters, histograms that are not
 * cumulative. Exemplars, which we do not write, are refused as well.
 *
 * @throws Error with the number and the text of the first bad line
 */
export function parseOpenMetrics(text: string): ReadonlyMap<string, MetricFamily> {
  const lines = text.split("\n");
  if (lines.at(-1) === "") lines.pop();
  if (lines.pop() !== "# EOF") throw new Error("the last line is not # EOF");

  const families = new Map<string, MetricFamily>();
  const sampleNames = new Map<string, string>();
  let open: OpenFamily | undefined;
  const close = (): void => {
    if (open === undefined) return;
    const family = closeFamily(open);
    for (const name of namesOf(family)) {
      const other = sampleNames.get(name);
      if (other !== undefined) throw new Error(`${name} could belong to ${other} and to ${family.name}`);
      sampleNames.set(name, family.name);
    }
    families.set(family.name, family);
  };

  lines.forEach((line, index) => {
    try {
      const [, kind = "", name = "", rest = ""] = descriptor.exec(line) ?? [];
      if (kind === "" && line.startsWith("#")) throw new Error("neither TYPE, HELP, UNIT nor the final EOF");
      if (kind !== "") {
        if (open?.name !== name) {
          close();
          if (families.has(name)) throw new Error(`the family ${name} is not contiguous`);
          open = { name, described: new Map(), samples: [] };
        }
        describe(open, kind, rest);
      } else {
        const sample = parseSample(line);
        if (open === undefined) throw new Error(`${sample.name} stands under no family`);
        const { name: family, described } = open;
        const type = described.get("TYPE") ?? "unknown";
        if (!(suffixes[type] ?? []).some((suffix) => sample.name === family + suffix)) {
          throw new Error(`${sample.name} is no sample of the ${type} ${family}`);
        }
        open.samples.push(sample);
      }
    } catch (error) {
      throw new Error(`line ${index + 1}: ${String(error)}\n${line}`, { cause: error });
    }
  });
  close();
  return families;
}

/** The series of a page, each as `name{label="value",...}` with its labels in code-unit order, with its value. */
export function seriesOf(families: ReadonlyMap<string, MetricFamily>): ReadonlyMap<string, number> {
  return new Map(
    [...families.values()].flatMap(({ samples }) => samples.map((sample) => [seriesName(sample), sample.value])),
  );
}

function describe(family: OpenFamily, kind: string, rest: string): void {
  if (family.samples.length > 0) throw new Error(`${kind} after samples`);
  if (family.described.has(kind)) throw new Error(`a second ${kind}`);
  if (kind === "TYPE" && suffixes[rest] === undefined) throw new Error(`unknown type ${rest}`);
  if (kind === "UNIT" && rest !== "" && !family.name.endsWith(`_${rest}`)) {
    throw new Error(`the name does not end with the unit ${rest}`);
  }
  if (kind === "HELP" && !/^(?:[^\\]|\\[\\n"])*$/su.test(rest)) throw new Error("bad escape in HELP");
  family.described.set(kind, rest);
}

function parseSample(line: string): MetricSample {
  if (line.includes("\r")) throw new Error("carriage return");
  const [, name, labelText, valueText = "", timestampText] = sampleLine.exec(line) ?? [];
  if (name === undefined) throw new Error("not a sample");
  if (!number.test(valueText)) throw new Error(`bad value ${valueText}`);
  if (timestampText !== undefined && !timestampNumber.test(timestampText)) {
    throw new Error(`bad timestamp ${timestampText}`);
  }
  return {
    name,
    labels: parseLabels(labelText ?? ""),
    value: parseNumber(valueText),
    timestamp: timestampText === undefined ? undefined : Number(timestampText),
  };
}

function parseLabels(text: string): Record<string, string> {
  const labels = new Map<string, string>();
  label.lastIndex = 0;
  while (label.lastIndex < text.length) {
    const at = label.lastIndex;
    const [, name, value = ""] = label.exec(text) ?? [];
    if (name === undefined) throw new Error(`bad label at ${JSON.stringify(text.slice(at, at + 40))}`);
    if (labels.has(name)) throw new Error(`the label ${name} stands twice`);
    labels.set(
      name,
      value.replace(/\\(.)/gu, (_, letter: string) => (letter === "n" ? "\n" : letter)),
    );
  }
  return Object.fromEntries(labels);
}

function parseNumber(text: string): number {
  const word = text.toLowerCase();
  if (word.endsWith("inf")) return word.startsWith("-") ? -Infinity : Infinity;
  return Number(word === "nan" ? NaN : text);
}

function closeFamily({ name, described, samples }: OpenFamily): MetricFamily {
  const type = described.get("TYPE") ?? "unknown";
  const seen = new Set<string>();
  for (const sample of samples) {
    const series = seriesName(sample);
    if (seen.has(series)) throw new Error(`the series ${series} stands twice`);
    seen.add(series);
    const counts = /_(?:total|bucket|count)$/u.test(sample.name) && type !== "gauge" && type !== "unknown";
    if (counts && !(sample.value >= 0)) throw new Error(`${series} counts and is ${sample.value}`);
    if (type === "info" && sample.value !== 1) throw new Error(`${series} is an info and is not 1`);
  }
  if (type === "histogram") checkHistogram(name, samples);
  return { name, type, help: described.get("HELP") ?? "", unit: described.get("UNIT") ?? "", samples };
}

/** Of each metric the buckets ascend to `+Inf`, their counts never fall, and the last is the count. */
function checkHistogram(name: string, samples: readonly MetricSample[]): void {
  const metrics = new Map<string, MetricSample[]>();
  let last: string | undefined;
  for (const sample of samples) {
    const labels = Object.fromEntries(Object.entries(sample.labels).filter(([key]) => key !== "le"));
    const metric = seriesName({ name, labels });
    if (metric !== last && metrics.has(metric)) throw new Error(`the samples of ${metric} are not contiguous`);
    last = metric;
    metrics.set(metric, [...(metrics.get(metric) ?? []), sample]);
  }
  for (const [metric, own] of metrics) {
    const buckets = own.filter((sample) => sample.name === `${name}_bucket`);
    const bounds = buckets.map(({ labels }) => parseNumber(labels["le"] ?? "nan"));
    if (!bounds.every((bound, index) => bound > (bounds[index - 1] ?? -Infinity)) || bounds.at(-1) !== Infinity) {
      throw new Error(`the buckets of ${metric} do not ascend to +Inf`);
    }
    if (!buckets.every(({ value }, index) => value >= (buckets[index - 1]?.value ?? 0))) {
      throw new Error(`the buckets of ${metric} are not cumulative`);
    }
    const count = own.find((sample) => sample.name === `${name}_count`);
    if (count !== undefined && count.value !== buckets.at(-1)?.value) {
      throw new Error(`the count of ${metric} is not its last bucket`);
    }
  }
}

function namesOf({ name, type }: MetricFamily): readonly string[] {
  return [...new Set([name, ...(suffixes[type] ?? []).map((suffix) => name + suffix)])];
}

function seriesName({ name, labels }: Pick<MetricSample, "name" | "labels">): string {
  const pairs = Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1));
  return `${name}{${pairs.map(([key, value]) => `${key}=${JSON.stringify(value)}`).join(",")}}`;
}
