import picomatch from "picomatch";
import { isDynamicPattern } from "tinyglobby";

const options = { dot: true, posix: true } as const;

/** Makes a test of absolute paths: does one of these globs match? A path that is spelt as its glob matches as well. */
export function matcherOf(globs: readonly string[]): (path: string) => boolean {
  const spelt = new Set(globs);
  const patterns = globs.map(patternOf);
  return (path) => spelt.has(path) || patterns.some((pattern) => pattern.test(path));
}

/** Makes a test of absolute paths of directories: may one of these globs match something below? */
export function reachOf(globs: readonly string[]): (dir: string) => boolean {
  const all = globs.map((glob) => segmentsOf(glob).map(segmentOf));
  return (dir) => {
    const names = dir.split("/").slice(1);
    return all.some((segments) => leadsOn(segments, names));
  };
}

/** Returns the directory that a path is in; of a glob, the part before its first wildcard. */
export function baseOf(path: string): string {
  const folders = segmentsOf(path).slice(0, -1);
  const wild = folders.findIndex((folder) => isDynamicPattern(folder));
  const base = `/${folders.slice(0, wild < 0 ? undefined : wild).join("/")}`;
  return base.replaceAll(/\\([!()*+?@[\\\]{|}])/gu, "$1");
}

/** A part of a glob between slashes; undefined when it may stand for several. */
type Segment = RegExp | undefined;

function leadsOn(segments: readonly Segment[], names: readonly string[]): boolean {
  for (const [index, segment] of segments.entries()) {
    if (segment === undefined) return true;
    const name = names[index];
    if (name === undefined) return true;
    if (!segment.test(name)) return false;
  }
  return false;
}

function segmentOf(text: string): Segment {
  return text === "**" || text.includes("/") ? undefined : patternOf(text);
}

/** Splits a glob at the slashes that are outside of braces and parentheses; what is before the first one is left out. */
function segmentsOf(glob: string): string[] {
  const segments: string[] = [];
  let segment = "";
  let depth = 0;
  for (const token of glob.match(/\\.|\[[^\]]*\]|./gsu) ?? []) {
    if (token === "{" || token === "(") depth++;
    if (token === "}" || token === ")") depth--;
    if (token === "/" && depth <= 0) {
      segments.push(segment);
      segment = "";
    } else segment += token;
  }
  // What is not closed stands for itself.
  return depth > 0 ? glob.split("/").slice(1) : [...segments, segment].slice(1);
}

function patternOf(glob: string): RegExp {
  const { source, flags } = picomatch.makeRe(glob, options);
  return new RegExp(withoutBacktracking(source), flags);
}

/** What picomatch writes for `*`. */
const star = "[^/]*?";
/** A star and the characters up to the next one: literals, any one character, classes. */
const starThen = new RegExp(
  String.raw`\[\^\/\]\*\?((?:\\[^\/\w]|\[[^\]]+\](?![*+?{])|[^()[\]{}|\\*+?^$.\/])+)(?=\[\^\/\]\*\?)`,
  "gu",
);

/**
 * Makes each star that another one follows match the least it can, once and for all: the next one takes up what it leaves.
 * Whoever names a file could otherwise make `*-*-*-*` try every way to distribute its hyphens.
 */
function withoutBacktracking(source: string): string {
  let count = 0;
  return source.replaceAll(starThen, (_, then: string) => {
    const name = `star${count++}`;
    return `(?=(?<${name}>${star}${then}))\\k<${name}>`;
  });
}
