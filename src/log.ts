import { pino, type Logger } from "pino";

/** The levels that `--log.level` takes. */
export const logLevels = ["debug", "info", "warn", "error"] as const;
/** The formats that `--log.format` takes. */
export const logFormats = ["logfmt", "json"] as const;

/** Writes the program's own log. */
export type Log = Logger;

/**
 * Makes the log, which goes to standard error: standard output belongs to what a command prints.
 * Secrets and whole log rows never go into it above `debug`.
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

/** One JSON log line as logfmt; values that need it are quoted as JSON strings, so that a line stays a line. */
function logfmt(line: string): string {
  const record: unknown = JSON.parse(line);
  const pairs = Object.entries(record ?? {}).map(([key, value]) => `${key}=${logfmtValue(value)}`);
  return `${pairs.join(" ")}\n`;
}

function logfmtValue(value: unknown): string {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return /^[^\s"=\\\p{Cc}]+$/u.test(text) ? text : JSON.stringify(text);
}
