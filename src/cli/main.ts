#!/usr/bin/env node
import { Command, CommanderError, Option } from "commander";
import { outputKinds } from "../generate/output-kinds.ts";
import { logFormats, logLevels } from "../log.ts";
import { errorCode, errorMessage, Problem } from "../problem.ts";
import type { BackfillOptions } from "./backfill.ts";
import type { InfluxReplayOptions } from "./replay-influx.ts";
import type { ReplayOptions } from "./replay.ts";
import { packageVersion } from "../version.ts";

const defaultConfig = "model-quality.config.ts";

type ReplayCommand = Omit<ReplayOptions & BackfillOptions & InfluxReplayOptions, "files">;

/** Options of `replay` that say which history to write, and say nothing without one. */
const historyFlags = [
  ["withRules", "--with-rules"],
  ["step", "--step"],
  ["from", "--from"],
  ["to", "--to"],
  ["label", "--label"],
  ["metrics", "--metrics"],
  ["window", "--window"],
  ["timestamps", "--timestamps"],
  ["force", "--force"],
] as const satisfies readonly (readonly [keyof ReplayCommand, string])[];

/** Those of them that history for InfluxDB has as well. */
const influxFlags: ReadonlySet<string> = new Set(["--step", "--from", "--to", "--label", "--window", "--force"]);

/** Collects the values of an option that may be repeated. */
function several(value: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), value];
}

/** Makes an option of `replay` that prints no report. */
function historyOption(flags: string, description: string): Option {
  return new Option(flags, description).conflicts("json");
}

