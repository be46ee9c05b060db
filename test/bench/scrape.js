// `npm run bench -- --scrape`: how long a page of 100,000 series takes to write, beside prom-client with the same series. Both
// take turns in one run.
import Table from "cli-table3";
import { Gauge, Registry } from "prom-client";
import { QualityPage } from "../../dist/modules/exposition/quality-page.js";
import { ClassMonitor } from "../../dist/modules/window/class-monitor.js";
import { Tags } from "../../dist/modules/window/tags.js";

const rounds = 7;
const minute = 60_000;
const now = 1_700_000_000_000;
const windows = [5, 60, 1440].map((minutes) => ({
  kind: /** @type {const} */ ("time"),
  label: `${minutes}m`,
  ms: minutes * minute,
  panes: 60,
}));
const options = {
  tagLabels: ["model", "version"],
  models: new Map(),
  windows,
  limits: { maxTags: 1000, maxClasses: 100, futureToleranceMs: 0, tagIdleMs: 1e12 },
};
const tags = new Tags(options, new ClassMonitor());

function ours() {
  const { snapshots, close } = tags.read(now);
  const page = new QualityPage({
    snapshots,
    windows,
    declared: new Map(),
    silentModels: [],
    confusion: "all",
    maxSeries: 1_000_000,
    hasObjectives: () => false,
  });
  let text = "";
  for (const pieces of [page.measure(), page.text("text")]) for (const piece of pieces) text += piece;
  close();
  return text;
}

/** @param {string} text */
const samples = (text) => text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));

let seriesPerTag = 0;
for (let tag = 0; tag === 0 || tag * seriesPerTag < 100_000; tag++) {
  for (let outcome = 0; outcome < 400; outcome++) {
    tags.add([`model-${tag}`, "v1"], `class-${outcome % 10}`, `class-${(outcome * 7 + (outcome >> 3)) % 10}`, now, now);
  }
  if (tag === 0) seriesPerTag = samples(ours()).length;
}

const registry = new Registry();
for (const line of samples(ours())) {
  const [, name = "", pairs = "", value = ""] = /^(\w+)\{(.*)\} (\S+)$/u.exec(line) ?? [];
  /** @type {Record<string, string>} */
  const labels = Object.fromEntries(
    [...pairs.matchAll(/(\w+)="([^"]*)"/gu)].map(([, label = "", text = ""]) => [label, text]),
  );
  const known = registry.getSingleMetric(name);
  const gauge =
    known instanceof Gauge
      ? known
      : new Gauge({ name, help: name, labelNames: Object.keys(labels), registers: [registry] });
  gauge.set(labels, Number(value));
}

/** @type {{ name: string, write: () => string | Promise<string>, times: number[], series: number }[]} */
const writers = [
  { name: "model-quality-exporter, figures and page", write: ours, times: [], series: 0 },
  { name: "prom-client, page alone", write: async () => registry.metrics(), times: [], series: 0 },
];
for (let round = 0; round < rounds; round++) {
  for (const writer of writers) {
    const started = performance.now();
    const text = await writer.write();
    // The text is joined when it is first read as bytes.
    Buffer.byteLength(text);
    writer.times.push(performance.now() - started);
    writer.series = samples(text).length;
  }
}

const table = new Table({ head: ["", "series", "min ms", "median ms", "max ms"], style: { head: [], border: [] } });
for (const { name, series, times } of writers) {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (/** @type {number} */ share) => (sorted[Math.round(share * (sorted.length - 1))] ?? NaN).toFixed(0);
  table.push([name, series, at(0), at(0.5), at(1)]);
}
console.log(table.toString());
