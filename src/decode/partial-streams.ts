import type { Plain } from "../plain.ts";
import { PartialLine } from "./partial-lines.ts";

/** The unfinished lines of a container's two streams, whose pieces come mixed in one file. */
export class PartialStreams {
  readonly stdout: PartialLine;
  readonly stderr: PartialLine;

  /** `saved` is what `save` of an earlier one gave. */
  constructor(maxBytes: number, saved: Plain | undefined) {
    this.stdout = new PartialLine(maxBytes, savedPart(saved, "stdout"));
    this.stderr = new PartialLine(maxBytes, savedPart(saved, "stderr"));
  }

  clear(): void {
    this.stdout.clear();
    this.stderr.clear();
  }

  save(): Plain | undefined {
    const stdout = this.stdout.save();
    const stderr = this.stderr.save();
    if (stdout === undefined && stderr === undefined) return undefined;
    return { ...(stdout !== undefined && { stdout }), ...(stderr !== undefined && { stderr }) };
  }
}

/** The part of a saved object under a key; undefined when it is not there. */
export function savedPart(saved: Plain | undefined, key: string): Plain | undefined {
  if (typeof saved !== "object" || saved === null || !Object.hasOwn(saved, key)) return undefined;
  return Object.entries(saved).find(([name]) => name === key)?.[1];
}