/** Builds the command line. Commands are loaded on demand: `--help` and `replay` need no HTTP server. */
function makeProgram(): Command {
  const program = new Command("model-quality-exporter")
    .description(
      "Prometheus exporter for model quality: prediction logs in, confusion matrices over sliding windows out.",
    )
    .version(packageVersion(), "--version")
    .showHelpAfterError("(see --help)")
    .exitOverride();
  const config = (): Option => new Option("--config <file>", "path of the config").default(defaultConfig);

  program
    .command("serve")
    .description("follow the logs and answer on /metrics")
    .addOption(config())
    .option("--web.listen-address <address>", "where to listen: HOST:PORT or :PORT", ":9877")
    .option("--web.telemetry-path <path>", "path of the metrics", "/metrics")
    .option(
      "--web.max-requests <n>",
      "most requests at once for the metrics, and for /api/v1/models, 503 beyond; 0 for any number",
      "40",
    )
    .option("--web.enable-lifecycle", "allow POST and PUT /-/reload", false)
    .option("--web.allowed-hosts <hosts>", "hosts that requests may name, separated by commas; on loopback: localhost")
    .option("--web.show-lines", "show the text of rejected lines on other addresses than loopback", false)
    .option("--web.status-page <on>", "show the status page at /; with =false a list of links", "true")
    .option("--web.config.file <file>", "TLS, logins, headers and a rate limit, in exporter-toolkit's format")
    .option("--state <dir>", "directory for offsets and windows", "data")
    .addOption(new Option("--log.level <level>", "least severe messages to write").choices(logLevels).default("info"))
    .addOption(new Option("--log.format <format>", "format of messages").choices(logFormats).default("logfmt"))
    .action(async (options: Record<string, unknown>) => {
      const { serve } = await import("./serve.ts");
      await serve(options);
    });

  program
    .command("replay")
    .description("read whole logs and print a report")
    .argument("<file...>", "logs to read; - for standard input, .gz is supported")
    .addOption(config())
    .option("--json", "print the report as JSON", false)
    .option("--source <name>", "source whose format the files have, where their paths match none")
    .option(
      "--lateness <duration>",
      "how far lines of a file may be out of the order of their times (default of several files: 1m)",
    )
    .addOption(
      historyOption("--openmetrics <dir>", "write history instead: a file a day into DIR, or - for one stream"),
    )
    .addOption(historyOption("--blocks <dir>", "write history as blocks of Prometheus into DIR, by promtool"))
    .addOption(historyOption("--influxdb", "write history to the InfluxDB of the config"))
    .addOption(historyOption("--line-protocol", "write history as lines of InfluxDB to standard output"))
    .option("--with-rules", "history: with the series that the generated rules record")
    .option("--step <duration>", "history: time between its instants (default: 1m; of InfluxDB: its interval)")
    .option("--from <time>", "history: its begin, a time or how long ago (default: the first event)")
    .option("--to <time>", "history: its end, a time or how long ago (default: the last event)")
    .option("--label <name=value>", "history: label of all series, as scraping gives it; may be repeated", several)
    .option("--metrics <regex>", "history: metrics of which a part of the name matches")
    .option("--window <window>", "history: one window of the config; may be repeated", several)
    .addOption(new Option("--timestamps <unit>", "history: unit of the times (default: s)").choices(["s", "ms"]))
    .option("--force", "history: in spite of a step of 5m and more, or of its size")
    .action(async (files: string[], { json, ...options }: ReplayCommand) => {
      const isHistory = options.openmetrics !== undefined || options.blocks !== undefined;
      const isInflux = options.influxdb === true || options.lineProtocol === true;
      const allowed = isHistory ? historyFlags : historyFlags.filter(([, flag]) => isInflux && influxFlags.has(flag));
      const [stray] = historyFlags.filter((flag) => options[flag[0]] !== undefined && !allowed.includes(flag));
      if (stray !== undefined) {
        const histories = influxFlags.has(stray[1])
          ? "--openmetrics, --blocks, --influxdb or --line-protocol"
          : "--openmetrics or --blocks";
        throw new Problem(`${stray[1]} needs ${histories}`, { exitCode: 2 });
      }
      if (isHistory && isInflux) {
        throw new Problem("--influxdb and --line-protocol: write one history at a time", { exitCode: 2 });
      }
      if (options.influxdb === true && options.lineProtocol === true) {
        throw new Problem("--line-protocol: with --influxdb the lines go to the server", { exitCode: 2 });
      }
      if (isInflux) process.exitCode = await (await import("./replay-influx.ts")).replayInflux({ ...options, files });
      else if (isHistory) process.exitCode = await (await import("./backfill.ts")).backfill({ ...options, files });
      else process.exitCode = await (await import("./replay.ts")).replay({ ...options, json, files });
    });

  program
    .command("generate")
    .description("write the files for Prometheus and Alertmanager")
    .addOption(config())
    .option("--out <dir>", "output folder", ".")
    .addOption(new Option("--force", "replace files that generate did not write").default(false).conflicts("check"))
    .option(
      "--only <kinds>",
      `only these kinds of files, separated by commas: ${outputKinds.join(", ")} (default: all)`,
    )
    .option("--check", "write nothing; fail with a diff when the files are stale", false)
    .action(async (options: { config: string; out: string; check: boolean; force: boolean; only?: string }) => {
      const { generateCommand } = await import("./generate.ts");
      process.exitCode = await generateCommand(options);
    });

  program
    .command("check")
    .description("check the config and the generated files, with promtool and amtool where they are installed")
    .addOption(config())
    .option("--out <dir>", "folder of the generated files", ".")
    .option(
      "--only <kinds>",
      `only these kinds of files, separated by commas: ${outputKinds.join(", ")} (default: all)`,
    )
    .option("--json-schema", "print the JSON Schema of the config instead, for editors of YAML and JSON", false)
    .action(async (options: { config: string; out: string; only?: string; jsonSchema: boolean }) => {
      const { checkCommand } = await import("./check.ts");
      process.exitCode = await checkCommand(options);
    });

  program
    .command("init")
    .description("say what logs are, write a config that reads them, and show its first figures")
    .argument("<file...>", "logs of predictions, or of predictions and of labels; - for standard input")
    .option("--out <file>", "config to write; never over one that is there (default: model-quality.config.ts)")
    .option("--yaml", "write YAML", false)
    .action(async (files: string[], options: { out?: string; yaml: boolean }) => {
      const { init } = await import("./init.ts");
      process.exitCode = await init({ ...options, files });
    });

  program.hook("preAction", async (_, command) => {
    const { config }: { config?: unknown } = command.opts();
    if (typeof config === "string" && isModule(config)) (await import("../config/evaluate.ts")).prepareThread();
  });
  for (const command of program.commands) command.exitOverride().showHelpAfterError("(see --help)");
  return program;
}

/** Tells whether a config is a program, by its extension. */
function isModule(config: string): boolean {
  return /\.m?[jt]s$/u.test(config);
}

/** Runs the command line; faults that the user can fix give a message and an exit code, never a stack trace. */
async function main(): Promise<void> {
  try {
    await makeProgram().parseAsync();
  } catch (error) {
    if (error instanceof CommanderError) {
      process.exitCode = error.exitCode === 0 ? 0 : 2;
    } else if (error instanceof Problem) {
      process.stderr.write(`model-quality-exporter: ${error.text}\n`);
      process.exitCode = error.exitCode;
    } else if (errorCode(error) !== undefined) {
      process.stderr.write(`model-quality-exporter: ${errorMessage(error)}\n`);
      process.exitCode = 1;
    } else {
      throw error;
    }
  }
}

process.stdout.on("error", (error) => {
  // The reader closed the pipe early (`| head`).
  if (errorCode(error) === "EPIPE") process.exit(0);
  process.stderr.write(`model-quality-exporter: cannot write the output: ${errorMessage(error)}\n`);
  process.exit(1);
});
// Keep working when standard error is closed.
process.stderr.on("error", () => undefined);

await main();
