// `npm run picture`: writes docs/status-page.png, the status page of the sample while the digits model takes zeros for sixes.
// The logs are those of `npm start`, of a time at which that has lasted for two minutes.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { chromium } from "playwright-core";
import { cycleMs, DriftingLog } from "../examples/drifting-log.js";
import { findProgram } from "../test/support/tools.js";

process.chdir(new URL("..", import.meta.url).pathname);
const dir = mkdtempSync(join(tmpdir(), "model-quality-picture-"));

/** Two and a half minutes into the fault of a cycle, and how far that is from now. */
const moment = Math.floor(Date.now() / cycleMs) * cycleMs + 0.5 * cycleMs + 150_000;
const shift = Date.now() - moment;
const drift = { label: "0", prediction: "6", share: 0.7 };
const logs = {
  digits: new DriftingLog("test/golden/digits.jsonl", 5, drift),
  iris: new DriftingLog("test/golden/iris.jsonl", 1),
};
mkdirSync(join(dir, "data/logs"), { recursive: true });
for (const [name, log] of Object.entries(logs)) {
  const lines = log.lines(moment - 3_600_000, moment);
  const text = lines.replace(
    /"ts":"([^"]*)"/gu,
    (_, /** @type {string} */ ts) => `"ts":"${new Date(Date.parse(ts) + shift).toISOString()}"`,
  );
  writeFileSync(join(dir, `data/logs/${name}.jsonl`), text);
}
copyFileSync("model-quality.config.ts", join(dir, "model-quality.config.ts"));

const flags = ["--config", join(dir, "model-quality.config.ts"), "--state", join(dir, "state")];
const daemon = spawn(process.execPath, ["dist/cli/main.js", "serve", ...flags, "--web.listen-address", "127.0.0.1:0"], {
  stdio: ["ignore", "ignore", "pipe"],
});
let log = "";
daemon.stderr.setEncoding("utf8").on("data", (/** @type {string} */ text) => (log += text));
const browser = await chromium.launch({ executablePath: findProgram("chromium") ?? "", args: ["--no-sandbox"] });
try {
  while (!log.includes("the backlog is read")) {
    if (daemon.exitCode !== null) throw new Error(log);
    await sleep(50);
  }
  const url = /url="?(http:\/\/[^\s"]+)/u.exec(log)?.[1] ?? "";
  const page = await browser.newPage({ viewport: { width: 1120, height: 720 }, colorScheme: "light" });
  await page.goto(`${url}/?model=digits&version=v1&window=5m`);
  await page.screenshot({ path: "docs/status-page.png" });
} finally {
  await browser.close();
  daemon.kill();
  await once(daemon, "exit");
  rmSync(dir, { recursive: true });
}
