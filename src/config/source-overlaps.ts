import { isDynamicPattern } from "tinyglobby";
import { namedBy } from "../source/discovery/discover.ts";
import { pathText, type Fault } from "./fault.ts";
import { uncheckedSelection } from "./selection.ts";
import { at, list } from "./unchecked.ts";
import { absoluteGlob, absolutePattern } from "./source-paths.ts";
import { quoted } from "./messages.ts";

interface Patterns {
  /** The source in messages: its path, and its name if it has one. */
  readonly title: string;
  /** Name of the lines that it reads; undefined when its conditions are faulty. */
  readonly selection: string | undefined;
  readonly files: readonly { readonly given: string; readonly absolute: string }[];
  readonly exclude: readonly string[];
}

/**
 * Finds sources that certainly follow the same file and read the same lines of it: by equal paths or globs, or by a path that
 * matches another source's glob. Partially overlapping globs are detected by the daemon, from files on disk.
 */
export function* overlapFaults(raw: unknown, file: string): Generator<Fault> {
  const sources = list(at(raw, "sources")).map((source, index) => patternsOf(source, index, file));
  for (const [index, source] of sources.entries()) {
    for (const [place, pattern] of source.files.entries()) {
      for (const other of sources.slice(0, index)) {
        if (source.selection === undefined || source.selection !== other.selection) continue;
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
    selection: uncheckedSelection(source),
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

/** Tells whether each source excludes something that the other does not, so that equal globs may match different files. */
function areApart(one: readonly string[], other: readonly string[]): boolean {
  return one.some((glob) => !other.includes(glob)) && other.some((glob) => !one.includes(glob));
}

function faultOf(given: string, twin: string, title: string): string {
  const what =
    given === twin
      ? `${quoted(given)} is already in ${title}`
      : `${quoted(given)} and ${quoted(twin)} of ${title} overlap`;
  return `${what}; a file belongs to one source unless their \`where\` or \`lines\` differ: remove it from the other, or use \`exclude\``;
}

function texts(value: unknown): string[] {
  return list(value).filter((item) => typeof item === "string");
}
