import type { PathRef, Step } from "../decode/options.ts";
import { quoted } from "./messages.ts";

/** A path into the event: leading keys, and the steps after them. */
export type EventPath = Pick<PathRef, "path" | "steps">;

const keyPattern = /"((?:[^"\\]|\\["\\])+)"|([^".[][^.[]*)/uy;
const bracketPattern = /\[(?:(\d{1,9})|("(?:[^"\\]|\\["\\])+"|[^"\]=]+)=("(?:[^"\\]|\\["\\])*"|[^"\]]*))?\]/uy;

/** Parses a path like `outputs[name=class_id].data[]` or `meta."dotted.key"`; undefined when it is invalid. */
export function parsePath(text: string): EventPath | undefined {
  const path: string[] = [];
  const steps: Step[] = [];
  let keys = path;
  let at = 0;
  for (let isFirst = true; ; isFirst = false) {
    if (!isFirst || !text.startsWith("[")) {
      const match = matchAt(keyPattern, text, at);
      if (match === undefined) return undefined;
      if (keys.length === 0 && keys !== path) steps.push({ kind: "keys", keys });
      keys.push(match[1] === undefined ? (match[2] ?? "") : unquoted(match[1]));
      at += match[0].length;
    }
    while (text[at] === "[") {
      const match = matchAt(bracketPattern, text, at);
      if (match === undefined) return undefined;
      steps.push(bracketStep(match));
      keys = [];
      at += match[0].length;
    }
    if (at === text.length) return steps.length === 0 ? { path } : { path, steps };
    if (text[at++] !== ".") return undefined;
  }
}

/** Message for an invalid path. */
export function pathMessage(path: string): string {
  const brackets = path.includes("[")
    ? "; brackets are [], [0] or [key=value], and keys that hold others are quoted"
    : "";
  const quotes = path.includes('"') ? '; quote keys with dots, like meta."dotted.key"' : "";
  return `expected a path like "meta.region", got ${quoted(path)}${brackets || quotes}`;
}

function bracketStep([, index, key, value = ""]: RegExpExecArray): Step {
  if (index !== undefined) return { kind: "index", index: Number(index) };
  return key === undefined ? { kind: "each" } : { kind: "having", key: bare(key), value: bare(value) };
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text) ?? undefined;
}

function bare(text: string): string {
  return text.startsWith('"') ? unquoted(text.slice(1, -1)) : text;
}

function unquoted(text: string): string {
  return text.replace(/\\(.)/gu, "$1");
}
