// `npm run bench -- --http`: events a second by HTTP, in batches of 500 over loopback, as fast as may be and 20,000 a second,
// beside the same events in a file. Each is a daemon of its own; a scrape that comes ten times a second tells whether it is
// held up. `--lines N` for other numbers.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { request, Agent } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import Table from "cli-table3";
import { Victim } from "../torture/victim.js";
import { writePredictionLog } from "./prediction-log.js";

const perBatch = 500;
const clients = 16;
const scrapeEveryMs = 100;
/** Events a second of the row that is not as fast as may be. */
const paced = 20_000;

/**
 * Posts a body; resolves to the status.
 *
 * @param {string} url
 * @param {Agent} agent
 * @param {string} body
 * @returns {Promise<number | undefined>}
 */
function post(url, agent, body) {
  return new Promise((resolve, reject) => {
    const headers = { "Content-Type": "application/x-ndjson" };
    const out = request(`${url}/api/v1/events`, { method: "POST", agent, headers }, (response) => {
      response.resume().on("end", () => {
        resolve(response.statusCode);
      });
    });
    out.on("error", reject).end(body);
  });
}

/** Seconds of processor time of a process. @param {number} pid */
function cpuSeconds(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
    .replace(/^.*\) /u, "")
    .split(" ");
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

/**
 * Runs a daemon on a config, and `feed` on it, until it has counted all lines.
 *
 * @param {string} name
 * @param {object} source
 * @param {number} lines
 * @param {(victim: Victim) => Promise<void>} feed
 */
async function timed(name, source, lines, feed) {
  const dir = mkdtempSync(join(tmpdir(), "model-quality-bench-"));
  try {
    const fields = { model: "model", version: "version", predicted: "prediction", actual: "label", time: "ts" };
    writeFileSync(join(dir, "config.json"), JSON.stringify({ sources: [{ name, ...source, fields }] }));
    const victim = new Victim(dir);
    if (!(await victim.listens())) throw new Error(victim.log);
    const before = cpuSeconds(victim.pid);
    const started = performance.now();
    /** @type {number[]} */
    const scrapes = [];
    const over = new AbortController();
    const scraping = (async () => {
      while (!over.signal.aborted) {
        const asked = performance.now();
        await (await fetch(`${victim.url}/metrics`)).text();
        scrapes.push(performance.now() - asked);
        await sleep(scrapeEveryMs);
      }
    })();
    await feed(victim);
    const read = async () =>
      Number(/lines_total\{[^}]*\} (\d+)/u.exec(await (await fetch(`${victim.url}/metrics`)).text())?.[1]);
    while ((await read()) < lines) await sleep(20);
    const seconds = (performance.now() - started) / 1000;
    const cpu = cpuSeconds(victim.pid) - before;
    over.abort();
    await scraping;
    await victim.kill();
    const thousands = (/** @type {number} */ count) => `${(count / 1000).toFixed(0)} k`;
    scrapes.sort((a, b) => a - b);
    const at = (/** @type {number} */ share) => (scrapes[Math.round(share * (scrapes.length - 1))] ?? NaN).toFixed(0);
    return [name, thousands(lines / seconds), thousands(lines / cpu), at(0.5), at(0.95), at(1)];
  } finally {
    rmSync(dir, { recursive: true });
  }
}

/** @param {number} lines */
export async function httpBench(lines) {
  const dir = mkdtempSync(join(tmpdir(), "model-quality-bench-"));
  const log = join(dir, "predictions.jsonl");
  writePredictionLog(log, lines);
  const all = readFileSync(log, "utf8").trimEnd().split("\n");
  const bodies = Array.from(
    { length: Math.ceil(lines / perBatch) },
    (_, at) => `${all.slice(at * perBatch, (at + 1) * perBatch).join("\n")}\n`,
  );
  /**
   * Posts all bodies, each not before its time.
   *
   * @param {string} url
   * @param {number} perSecond
   */
  const postAll = async (url, perSecond) => {
    // In turn: one that is idle for long is closed by the server, perhaps at the moment in which it is used.
    const agent = new Agent({ keepAlive: true, scheduling: "fifo" });
    const started = performance.now();
    let next = 0;
    const client = async () => {
      for (let at = next++; at < bodies.length; at = next++) {
        await sleep(Math.max(0, started + (at * perBatch * 1000) / perSecond - performance.now()));
        const status = await post(url, agent, bodies[at] ?? "");
        if (status !== 202) throw new Error(`answered with ${status}`);
      }
    };
    await Promise.all(Array.from({ length: clients }, client));
    agent.destroy();
  };
  console.log(`${lines} events, ${clients} clients, ${perBatch} events a request; scrapes in ms\n`);
  const head = ["", "events/s", "of a core", "scrape: median", "of 95 %", "slowest"];
  const table = new Table({ head, style: { head: [], border: [] } });
  table.push(await timed("http", { http: {} }, lines, ({ url }) => postAll(url, Infinity)));
  table.push(await timed("http, paced", { http: {} }, lines, ({ url }) => postAll(url, paced)));
  table.push(await timed("file", { files: [log] }, lines, () => Promise.resolve()));
  console.log(table.toString());
  rmSync(dir, { recursive: true });
}
