// How fast lines become events, side by side with a bare JSON.parse per line, in one process.
// Run after a build: node test/bench/decode-bench.js [runs]
import { makeDecoder } from "../../dist/decode/decoder.js";

const lineCount = 100_000;
const runs = Number(process.argv[2] ?? 9);
const chunkBytes = 1 << 18;

/** Prediction lines of about 200 bytes, as a model server writes them; the same for every run. */
function makeLines() {
  let seed = 7;
  const random = () => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647;
  const lines = [];
  for (let i = 0; i < lineCount; i++) {
    const time = new Date(Date.UTC(2026, 0, 1) + i * 40).toISOString();
    lines.push(
      JSON.stringify({
        ts: time,
        request_id: `req-${Math.floor(random() * 2 ** 48).toString(16)}-${i}`,
        model: random() < 0.7 ? "fraud" : "churn",
        model_version: "v3",
        meta: { region: random() < 0.5 ? "eu-west-1" : "us-east-1" },
        prediction: random() < 0.9 ? "legit" : "fraud",
        score: Math.round(random() * 1e6) / 1e6,
        latency_ms: Math.round(random() * 100),
        label: random() < 0.9 ? "legit" : "fraud",
      }),
    );
  }
  return Buffer.from(`${lines.join("\n")}\n`);
}

const path = (keys) => ({ kind: "path", path: keys.split(".") });
const options = {
  wrapper: "none",
  format: { kind: "json" },
  fields: {
    labels: [path("model"), path("model_version"), path("meta.region")],
    labelNames: ["model", "version", "region"],
    predicted: path("prediction"),
    actual: path("label"),
    id: path("request_id"),
    time: path("ts"),
  },
  maxValueBytes: 1024,
  maxLineBytes: 1 << 20,
};

function decode(bytes) {
  let right = 0;
  const sink = {
    event(event) {
      if (event.predicted === event.actual) right++;
    },
    rejected(reason, line, detail) {
      throw new Error(`${reason}: ${detail}: ${line.toString()}`);
    },
  };
  const reader = makeDecoder(options, sink).open({ path: "bench.jsonl" }, undefined);
  for (let start = 0; start < bytes.length;) {
    const end = bytes.lastIndexOf(0x0a, Math.min(start + chunkBytes, bytes.length) - 1) + 1;
    reader.read(bytes, start, end);
    start = end;
  }
  return right;
}

function parse(bytes) {
  let right = 0;
  for (let start = 0; start < bytes.length;) {
    const end = bytes.indexOf(0x0a, start);
    const event = JSON.parse(bytes.toString("utf8", start, end));
    if (event.prediction === event.label) right++;
    start = end + 1;
  }
  return right;
}

function median(values) {
  return values.sort((a, b) => a - b)[Math.floor(values.length / 2)];
}

const bytes = makeLines();
const rivals = { "JSON.parse per line": parse, decoder: decode };
const times = Object.fromEntries(Object.keys(rivals).map((name) => [name, []]));
const results = new Set();
for (let run = 0; run < runs; run++) {
  for (const [name, rival] of Object.entries(rivals)) {
    const start = process.hrtime.bigint();
    results.add(rival(bytes));
    times[name].push(Number(process.hrtime.bigint() - start));
  }
}
if (results.size !== 1) throw new Error(`the rivals disagree: ${[...results].join(", ")}`);
console.log(`${lineCount} lines of ${Math.round(bytes.length / lineCount)} bytes, median of ${runs} runs`);
for (const [name, list] of Object.entries(times)) {
  const first = list[0] / lineCount;
  const ns = median(list) / lineCount;
  const rate = Math.round((bytes.length / lineCount / ns) * 1000);
  console.log(`${name.padEnd(20)} ${ns.toFixed(0)} ns/line, ${rate} MB/s (first run ${first.toFixed(0)} ns/line)`);
}
