import { cpSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { eventually } from "../support/eventually.ts";
import { Program } from "../support/program.ts";
import { repository } from "../support/repository.ts";
import { tempDir } from "../support/temp.ts";

const dir = tempDir();

/** `npm start` as of a clone of its own, so that it writes no data into this one. */
function start(): Program {
  for (const path of ["examples", "test/golden", "model-quality.config.ts"]) {
    cpSync(join(repository, path), join(dir, path), { recursive: true });
  }
  for (const path of ["dist", "node_modules", "package.json"]) symlinkSync(join(repository, path), join(dir, path));
  const flags = ["--web.listen-address", "127.0.0.1:0", "--log.format", "json"];
  return Program.start(process.execPath, [join(dir, "examples/start.js"), ...flags], { cwd: "/" });
}

test("npm start serves the sample logs with full windows, says where to look, and ends in order", async () => {
  const program = start();
  await program.until(() => program.output.includes("Ctrl-C ends it."), "says where to look");
  const url = /(http:\/\/127\.0\.0\.1:\d+)\/metrics/u.exec(program.output)?.[1] ?? "";
  await eventually(async () => (await fetch(`${url}/-/ready`)).ok, "the daemon is ready");

  const metrics = await (await fetch(`${url}/metrics`)).text();
  const hour = /^model_quality_samples\{model="digits",version="v1",window="1h"\} (\d+)$/mu.exec(metrics)?.[1];
  expect(Number(hour)).toBeGreaterThan(17_000);
  expect(metrics).toMatch(/^model_quality_recall_ratio\{model="iris",version="v1",window="5m",class="setosa"\} 0\.9/mu);
  expect(metrics).not.toMatch(/^model_quality_exporter_line_errors_total\{.*\} [^0]/mu);

  expect(await program.stop("SIGTERM")).toBe(0);
  expect(program.output).toContain('"msg":"stopped"');
});
