#!/usr/bin/env node
import { Command, CommanderError, Option } from "commander";
import { logFormats, logLevels } from "../log.ts";
import { errorCode, errorMessage, Problem } from "../problem.ts";
import type { ReplayOptions } from "./replay.ts";
import { packageVersion } from "../version.ts";

const defaultConfig = "model-quality.config.ts";

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
    .option("--web.max-requests <n>", "most requests for the metrics at once, 503 beyond; 0 for any number", "40")
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
    .action(async (files: string[], options: Omit<ReplayOptions, "files">) => {
      const { replay } = await import("./replay.ts");
      process.exitCode = await replay({ ...options, files });
    });

  program
    .command("generate")
    .description("write the files for Prometheus and Alertmanager")
    .addOption(config())
    .option("--out <dir>", "output folder", ".")
    .addOption(new Option("--force", "replace files that generate did not write").default(false).conflicts("check"))
    .option("--check", "write nothing; fail with a diff when the files are stale", false)
    .action(async (options: { config: string; out: string; check: boolean; force: boolean }) => {
      const { generateCommand } = await import("./generate.ts");
      process.exitCode = await generateCommand(options);
    });

  program
    .command("check")
    .description("check the config and the generated files, with promtool and amtool where they are installed")
    .addOption(config())
    .option("--out <dir>", "folder of the generated files", ".")
    .option("--json-schema", "print the JSON Schema of the config instead, for editors of YAML and JSON", false)
    .action(async (options: { config: string; out: string; jsonSchema: boolean }) => {
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

  for (const command of program.commands) command.exitOverride().showHelpAfterError("(see --help)");
  return program;
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
