// `npm run bench -- --influxdb`: what a scrape takes of a daemon with 1,000 tags of 10 classes that writes them all to InfluxDB at
// its default interval, beside one that does not. Both are asked in turn, so that a busy machine slows both.
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import Table from "cli-table3";
import { startDaemon, timed, writeInput } from "./page.js";

const minute = 60_000;
const everyMs = 1500;

/** Measures two daemons. */
export async function influxBench() {
  let bytes = 0;
  let requests = 0;
  const server = createServer((request, response) => {
    requests++;
    request.on("data", (/** @type {Buffer} */ part) => (bytes += part.length));
    request.on("end", () => {
      response.writeHead(204).end();
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}`;
  const kinds = [
    { name: "/metrics, without InfluxDB", more: {} },
    { name: "/metrics, with InfluxDB", more: { influxdb: { url, api: "v1", database: "models" } } },
  ];
  const dirs = kinds.map(() => mkdtempSync(join(tmpdir(), "model-quality-influxdb-")));
  const daemons = [];
  try {
    for (const [index, { more }] of kinds.entries()) {
      writeInput(dirs[index] ?? "", more);
      daemons.push(await startDaemon(dirs[index] ?? ""));
    }
    for (let warm = 0; warm < 10; warm++) for (const daemon of daemons) await timed(`${daemon.url}/metrics`);
    /** @type {number[][]} */
    const times = kinds.map(() => []);
    const end = Date.now() + minute;
    while (Date.now() < end) {
      await sleep(everyMs);
      for (const [index, daemon] of daemons.entries()) times[index]?.push(await timed(`${daemon.url}/metrics`));
    }
    const table = new Table({ head: ["", "scrapes", "median ms", "p99 ms"], style: { head: [], border: [] } });
    const at = (/** @type {readonly number[]} */ of, /** @type {number} */ share) =>
      of.toSorted((a, b) => a - b)[Math.floor(share * (of.length - 1))] ?? NaN;
    const [without = [], beside = []] = times;
    for (const [index, { name }] of kinds.entries()) {
      const of = times[index] ?? [];
      table.push([name, of.length, at(of, 0.5).toFixed(1), at(of, 0.99).toFixed(1)]);
    }
    console.log(table.toString());
    const ratio = (/** @type {number} */ share) => (at(beside, share) / at(without, share)).toFixed(2);
    console.log(`with InfluxDB: ${ratio(0.5)} x in the median, ${ratio(0.99)} x at p99`);
    console.log(`${requests} requests, ${Math.round(bytes / 1024)} KiB compressed`);
  } finally {
    for (const { daemon } of daemons) {
      daemon.kill();
      await once(daemon, "exit");
    }
    server.closeAllConnections();
    server.close();
    for (const dir of dirs) rmSync(dir, { recursive: true });
  }
}
