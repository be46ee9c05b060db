import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Samples by instant (Unix seconds), each by its series. */
export type History = ReadonlyMap<number, ReadonlyMap<string, string>>;

/** Reads the files of a backfill; refuses what is not OpenMetrics with whole families and whole series. */
export function readHistory(folder: string): History {
  const all = new Map<number, Map<string, string>>();
  for (const name of dayFiles(folder)) {
    for (const [time, samples] of parseHistory(readFileSync(join(folder, name), "utf8"))) {
      if (new Date(time * 1000).toISOString().slice(0, 10) !== name.slice(0, 10)) throw new Error(`${time} in ${name}`);
      all.set(time, samples);
    }
  }
  return new Map([...all].sort(([a], [b]) => a - b));
}

/** Lists the files of days in a folder. */
export function dayFiles(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith(".om"))
    .sort();
}

/** Reads OpenMetrics text with timestamps. */
export function parseHistory(text: string): Map<number, Map<string, string>> {
  const lines = text.split("\n");
  if (lines.pop() !== "" || lines.pop() !== "# EOF") throw new Error("the end is missing");
  const history = new Map<number, Map<string, string>>();
  const families = new Set<string>();
  const whole = new Set<string>();
  let family = "";
  let last = "";
  let before = Number.NEGATIVE_INFINITY;
  for (const line of lines) {
    const [, name = "", type = ""] = /^# TYPE (\S+) (\S+)$/u.exec(line) ?? [];
    if (name !== "") {
      if (families.has(name)) throw new Error(`a second family ${name}`);
      families.add(name);
      family = type === "counter" ? `${name}_total` : name;
      continue;
    }
    if (line.startsWith("# HELP ")) continue;
    const [, series = "", value = "", timestamp = ""] = /^(\S+?\{.*\}) (\S+) (\S+)$/u.exec(line) ?? [];
    if (!series.startsWith(`${family}{`)) throw new Error(`not of ${family}: ${line}`);
    if (series !== last) {
      if (whole.has(series)) throw new Error(`not in one piece: ${series}`);
      whole.add(series);
      before = Number.NEGATIVE_INFINITY;
    }
    last = series;
    const time = Number(timestamp);
    if (!(time > before)) throw new Error(`not in order: ${line}`);
    before = time;
    let samples = history.get(time);
    if (samples === undefined) history.set(time, (samples = new Map<string, string>()));
    samples.set(series, value);
  }
  return history;
}
