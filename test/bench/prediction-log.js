import { closeSync, openSync, writeSync } from "node:fs";

const models = ["fraud", "churn", "spam"];
const versions = ["v1", "v2"];
const classes = ["legit", "fraud", "review", "blocked"];
const regions = ["eu-west-1", "us-east-1", "ap-south-1"];

/**
 * A small generator of random numbers in [0, 1) (mulberry32), so that every run reads the same log.
 *
 * @param {number} seed
 */
function randomNumbers(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * Writes a log of predictions with their labels, one JSON object of about 200 bytes per line, 50 ms apart: three models in
 * two versions, four classes, nine out of ten right.
 *
 * @param {string} file
 * @param {number} lines
 */
export function writePredictionLog(file, lines) {
  const random = randomNumbers(1);
  /** @param {readonly string[]} words */
  const pick = (words) => words[Math.floor(random() * words.length)];
  const out = openSync(file, "w");
  let batch = "";
  for (let index = 0; index < lines; index++) {
    const label = pick(classes);
    const row = {
      ts: new Date(Date.UTC(2026, 0, 1) + index * 50).toISOString(),
      request_id: `req-${String(index).padStart(8, "0")}`,
      model: pick(models),
      version: pick(versions),
      prediction: random() < 0.9 ? label : pick(classes),
      score: Number(random().toFixed(6)),
      label,
      latency_ms: Number((random() * 40).toFixed(3)),
      region: pick(regions),
      host: `pod-${index % 7}`,
    };
    batch += `${JSON.stringify(row)}\n`;
    if (batch.length > 1 << 20 || index === lines - 1) {
      writeSync(out, batch);
      batch = "";
    }
  }
  closeSync(out);
}
