import { lstatSync, readFileSync, readlinkSync, statSync } from "node:fs";
import { errorCode, errorMessage, Problem } from "../../problem.ts";
import { isGenerated } from "./header.ts";

/** File, folder or link at the path of a generated file. */
export interface Occupant {
  /** Text of the file, or of the file that a link leads to; undefined for anything else. */
  readonly text: string | undefined;
  /** True for a file whose header says that `generate` wrote it. */
  readonly isOurs: boolean;
  /** Kind in words; empty for a file. */
  readonly kind: string;
  /** True for a folder, which is never replaced. */
  readonly isFolder: boolean;
}

/** Finds the occupant of a path; undefined where there is none. Throws a Problem when it cannot be read. */
export function occupantOf(path: string): Occupant | undefined {
  try {
    const own = lstatSync(path, { throwIfNoEntry: false });
    if (own === undefined) return undefined;
    // A link is the user's: the file that it leads to is read, but never written.
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
    // A file is in the place of the folder: making the folder will fail and say so.
    if (errorCode(error) === "ENOTDIR") return undefined;
    throw new Problem(`Cannot read ${path}`, { details: [errorMessage(error)], cause: error });
  }
}

/** Names the occupant of a path in a message. */
export function foreignText(path: string, { kind }: Occupant): string {
  return kind === "" ? path : `${path} (${kind})`;
}

function linkText(path: string): string {
  return `a link to ${readlinkSync(path)}`;
}
