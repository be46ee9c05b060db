import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, extname, join, relative, resolve } from "node:path";
import { createInterface } from "node:readline/promises";
import { parseConfig } from "../config/parse.ts";
import type { Config } from "../config/config.ts";
import { printableText } from "../decode/printable.ts";
import type { Report } from "../exposition/report.ts";
import { configText, valueOf, type Language } from "../init/config-text.ts";
import { objectiveRemarks, type ModelFigures } from "../init/objectives.ts";
import { dateInName } from "../init/proposal.ts";
import { planOf, type Choose, type Log, type Plan } from "../init/plan.ts";
import { readLog, type LogReading } from "../init/reading.ts";
import { nameOf, takeSample, type Sample } from "../init/sample.ts";
import { errorCode, errorMessage, Problem } from "../problem.ts";
import { replayFiles } from "./replay.ts";

/** Options of `init`. */
export interface InitOptions {
  readonly files: readonly string[];
  /** The config to write. */
  readonly out?: string;
  readonly yaml: boolean;
}

/**
 * The `init` command: says what logs are, writes a config that reads them, with the evidence for each guess, and shows its
 * first figures. Returns the exit code; throws a `Problem`, without writing anything, where it is not sure.
 */
export async function init({ files, out: given, yaml }: InitOptions): Promise<number> {
  const out = resolve(given ?? (yaml ? "model-quality.config.yaml" : "model-quality.config.ts"));
  const language = languageOf(out, yaml);
  refuseExisting(out);
  const folder = mkdtempSync(join(tmpdir(), "model-quality-init-"));
  try {
    const samples: Sample[] = [];
    for (const file of new Set(files)) samples.push(await takeSample(file, folder));
    const globs = globsOf(samples, out);
    const logs = samples.map((sample) => logOf(sample, globs.get(sample.file) ?? sample.file));
    say(logs.flatMap(({ reading }, at) => describe(reading, samples[at]?.notes ?? [])));
    const plan = await planOf(logs, choose);
    if ("why" in plan) throw new Problem(printableText(plan.why), { details: plan.details.map(printableText) });
    const config = parseConfig(valueOf(plan.config), out, process.env);
    const { result, notes } = await replayFiles(config, filesOf(plan, samples, config));
    write(out, configText(plan.config, headsOf(files), objectiveRemarks(figuresOf(result), language), language));
    const { reportTable } = await import("../exposition/report-table.ts");
    process.stdout.write(`\n${reportTable(result)}`);
    say([...notes.map((note) => note.replaceAll(folder, "")), "", understood(result), ...plan.notes]);
    say([`Wrote ${out}`, ...nextSteps(files, given === undefined && !yaml ? undefined : out, plan)]);
    return 0;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function languageOf(out: string, yaml: boolean): Language {
  const extension = extname(out);
  const isYaml = extension === ".yaml" || extension === ".yml";
  if (isYaml || (!yaml && [".ts", ".mts"].includes(extension))) return isYaml ? "yaml" : "ts";
  throw new Problem(
    `--out: expected a name that ends in ${yaml ? ".yaml" : ".ts or .yaml"}, got ${JSON.stringify(out)}`,
    {
      exitCode: 2,
    },
  );
}

function refuseExisting(out: string): void {
  if (!existsSync(out)) return;
  throw new Problem(`${out} is there already, and init never writes over a file: name another with --out FILE`, {
    exitCode: 2,
  });
}

function write(out: string, text: string): void {
  try {
    writeFileSync(out, text, { flag: "wx" });
  } catch (error) {
    if (errorCode(error) === "EEXIST") refuseExisting(out);
    throw new Problem(`${out} cannot be written: ${errorMessage(error)}`, { cause: error });
  }
}

/** Recognizes a log; throws a `Problem` that says what else it is. */
function logOf({ file, lines, written, encoding }: Sample, glob: string): Log {
  const path = file === "-" ? file : resolve(file);
  const reading = readLog(path, lines);
  if ("instead" in reading) {
    throw new Problem(`${nameOf(file)}: ${reading.what}: it cannot be read as it lies`, { details: [reading.instead] });
  }
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  return { reading, facts: { glob, written, encoding, now: Date.now(), zone } };
}

/** The globs of logs: with a wildcard for a date in the path, since the next file has another, where they stay apart. */
function globsOf(samples: readonly Sample[], out: string): ReadonlyMap<string, string> {
  const paths = samples.map(({ file }) => ({ file, path: pathOf(file, out) }));
  const dated = paths.map(({ file, path }) => ({ file, path, glob: datedGlob(path) }));
  const folders = dated.map(({ glob }) => dirname(glob));
  const isApart = new Set(folders).size === folders.length;
  return new Map(dated.map(({ file, path, glob }) => [file, isApart ? glob : path]));
}

function datedGlob(path: string): string {
  const hourly = path.replace(/\/\d{4}\/\d\d\/\d\d(?:\/\d\d)?\/[^/]*?(?<extension>\.\w+)?$/u, "/**/*$<extension>");
  return hourly === path ? join(dirname(path), basename(path).replace(dateInName, "*")) : hourly;
}

/** A path for the config: relative to its folder where it lies there. */
function pathOf(file: string, out: string): string {
  if (file === "-") return "predictions.jsonl";
  const path = resolve(file);
  const beside = relative(dirname(out), path);
  const shown = beside.startsWith("..") ? path : beside;
  return shown.replaceAll(/[!()*+?@[\\\]{|}]/gu, String.raw`\$&`);
}

function describe({ file, carrier, shape, form, forms, rows }: LogReading, notes: readonly string[]): string[] {
  const format = typeof shape.format === "string" ? shape.format : "csv" in shape.format ? "csv" : "text";
  const kinds = { json: "JSON lines", csv: "CSV", logfmt: "logfmt", text: shape.textForm ?? "text" };
  const what = form === undefined ? `${kinds[format]}, with fields of your own` : form.name;
  const carried = carrier === undefined ? "" : `, carried by ${carrier.name}`;
  const read = rows.filter((row) => row !== undefined).length;
  const others = forms
    .filter(({ name }) => name !== form?.name)
    .map(({ name, share }) => `${name} (${Math.round(100 * share)} %)`);
  const traps = [carrier?.trap, ...(form?.traps ?? [])].flatMap((trap) => trap ?? []);
  return [
    `${nameOf(file)}: ${what}${carried}; events may be on ${read} of ${rows.length} lines looked at`,
    ...(others.length === 0 ? [] : [`  other forms among its lines: ${others.join(", ")}`]),
    ...traps.map((trap) => `  mind: ${trap}`),
    ...notes.map((note) => `  ${note}`),
  ];
}

/** Asks on a terminal which of two fields is the label; elsewhere nobody is asked. */
const choose: Choose = async (file, columns) => {
  if (!process.stdin.isTTY || !process.stderr.isTTY) return undefined;
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const [one, other] = columns.map(({ key }) => printableText(JSON.stringify(key)));
    const question = `${printableText(file)}: which is the label (the truth)? 1: ${one ?? ""}, 2: ${other ?? ""}, else: do not guess > `;
    const answer = (await terminal.question(question)).trim();
    return answer === "1" || answer === "2" ? columns[answer === "1" ? 0 : 1] : undefined;
  } finally {
    terminal.close();
  }
};

/** The files to replay, each under the source that was proposed of it. */
function filesOf(
  { sourceAt }: Plan,
  samples: readonly Sample[],
  config: Config,
): { file: string; sources: string[] }[] {
  return samples.map(({ file, content }) => {
    const places = sourceAt.get(file === "-" ? file : resolve(file)) ?? [];
    return { file: content, sources: places.flatMap((at) => config.sources[at]?.source.name ?? []) };
  });
}

function figuresOf({ tags }: Report): ModelFigures[] {
  return tags.flatMap(({ labels, windows }) => {
    // Of windows that hold as many outcomes, the longest of time.
    const most = Math.max(...windows.map(({ samples }) => samples));
    const widest =
      windows.findLast(({ samples, window }) => samples === most && !window.startsWith("last_")) ?? windows.at(-1);
    const model = labels["model"];
    if (widest === undefined || model === undefined) return [];
    const { window, samples, accuracy, averages, perClass } = widest;
    const recalls = Object.entries(perClass).map(([name, { recall, support }]) => ({ class: name, recall, support }));
    return [{ model, window: windowInput(window), samples, accuracy, macroF1: averages.macro.f1, recalls }];
  });
}

/** A window as the config says it. */
function windowInput(name: string): string | { readonly last: number } {
  const last = /^last_(\d+)$/u.exec(name)?.[1];
  return last === undefined ? name : { last: Number(last) };
}

function headsOf(files: readonly string[]): string[] {
  return [`Written by \`model-quality-exporter init ${files.join(" ")}\`: look at what is called a guess.`];
}

function understood({ lines: { read, accepted, skipped } }: Report): string {
  const passed = Object.values(skipped).reduce((sum, count) => sum + count, 0);
  const share = read === 0 ? 0 : Math.floor((1000 * (accepted + passed)) / read) / 10;
  return `Understood: ${share} % of ${read} lines (${accepted} with events, ${passed} skipped)`;
}

function nextSteps(files: readonly string[], out: string | undefined, { isHalf }: Plan): string[] {
  const option = out === undefined ? "" : ` --config ${out}`;
  if (isHalf) return ["Next: init with the log of the labels too, or a source for them in this config"];
  const replay = files.includes("-") ? "put the path of the log into `files`, then: " : "";
  return [`Next: ${replay}npx model-quality-exporter serve${option}   (and generate, check: README.md)`];
}

function say(lines: readonly string[]): void {
  process.stdout.write(lines.map((line) => `${printableText(line)}\n`).join(""));
}
