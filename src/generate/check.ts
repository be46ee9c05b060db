import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { matcher } from "./alertmanager/routing.ts";
import { compareFiles, differencesText } from "./files/compare.ts";
import type { Generated } from "./outputs.ts";
import { runTool } from "./run-tool.ts";
import { atLeast, type ToolVersion } from "./tool-versions.ts";

const prometheusPath = "prometheus/prometheus.yml";
const alertmanagerPath = "alertmanager/alertmanager.yml";
const routesPath = "alertmanager/routes.yml";

/** Check with its outcome. */
export interface Check {
  readonly what: string;
  readonly outcome: "ok" | "failed" | "skipped";
  /** Reason why it failed or was skipped, in lines. */
  readonly detail: string;
}

/**
 * Checks the files under `out`: that they are the generated ones, and that Prometheus' and Alertmanager's tools accept
 * them. The checks of a tool that is not installed are skipped.
 */
export async function* checkFiles(generated: Generated, out: string): AsyncGenerator<Check> {
  const { files, scope } = generated;
  const differences = differencesText(compareFiles(files, out, scope));
  yield { what: "generated files are current", outcome: differences === "" ? "ok" : "failed", detail: differences };

  const has = (folder: string): boolean => [...files.keys()].some((path) => path.startsWith(folder));
  if (has("prometheus/")) yield* prometheusChecks(generated, out);
  if (has("alertmanager/")) yield* alertmanagerChecks(generated, out);
}

async function* prometheusChecks({ files, versions, scrapeFiles }: Generated, out: string): AsyncGenerator<Check> {
  yield* oldTool("promtool", "prometheus.version", versions.prometheus);
  const under = (folder: string): string[] =>
    [...files.keys()].filter((path) => path.startsWith(`${folder}/`)).map((path) => join(out, path));
  if (files.has(prometheusPath)) {
    const absent = scrapeFiles.filter((file) => !existsSync(file));
    // Else promtool refuses what is right on the machine of Prometheus.
    const lax = absent.length === 0 ? [] : ["--syntax-only"];
    yield await run("promtool", ["check", "config", ...lax, join(out, prometheusPath)], "promtool check config");
    if (absent.length > 0) {
      yield { what: "files for scrapes", outcome: "skipped", detail: `not on this machine: ${absent.join(", ")}` };
    }
  }
  const rules = under("prometheus/rules");
  if (rules.length > 0)
    yield await run("promtool", ["check", "rules", "--lint-fatal", ...rules], "promtool check rules");
  const tests = under("prometheus/tests");
  if (tests.length > 0) yield await run("promtool", ["test", "rules", ...tests], "promtool test rules");
}

async function* alertmanagerChecks(
  { files, plan, versions, routesElsewhere }: Generated,
  out: string,
): AsyncGenerator<Check> {
  yield* oldTool("amtool", "alerting.version", versions.alertmanager);
  const folder = mkdtempSync(join(tmpdir(), "model-quality-"));
  try {
    let config = join(out, alertmanagerPath);
    if (files.has(alertmanagerPath)) {
      const accepted = await run("amtool", ["check-config", config], "amtool check-config");
      yield accepted;
      // Each of the routes would fail for the same reason.
      if (accepted.outcome === "failed") return;
    }
    if (files.has(routesPath)) {
      const merged = join(folder, "alertmanager.yml");
      writeFileSync(merged, routesElsewhere);
      yield await run("amtool", ["check-config", merged], "amtool check-config of routes.yml in another config");
      if (!files.has(alertmanagerPath)) config = merged;
    }
    for (const { labels, receivers } of plan.routingCases) {
      const words = Object.entries(labels).map(([label, value]) => matcher(label, "=", value));
      yield await run(
        "amtool",
        ["config", "routes", "test", `--config.file=${config}`, `--verify.receivers=${receivers.join(",")}`, ...words],
        `amtool config routes test ${words.join(" ")} -> ${receivers.join(", ")}`,
      );
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Says that a tool is older than what the files are for: it may refuse what its program accepts. */
async function* oldTool(program: string, key: string, wanted: ToolVersion): AsyncGenerator<Check> {
  const result = await runTool(program, ["--version"]);
  const [, major, minor] = /version (\d+)\.(\d+)/u.exec(result?.output ?? "") ?? [];
  if (major === undefined || minor === undefined || atLeast([Number(major), Number(minor)], wanted)) return;
  const detail = `${program} ${major}.${minor} is older than ${key} (${wanted.join(".")}), and may refuse what is right`;
  yield { what: `version of ${program}`, outcome: "skipped", detail };
}

async function run(program: string, args: readonly string[], what: string): Promise<Check> {
  const result = await runTool(program, args);
  if (result === undefined) return { what, outcome: "skipped", detail: `${program} is not installed` };
  return { what, outcome: result.ok ? "ok" : "failed", detail: result.ok ? "" : result.output.trimEnd() };
}
