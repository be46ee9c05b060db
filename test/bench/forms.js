// `npm run bench -- --forms`: how fast the lines of each form of docs/forms.md become events, the plain JSON line first. Each
// has a process of its own, as in a daemon that reads this form alone, and is measured by its processor time: a busy
// machine costs little of that. What follows, counting, costs the same whatever the form.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import Table from "cli-table3";
import { createJiti } from "jiti";

const rowCount = 30_000;
const runs = 7;
const chunkBytes = 1 << 18;

const jiti = createJiti(import.meta.url);
/** @type {typeof import("../forms/all-forms.ts")} */
const { formGroups } = await jiti.import("../forms/all-forms.ts");
// Logs of labels, and the predictions that they belong to, are read like these.
const forms = formGroups.flatMap((group) => group.forms).filter(({ labels }) => labels === undefined);

/** @typedef {{ lines: number, events: number, bytes: number, seconds: number }} Speed */

/**
 * @param {import("../forms/form.ts").Form} form
 * @returns {Promise<Speed>}
 */
async function speedOf(form) {
  /** @type {typeof import("../forms/form.ts")} */
  const { formLog, formRows } = await jiti.import("../forms/form.ts");
  // By a name that the compiler does not follow: the checks run without a build.
  const built = (/** @type {string} */ path) => import(new URL(`../../dist/modules/${path}`, import.meta.url).href);
  /** @type {typeof import("../../src/config/parse.ts")} */
  const { parseConfig } = await built("config/parse.js");
  /** @type {typeof import("../../src/decode/decoder.ts")} */
  const { makeDecoder } = await built("decode/decoder.js");

  const once = formRows(form.rows);
  const rows = Array.from({ length: Math.ceil(rowCount / once.length) }, (_time, time) =>
    once.map((row) => ({ ...row, id: `${row.id}-${time}`, at: row.at + time * once.length * 1000 })),
  ).flat();
  const { lines } = formLog(form, rows);
  const bytes = Buffer.from(`${lines.join("\n")}\n`);
  const decode = parseConfig({ sources: [form.source] }, "/etc/config.json", {}).sources[0]?.decode;
  if (decode === undefined) throw new Error("no source");

  let events = 0;
  /** @type {import("../../src/decode/event.ts").EventSink} */
  const sink = {
    event: ({ actual }) => {
      if (actual !== undefined) events++;
      return "counted";
    },
    skipped: () => undefined,
    rejected: (reason, line, detail) => {
      throw new Error(`${form.name}: ${reason}: ${detail}: ${line.toString()}`);
    },
  };
  let seconds = Infinity;
  for (let run = 0; run < runs; run++) {
    events = 0;
    const reader = makeDecoder(decode, sink).open({ path: form.file }, undefined);
    const before = process.cpuUsage();
    for (let start = 0; start < bytes.length;) {
      // A line may be longer than a chunk.
      const last = bytes.lastIndexOf(0x0a, Math.min(start + chunkBytes, bytes.length) - 1);
      const end = (last < start ? bytes.indexOf(0x0a, start) : last) + 1;
      reader.read(bytes, start, end);
      start = end;
    }
    const { user, system } = process.cpuUsage(before);
    seconds = Math.min(seconds, (user + system) / 1e6);
  }
  if (events !== rows.length) throw new Error(`${form.name}: ${events} events of ${rows.length} rows`);
  return { lines: lines.length, events, bytes: bytes.length, seconds };
}

/**
 * @param {number} index
 * @returns {Speed}
 */
function measured(index) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [fileURLToPath(import.meta.url), String(index)], {
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(stderr);
  return /** @type {Speed} */ (JSON.parse(stdout));
}

const [, script = "", chosen] = process.argv;
const own = script === fileURLToPath(import.meta.url) ? forms[Number(chosen)] : undefined;
if (own === undefined) {
  console.log(`${rowCount} events of each form, the fastest of ${runs} runs, processor time of decoding\n`);
  const table = new Table({
    head: ["", "lines/s", "events/s", "bytes a line", "MB/s", "an event, to plain JSON"],
    style: { head: [], border: [] },
    chars: { mid: "", "left-mid": "", "mid-mid": "", "right-mid": "" },
  });
  let plain = NaN;
  for (const [index, { name }] of forms.entries()) {
    const { lines, events, bytes, seconds } = measured(index);
    if (index === 0) plain = seconds / events;
    const rates = [lines / seconds, events / seconds, bytes / lines, bytes / seconds / 1e6];
    table.push([
      name,
      ...rates.map((rate) => Math.round(rate).toLocaleString("en")),
      `${(seconds / events / plain).toFixed(2)} x`,
    ]);
  }
  console.log(table.toString());
} else console.log(JSON.stringify(await speedOf(own)));
