import { mkdtempSync, writeFileSync, appendFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { Daemon } from "../support/daemon.ts";
import { eventually } from "../support/eventually.ts";
import { tempDir } from "../support/temp.ts";

const root = tempDir();
const json = (values: object): string => JSON.stringify({ prediction: "a", label: "a", ...values });

const attacks = [
  {
    attack: "a short line that nested repetitions can read in very many ways",
    format: { regex: "^(\\w+=\\S+\\s*)+model=(?<model>\\w+) (?<prediction>\\w+) (?<label>\\w+)$" },
    file: "a.log",
    hostile: `${"a=a=".repeat(24)}!`,
    honest: "x=1 model=m a a",
    reason: "malformed",
  },
  {
    attack: "a long line under a pattern of an innocent look",
    format: { regex: "pred=(?<prediction>.+) label=(?<label>.+) id=(?<id>\\S+)" },
    fields: { model: { value: "m" }, predicted: "prediction", actual: "label", id: "id" },
    file: "a.log",
    hostile: "pred=a label=b ".repeat(60_000),
    honest: "pred=a label=a id=1",
    reason: "line_too_long",
  },
  {
    attack: "such a line where the source allows it",
    format: { regex: "pred=(?<prediction>.+) label=(?<label>.+) id=(?<id>\\S+)" },
    more: { maxLineBytes: 1_000_000 },
    fields: { model: { value: "m" }, predicted: "prediction", actual: "label", id: "id" },
    file: "a.log",
    hostile: "pred=a label=b ".repeat(60_000),
    honest: "pred=a label=a id=1",
    reason: "malformed",
  },
  {
    attack: "a file whose name a pattern can read in very many ways",
    fields: { model: { file: "/(?<model>([a-z]+-?)+)\\.jsonl$" }, predicted: "prediction", actual: "label" },
    file: "m.jsonl",
    others: { [`${"a".repeat(60)}!.jsonl`]: json({}) },
    hostile: json({}),
    honest: json({}),
    reason: "missing_field",
  },
];

test.each(attacks)("$attack stops neither the reading nor the answers nor the end", async (row) => {
  const { format, fields, more, file, others = {}, hostile, honest, reason } = row;
  const dir = mkdtempSync(join(root, "hostile-"));
  const source = { name: "logs", files: ["*.log", "*.jsonl"], watch: "poll", format, fields, ...more };
  writeFileSync(join(dir, "config.json"), JSON.stringify({ sources: [source] }));
  const log = join(dir, file);
  for (const [name, text] of Object.entries(others)) writeFileSync(join(dir, name), `${text}\n`);
  writeFileSync(log, `${honest}\n${hostile}\n${honest}\n`);
  const daemon = await Daemon.start(["--config", join(dir, "config.json"), "--state", join(dir, "state")]);
  try {
    const counts = (lines: number) => async (): Promise<boolean> => {
      const signal = AbortSignal.timeout(5000);
      const page = await fetch(`${daemon.url}/metrics`, { signal }).then(async (answer) => answer.text());
      return page.includes(`model_quality_exporter_lines_total{source="logs"} ${lines}\n`);
    };
    const lines = 3 + Object.keys(others).length;
    await eventually(counts(lines), "reads the line and those around it", 20_000);
    appendFileSync(log, `${honest}\n`);
    await eventually(counts(lines + 1), "reads on", 20_000);
    expect((await daemon.get("/-/healthy")).status).toBe(200);
    const page = (await daemon.get("/metrics")).body;
    expect(page).toMatch(new RegExp(`line_errors_total\\{.*reason="${reason}"\\} 1\\n`, "u"));
  } finally {
    const killer = setTimeout(() => {
      daemon.kill("SIGKILL");
    }, 20_000);
    const code = await daemon.stop();
    clearTimeout(killer);
    expect(code).toBe(0);
  }
});
