import type { Config } from "../config/config.ts";
import { configJsonSchema } from "../config/json-schema.ts";
import { loadConfig } from "../config/load.ts";
import { predictedField, type FieldRef } from "../decode/options.ts";
import type { Pattern } from "../decode/pattern/pattern.ts";
import { printableText } from "../decode/printable.ts";
import { checkFiles, type Check } from "../generate/check.ts";
import { generate } from "../generate/outputs.ts";
import { discover, type Search } from "../source/discovery/discover.ts";
import { unmatchedGlobs } from "../source/discovery/unmatched-globs.ts";
import { isUnfit, type Refused } from "../source/discovery/paths.ts";
import { inodeOf } from "../source/identity/fingerprint.ts";
import { Stopwatch } from "../source/pace.ts";
import { memoryLimit, memoryNote } from "../server/memory-note.ts";
import { reachOf } from "../window/options.ts";
import { uncountedNotes } from "./first-lines.ts";
import { outputKindsOf } from "./only.ts";
import { outFolder } from "./out-folder.ts";

/** Refused paths of a source that are named; others are counted. */
const mostNotes = 20;

/** Options of `check`. */
export interface CheckOptions {
  readonly config: string;
  /** Folder of the generated files. */
  readonly out: string;
  /** Kinds of files to check, separated by commas; all by default. */
  readonly only?: string | undefined;
  /** Prints the JSON Schema of the config instead of checking. */
  readonly jsonSchema?: boolean;
}

/**
 * Checks the config and the generated files, with one line per check on standard output. Returns the exit code: 1 when a
 * check failed. Throws a `Problem` for a bad config.
 */
export async function checkCommand({ config: path, out, only, jsonSchema }: CheckOptions): Promise<number> {
  if (jsonSchema === true) {
    process.stdout.write(`${JSON.stringify(configJsonSchema(), undefined, 2)}\n`);
    return 0;
  }
  const kinds = outputKindsOf(only);
  const config = await loadConfig(path, process.env, true);
  process.stdout.write("ok       config\n");
  const memory = memoryNote(config, memoryLimit());
  if (memory !== undefined) process.stdout.write(`note     ${memory}\n`);
  for (const note of joinNotes(config)) process.stdout.write(`note     ${note}\n`);
  for (const note of patternNotes(config)) process.stdout.write(`note     ${note}\n`);
  const searches = await Promise.all(config.sources.map(({ source }) => discover(source, new Stopwatch())));
  for (const [index, { source }] of config.sources.entries()) {
    const count = new Set(searches[index]?.found.map(({ stat }) => inodeOf(stat))).size;
    if (count > 0) process.stdout.write(matchLine(source.name, count, config));
  }
  // No failures: the logs may be on other machines.
  for (const note of [...sourceNotes(config, searches), ...(await uncountedNotes(config, searches))])
    process.stdout.write(`note     ${note}\n`);
  let failed = 0;
  for await (const check of checkFiles(generate(config, kinds), outFolder(out))) {
    if (check.outcome === "failed") failed += 1;
    process.stdout.write(checkLine(check));
  }
  return failed === 0 ? 0 : 1;
}

function matchLine(source: string, count: number, { limits }: Config): string {
  const matches = `source ${JSON.stringify(source)}: ${count === 1 ? "1 file matches" : `${count} files match`}`;
  if (count <= limits.maxFiles) return `ok       ${matches}\n`;
  return `note     ${matches}, more than limits.maxFiles (${limits.maxFiles}): those written longest ago are not read\n`;
}

/** Tells of models whose labels may come after every time window has let go of the prediction, at which outcomes count. */
function joinNotes({ join, windows }: Config): string[] {
  if (join?.placeAt !== "prediction") return [];
  const longest = Math.max(0, ...windows.map(reachOf));
  return [...join.models].flatMap(([model, { withinMs }]) =>
    withinMs <= longest || longest === 0
      ? []
      : [
          `join: labels of model ${JSON.stringify(model)} may come ${withinMs / 1000}s after the prediction, where outcomes count (placeAt), and no time window is as long: late ones are in none`,
        ],
  );
}

/** Tells the engine of each regular expression, with the reason. */
function patternNotes({ sources }: Config): Set<string> {
  const notes = new Set<string>();
  for (const { source, decode } of sources) {
    const { labels, predicted, actual, id, time } = decode.fields;
    const fields = [...labels, predictedField(predicted), actual, ...id, time];
    const patterns = fields.flatMap((field) => patternOf(field) ?? []);
    if (decode.lines !== undefined) patterns.unshift(decode.lines);
    if (decode.format.kind === "regex") patterns.unshift(decode.format.pattern);
    for (const { text, engine, reason } of patterns) {
      notes.add(`source ${JSON.stringify(source.name)}: ${text} runs on ${engine}: ${reason}`);
    }
  }
  return notes;
}

function patternOf(field: FieldRef | undefined): Pattern | undefined {
  if (field?.kind === "file") return field.pattern;
  return field?.kind === "path" ? field.part?.pattern : undefined;
}

/** Describes what on this machine sources do not find, or must not read. */
function sourceNotes({ sources }: Config, searches: readonly Search[]): string[] {
  const unmatched = sources.flatMap(({ source }, index) => {
    const search = searches[index];
    return search === undefined ? [] : unmatchedGlobs(source, search);
  });
  return [
    ...unmatched.map(({ source, glob }) => `source ${JSON.stringify(source)}: no file on this machine matches ${glob}`),
    ...searches.flatMap(({ refused }, index) =>
      refusalNotes(sources[index]?.source.name ?? "", refused.filter(isUnfit)),
    ),
  ];
}

/** Names the first of the paths that are refused. */
function refusalNotes(source: string, refused: readonly Refused[]): string[] {
  const title = `source ${JSON.stringify(source)}: the daemon does not read`;
  const notes = refused.slice(0, mostNotes).map(({ path, problem }) => printableText(`${title} ${path}: ${problem}`));
  return refused.length > mostNotes ? [...notes, `${title} ${refused.length - mostNotes} more`] : notes;
}

function checkLine({ outcome, what, detail }: Check): string {
  const [first = "", ...rest] = detail.trimEnd().split("\n");
  const reason = outcome === "skipped" && first !== "" ? `: ${first}` : "";
  const below =
    outcome === "failed" && detail !== "" ? [first, ...rest].map((line) => `         ${line}\n`).join("") : "";
  return `${outcome.padEnd(8)} ${what}${reason}\n${below}`;
}
