// `npm run bench -- --backfill`: 30 days of some 60 series at one sample a minute, from a log of a million outcomes to blocks
// of Prometheus: how long the replay takes alone, with the files of the days, and with promtool; and how much memory.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import Table from "cli-table3";

const main = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));
const day = 86_400_000;
const days = 30;
const lines = 1_000_000;
const start = Date.parse("2026-01-01T00:00:00Z");

/** @param {string} folder */
function bytesIn(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);
}

/** Measures a backfill of 30 days. */
export function backfillBench() {
  const dir = mkdtempSync(join(tmpdir(), "model-quality-bench-"));
  try {
    const log = join(dir, "month.jsonl");
    const parts = Array.from({ length: lines }, (_line, at) => {
      const ts = start + Math.floor((at * days * day) / lines);
      const label = at % 3 === 0 ? "fraud" : "legit";
      const prediction = (at * 7919) % 11 === 0 ? "fraud" : label;
      return `{"ts":${ts},"model":"fraud","version":"v3","prediction":"${prediction}","label":"${label}"}\n`;
    });
    writeFileSync(log, parts.join(""));
    const config = join(dir, "config.json");
    const fields = { model: "model", version: "version", predicted: "prediction", actual: "label", time: "ts" };
    writeFileSync(config, JSON.stringify({ sources: [{ files: ["*.jsonl"], fields }], windows: ["5m", "1h"] }));
    const out = join(dir, "out");
    const table = new Table({ head: ["30 days, 1,000,000 outcomes", "seconds", "own memory", "samples", "bytes"] });
    /** @type {readonly (readonly [string, readonly string[], string])[]} */
    const cases = [
      ["the report alone", [], ""],
      ["--openmetrics", ["--openmetrics", out], out],
      ["--openmetrics --with-rules", ["--openmetrics", out, "--with-rules"], out],
      ["--blocks", ["--blocks", join(dir, "blocks")], join(dir, "blocks")],
    ];
    for (const [name, args, written] of cases) {
      const started = performance.now();
      const command = [process.execPath, main, "replay", log, "--config", config, ...args];
      const { status, stderr } = spawnSync("/usr/bin/time", ["-f", "%M", ...command], { encoding: "utf8" });
      if (status !== 0) throw new Error(`${name} ended with ${status}:\n${stderr}`);
      const seconds = ((performance.now() - started) / 1000).toFixed(1);
      const kilobytes = Number(/^(\d+)$/mu.exec(stderr)?.[1]);
      const samples = /^(\d+) samples/mu.exec(stderr)?.[1] ?? "";
      const bytes = written === "" ? "" : `${Math.round(bytesIn(written) / 1e6)} MB`;
      table.push([name, seconds, `${Math.round(kilobytes / 1024)} MB`, samples, bytes]);
    }
    console.log(table.toString());
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}
