import { lstatSync, readFileSync, readlinkSync, statSync } from "node:fs";
import { errorCode, errorMessage, Problem } from "../../problem.ts";
import { isGenerated } from "./header.ts";

/** What is at a path where a generated file goes. */
export interface Occupant {
  /** Its text; undefined when it is no file and leads to none. */
  readonly text: string | undefined;
  /** Whether it is a file that we wrote, by what it says at its head. */
  readonly isOurs: boolean;
  /** What it is, in words; empty for a file. */
  readonly kind: string;
  /** Whether it is a folder, of which a file never takes the place. */
  readonly isFolder: boolean;
}

/** Looks at what is at a path; undefined when there is nothing. Throws a Problem when it cannot be read. */
export function occupantOf(path: string): Occupant | undefined {
  try {
    const own = lstatSync(path, { throwIfNoEntry: false });
    if (own === undefined) return undefined;
    // What a link leads to is read, but neither written nor replaced: the link itself is the user's.
    const isFile =
      own.isFile() || (own.isSymbolicLink() && statSync(path, { throwIfNoEntry: false })?.isFile() === true);
    const text = isFile ? readFileSync(path, "utf8") : undefined;
    return {
      text,
      isOurs: own.isFile() && text !== undefined && isGenerated(path, text),
      kind: own.isFile()
        ? ""
        : own.isDirectory()
          ? "a folder"
          : own.isSymbolicLink()
            ? linkText(path)
            : "no regular file",
      isFolder: own.isDirectory(),
    };
  } catch (error) {
    // A file stands where its folder would be: whoever makes the folder says so.
    if (errorCode(error) === "ENOTDIR") return undefined;
    throw new Problem(`Cannot read ${path}`, { details: [errorMessage(error)], cause: error });
  }
}

/** How a message names what is at a path and not ours. */
export function foreignText(path: string, { kind }: Occupant): string {
  return kind === "" ? path : `${path} (${kind})`;
}

function linkText(path: string): string {
  return `a link to ${readlinkSync(path)}`;
}
