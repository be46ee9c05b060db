// `npm start`: the sample config served over the logs of two real classifiers that keep growing. Flags after `--` go to
// `serve`; PORT, or a --web.listen-address among them, moves it from port 9877.
import { spawn } from "node:child_process";
import { DriftingLog } from "./drifting-log.js";
import { LogWriter } from "./log-writer.js";
import { printAlerts } from "./webhook.js";

process.chdir(new URL("..", import.meta.url).pathname);

const writers = [
  {
    file: "data/logs/digits.jsonl",
    log: new DriftingLog("test/golden/digits.jsonl", 5, { label: "0", prediction: "6", share: 0.7 }),
  },
  { file: "data/logs/iris.jsonl", log: new DriftingLog("test/golden/iris.jsonl", 1) },
].map(({ file, log }) => new LogWriter(log, file, Date.now()));

const timer = setInterval(() => {
  for (const writer of writers) writer.write(Date.now());
}, 1000);
const stopPrinting = printAlerts(5001);

const port = process.env["PORT"];
const daemon = spawn(
  process.execPath,
  [
    ...["dist/cli/main.js", "serve", "--config", "model-quality.config.ts", "--state", "data/state"],
    ...(port === undefined ? [] : ["--web.listen-address", `127.0.0.1:${port}`]),
    ...process.argv.slice(2),
  ],
  // A process group of its own: Ctrl-C reaches this process alone, which hands it on once, and the daemon ends in order.
  { stdio: ["ignore", "inherit", "pipe"], detached: true },
);

let log = "";
let stopping = false;
/** @param {string} text */
const watchLog = (text) => {
  log += text;
  const url = /\burl"?[=:]"?(https?:\/\/[^\s"]+?)\/?["\s]/u.exec(log)?.[1];
  if (url === undefined) return;
  daemon.stderr.off("data", watchLog);
  console.log(whereToLook(url));
};
daemon.stderr.setEncoding("utf8").on("data", watchLog).pipe(process.stderr);
daemon.on("exit", (code) => {
  clearInterval(timer);
  stopPrinting();
  process.exitCode = code ?? 1;
});
for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"])) {
  process.on(signal, () => {
    if (stopping) return;
    stopping = true;
    daemon.kill("SIGTERM");
  });
}

/** @param {string} url where the daemon listens */
function whereToLook(url) {
  return `
Two real classifiers, digits and iris, are logging into data/logs, with the past hour there already.
Every ten minutes digits takes most zeros for sixes, three minutes long, and recovers.

  ${url}/           the status page: how both are, and what digits mistakes for what
  ${url}/metrics    the same for Prometheus; for instance
  curl -s ${url}/metrics | grep 'recall_ratio.*digits.*class="0"'

To see the alert come and go, run these in two more terminals (Debian: apt-get install prometheus
prometheus-alertmanager) and open http://127.0.0.1:9090/alerts. What is delivered is printed here.

  prometheus-alertmanager --config.file=alertmanager/alertmanager.yml --storage.path=data/alertmanager --cluster.listen-address=
  prometheus --config.file=prometheus/prometheus.yml --storage.tsdb.path=data/prometheus

Ctrl-C ends it.
`;
}
