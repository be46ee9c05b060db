import { join } from "node:path";
import type { Config } from "../config/config.ts";
import { compareFiles, stalenessText } from "./files/compare.ts";
import { generateFiles } from "./outputs.ts";
import { routingCases } from "./alertmanager/routing-cases.ts";
import { matcher } from "./alertmanager/routing.ts";
import { runTool } from "./run-tool.ts";

/** One check: what was looked at, and how it went. */
export interface Check {
  readonly what: string;
  readonly outcome: "ok" | "failed" | "skipped";
  /** Lines that say why it failed or was skipped. */
  readonly detail: string;
}

/**
 * Checks the generated files under `out`: that they are those of the config, and that the programs which read them
 * accept them. Programs that are not installed are skipped, and that is said.
 */
export async function* checkFiles(config: Config, out: string): AsyncGenerator<Check> {
  const files = generateFiles(config);
  const stale = stalenessText(compareFiles(files, out));
  yield { what: "generated files are current", outcome: stale === "" ? "ok" : "failed", detail: stale };

  const under = (folder: string): string[] =>
    [...files.keys()].filter((path) => path.startsWith(`${folder}/`)).map((path) => join(out, path));
  yield await run("promtool", ["check", "config", join(out, "prometheus/prometheus.yml")], "promtool check config");
  const rules = under("prometheus/rules");
  if (rules.length > 0) yield await run("promtool", ["check", "rules", ...rules], "promtool check rules");
  const tests = under("prometheus/tests");
  if (tests.length > 0) yield await run("promtool", ["test", "rules", ...tests], "promtool test rules");

  const alertmanager = join(out, "alertmanager/alertmanager.yml");
  yield await run("amtool", ["check-config", alertmanager], "amtool check-config");
  for (const { labels, receivers } of routingCases(config)) {
    const words = Object.entries(labels).map(([label, value]) => matcher(label, "=", value));
    yield await run(
      "amtool",
      [
        "config",
        "routes",
        "test",
        `--config.file=${alertmanager}`,
        `--verify.receivers=${receivers.join(",")}`,
        ...words,
      ],
      `amtool config routes test ${words.join(" ")} -> ${receivers.join(", ")}`,
    );
  }
}

async function run(program: string, args: readonly string[], what: string): Promise<Check> {
  const result = await runTool(program, args);
  if (result === undefined) return { what, outcome: "skipped", detail: `${program} is not installed` };
  return { what, outcome: result.ok ? "ok" : "failed", detail: result.ok ? "" : result.output.trimEnd() };
}
