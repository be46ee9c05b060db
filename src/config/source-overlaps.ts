import { isDynamicPattern } from "tinyglobby";
import { namedBy } from "../source/discovery/discover.ts";
import { pathText, type Fault } from "./fault.ts";
import { at, list } from "./unchecked.ts";
import { absoluteGlob, absolutePattern } from "./source-paths.ts";
import { quoted } from "./messages.ts";

interface Patterns {
  /** How messages call the source: where it stands, and its name when it has one. */
  readonly title: string;
  readonly files: readonly { readonly given: string; readonly absolute: string }[];
  readonly exclude: readonly string[];
}

/**
 * Finds the sources that would follow the same file for certain: by the same path or glob, or by a path that is under the
 * glob of another one. Globs that only overlap are not told here: the daemon finds that out on the disk.
 */
export function* overlapFaults(raw: unknown, file: string): Generator<Fault> {
  const sources = list(at(raw, "sources")).map((source, index) => patternsOf(source, index, file));
  for (const [index, source] of sources.entries()) {
    for (const [place, pattern] of source.files.entries()) {
      for (const other of sources.slice(0, index)) {
        const twin = other.files.find((one) => isShared(pattern.absolute, source, one.absolute, other));
        if (twin === undefined) continue;
        yield { path: ["sources", index, "files", place], text: faultOf(pattern.given, twin.given, other.title) };
        break;
      }
    }
  }
}

function patternsOf(source: unknown, index: number, file: string): Patterns {
  const name = at(source, "name");
  const title = pathText(["sources", index]);
  return {
    title: typeof name === "string" ? `${title} (${quoted(name)})` : title,
    files: texts(at(source, "files")).map((given) => ({ given, absolute: absolutePattern(given, file) })),
    exclude: texts(at(source, "exclude")).map((glob) => absoluteGlob(glob, file)),
  };
}

function isShared(one: string, of: Patterns, other: string, ofOther: Patterns): boolean {
  if (one === other) return !isDynamicPattern(one) || !areApart(of.exclude, ofOther.exclude);
  if (!isDynamicPattern(one)) return namedBy({ files: [other], exclude: ofOther.exclude })(one);
  return !isDynamicPattern(other) && namedBy({ files: [one], exclude: of.exclude })(other);
}

/** Whether each of two sources leaves out what the other one does not: then one glob may stand for different files. */
function areApart(one: readonly string[], other: readonly string[]): boolean {
  return one.some((glob) => !other.includes(glob)) && other.some((glob) => !one.includes(glob));
}

function faultOf(given: string, twin: string, title: string): string {
  const what =
    given === twin
      ? `${quoted(given)} is in ${title} already`
      : `${quoted(given)} and ${quoted(twin)} of ${title} meet`;
  return `${what}; a file counts for one source only: name it in one of them, or use \`exclude\``;
}

function texts(value: unknown): string[] {
  return list(value).filter((item) => typeof item === "string");
}
