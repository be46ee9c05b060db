// How fast lines become events, side by side with a bare JSON.parse per line, in one process.
// Run after a build: node test/bench/decode-bench.js [runs]

// By a name that the compiler does not follow: the checks run without a build.
const built = new URL("../../dist/modules/decode/decoder.js", import.meta.url).href;
/** @type {typeof import("../../src/decode/decoder.ts")} */
const { makeDecoder } = await import(built);

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

/** @param {string} keys */
const path = (keys) => ({ kind: /** @type {const} */ ("path"), path: keys.split(".") });
/** @type {import("../../src/decode/options.ts").DecodeOptions} */
const options = {
  wrapper: "none",
  format: { kind: "json" },
  where: [],
  fields: {
    labels: [path("model"), path("model_version"), path("meta.region")],
    labelNames: ["model", "version", "region"],
    predicted: path("prediction"),
    actual: path("label"),
    id: [path("request_id")],
    time: path("ts"),
  },
  maxValueBytes: 1024,
  maxLineBytes: 1 << 20,
};

/** @param {Buffer} bytes */
function decode(bytes) {
  let right = 0;
  /** @type {import("../../src/decode/event.ts").EventSink} */
  const sink = {
    event(event) {
      if (event.predicted === event.actual) right++;
      return "counted";
    },
    skipped(reason) {
      throw new Error(reason);
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

/** @param {Buffer} bytes */
function parse(bytes) {
  let right = 0;
  for (let start = 0; start < bytes.length;) {
    const end = bytes.indexOf(0x0a, start);
    /** @type {Readonly<Record<string, unknown>>} */
    const event = JSON.parse(bytes.toString("utf8", start, end));
    if (event["prediction"] === event["label"]) right++;
    start = end + 1;
  }
  return right;
}

/** @param {readonly number[]} values */
function median(values) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}

const bytes = makeLines();
const rivals = [
  { name: "JSON.parse per line", count: parse, times: /** @type {number[]} */ ([]) },
  { name: "decoder", count: decode, times: /** @type {number[]} */ ([]) },
];
const results = new Set();
for (let run = 0; run < runs; run++) {
  for (const { count, times } of rivals) {
    const start = process.hrtime.bigint();
    results.add(count(bytes));
    times.push(Number(process.hrtime.bigint() - start));
  }
}
if (results.size !== 1) throw new Error(`the rivals disagree: ${[...results].join(", ")}`);
console.log(`${lineCount} lines of ${Math.round(bytes.length / lineCount)} bytes, median of ${runs} runs`);
for (const { name, times } of rivals) {
  const [first = NaN] = times.map((time) => time / lineCount);
  const ns = median(times) / lineCount;
  const rate = Math.round((bytes.length / lineCount / ns) * 1000);
  console.log(`${name.padEnd(20)} ${ns.toFixed(0)} ns/line, ${rate} MB/s (first run ${first.toFixed(0)} ns/line)`);
}
