import { pino, type Logger } from "pino";

/** Values of `--log.level`. */
export const logLevels = ["debug", "info", "warn", "error"] as const;
/** Values of `--log.format`. */
export const logFormats = ["logfmt", "json"] as const;

/** Logger of the program. */
export type Log = Logger;

/**
 * Makes the logger, which writes to standard error: standard output is for the output of commands. Never log secrets, nor
 * whole log lines above `debug`.
 */
export function makeLog(level: (typeof logLevels)[number], format: (typeof logFormats)[number]): Log {
  const write = (text: string): void => {
    process.stderr.write(text);
  };
  const options = {
    level,
    base: null,
    timestamp: (): string => `,"ts":"${new Date().toISOString()}"`,
    formatters: { level: (label: string): { level: string } => ({ level: label }) },
  };
  return pino(options, {
    write:
      format === "json"
        ? write
        : (line: string): void => {
            write(logfmt(line));
          },
  });
}

/** Converts a JSON log line to logfmt; values are quoted as JSON strings where needed. */
function logfmt(line: string): string {
  const record: unknown = JSON.parse(line);
  const pairs = Object.entries(record ?? {}).map(([key, value]) => `${key}=${logfmtValue(value)}`);
  return `${pairs.join(" ")}\n`;
}

function logfmtValue(value: unknown): string {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return /^[^\s"=\\\p{Cc}]+$/u.test(text) ? text : JSON.stringify(text);
}
