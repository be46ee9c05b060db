// `npm run bench -- --scale`: how far one exporter goes: events a second, ids that wait, memory, and the series of its page. The
// daemon itself, as users start it, reads logs that are there; `--events 100000` for fewer than a million. Times are of its
// CPU, so that a busy machine changes little; a replica with a core of its own takes as long by the clock.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createWriteStream, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import Table from "cli-table3";

const main = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));
const fields = { model: "model", version: "version", id: "id", time: "ts" };
const halves = [
  { name: "predictions", files: ["p.jsonl"], fields: { ...fields, predicted: "prediction", actual: null } },
  { name: "labels", files: ["l.jsonl"], fields: { id: "id", time: "ts", predicted: null, actual: "label" } },
];
const whole = [{ files: ["w.jsonl"], fields: { ...fields, predicted: "prediction", actual: "label" } }];

/**
 * @param {string} file
 * @param {number} count
 * @param {(n: number) => object} line
 */
async function writeLog(file, count, line) {
  const out = createWriteStream(file);
  let text = "";
  for (let n = 0; n < count; n++) {
    text += `${JSON.stringify(line(n))}\n`;
    if (text.length < 1 << 20) continue;
    if (!out.write(text)) await once(out, "drain");
    text = "";
  }
  out.end(text);
  await once(out, "finish");
}

/** @param {number} n */
const idOf = (n) => `0f8fad5b-d9cb-469f-a165-${String(n).padStart(12, "0")}`;

/** @param {string} page @param {string} name the sum over all series of a metric */
const sumOf = (page, name) =>
  [...page.matchAll(new RegExp(`^${name}(?:\\{[^}]*\\})? (\\S+)$`, "gmu"))].reduce(
    (sum, [, of]) => sum + Number(of),
    0,
  );

/**
 * Starts the daemon over logs, waits until so many lines are read, and says what that took.
 *
 * @param {string} dir
 * @param {object} config
 * @param {number} lines
 */
async function serve(dir, config, lines) {
  writeFileSync(join(dir, "config.json"), JSON.stringify(config));
  rmSync(join(dir, "state"), { recursive: true, force: true });
  const port = 20_000 + (process.pid % 20_000);
  const address = `127.0.0.1:${port}`;
  const args = [main, "serve", "--config", "config.json", "--state", "state", "--web.listen-address", address];
  const daemon = spawn(process.execPath, args, { cwd: dir, stdio: "ignore" });
  const status = (/** @type {string} */ name) =>
    Number(new RegExp(`${name}:\\s+(\\d+)`, "u").exec(readFileSync(`/proc/${daemon.pid}/status`, "utf8"))?.[1]) / 1024;
  try {
    let page = "";
    do {
      await sleep(200);
      page = await fetch(`http://${address}/metrics`).then(
        (answer) => answer.text(),
        () => "",
      );
    } while (daemon.exitCode === null && sumOf(page, "model_quality_exporter_lines_total") < lines);
    const cpu = sumOf(page, "process_cpu_seconds_total");
    await sleep(2500);
    const before = performance.now();
    page = await (await fetch(`http://${address}/metrics`)).text();
    const scrape = performance.now() - before;
    const series = page.split("\n").filter((line) => line !== "" && !line.startsWith("#")).length;
    return { page, cpu, scrape, series, own: status("RssAnon"), most: status("VmHWM") };
  } finally {
    daemon.kill();
    await once(daemon, "exit");
  }
}

/** Runs it, and prints a table. @param {number} events */
export async function scaleBench(events) {
  const dir = mkdtempSync(join(tmpdir(), "model-quality-scale-"));
  const start = Date.now() - 3_600_000;
  const ts = (/** @type {number} */ n) => start + Math.floor((n / events) * 3_000_000);
  const prediction = (/** @type {number} */ n) => ({
    ts: ts(n),
    id: idOf(n),
    model: "fraud",
    version: "v1",
    prediction: n % 7 === 0 ? "fraud" : "legit",
  });
  const label = (/** @type {number} */ n) => (n % 11 === 0 ? "fraud" : "legit");
  const windows = ["5m", "1h", "24h", { last: 1000 }];
  const kept = { maxIds: 2 * events, within: "24h", maturity: "10m" };
  const limits = { maxStateBytes: 4_294_967_296 };
  const table = new Table({
    head: ["", "events a second of CPU", "MB own memory", "MB at most", "series", "ms a page"],
    style: { head: [], border: [] },
    colAligns: ["left", "right", "right", "right", "right", "right"],
  });
  /** @param {string} what @param {Awaited<ReturnType<typeof serve>>} took @param {number} lines */
  const row = (what, { cpu, own, most, series, scrape }, lines) => {
    table.push([what, Math.round(lines / cpu), Math.round(own), Math.round(most), series, Math.round(scrape)]);
  };
  try {
    await writeLog(join(dir, "w.jsonl"), events, (n) => ({ ...prediction(n), label: label(n) }));
    row(`${events} outcomes, a line each`, await serve(dir, { sources: whole, windows, limits }, events), events);
    rmSync(join(dir, "w.jsonl"));
    await writeLog(join(dir, "p.jsonl"), events, prediction);
    writeFileSync(join(dir, "l.jsonl"), "");
    const waiting = await serve(dir, { sources: halves, join: kept, windows, limits }, events);
    row(`${events} predictions that wait`, waiting, events);
    await writeLog(join(dir, "l.jsonl"), events, (n) => ({ ts: ts(n) + 60_000, id: idOf(n), label: label(n) }));
    const joined = await serve(dir, { sources: halves, join: kept, windows, limits }, 2 * events);
    row(`${events} predictions and their labels`, joined, 2 * events);
    const bytes = sumOf(waiting.page, "model_quality_exporter_join_table_bytes");
    const models = 100;
    const few = 200_000;
    await writeLog(join(dir, "p.jsonl"), few, (n) => ({
      ...prediction(n),
      ts: start + (n % 3000) * 1000,
      model: `model-${n % models}`,
      prediction: `class-${n % 10}`,
    }));
    await writeLog(join(dir, "l.jsonl"), few, (n) => ({
      ts: start + 3_000_000,
      id: idOf(n),
      label: `class-${(n >> 3) % 10}`,
    }));
    const wide = await serve(dir, { sources: halves, join: kept, windows, limits }, 2 * few);
    row(`${models} models of 10 classes, ${few} predictions and labels`, wide, 2 * few);
    console.log(table.toString());
    console.log(`${(bytes / events).toFixed(1)} bytes an id that waits`);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}
