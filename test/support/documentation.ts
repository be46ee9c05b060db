import { dirname, join } from "node:path";
import { filesUnder, readRepositoryFile } from "./repository.ts";

/** Pages of the documentation for users, as paths of the repository. */
export const documentationPages: readonly string[] = [
  "README.md",
  ...filesUnder("docs").filter((path) => path.endsWith(".md")),
];

/** The code blocks of a page in a language, in order. */
export function codeBlocks(page: string, language: string): readonly string[] {
  return [...readRepositoryFile(page).matchAll(/^```(\S+)\n(.*?)^```$/gmsu)]
    .filter(([, name]) => name === language)
    .map(([, , text = ""]) => text);
}

/** A link of a page to a file of the repository, or to a heading of it. */
export interface Link {
  readonly text: string;
  /** Path of the file, relative to the top folder. */
  readonly path: string;
  /** Heading that it leads to, as the end of an address; undefined for the whole file. */
  readonly anchor: string | undefined;
}

/** The links of a page that do not leave the repository. */
export function linksOf(page: string): readonly Link[] {
  return [...prose(page).matchAll(/\]\((?!https?:)([^)#\s]*)(?:#([^)\s]*))?\)/gu)].map(
    ([text, target = "", anchor]) => ({
      text,
      path: target === "" ? page : join(dirname(page), decodeURI(target)),
      anchor: anchor === undefined ? undefined : decodeURIComponent(anchor),
    }),
  );
}

/** The ends of addresses of a page's headings, as GitHub makes them; of headings that are alike the later ones are numbered. */
export function anchorsOf(page: string): ReadonlySet<string> {
  const anchors = new Set<string>();
  for (const [, heading = ""] of prose(page).matchAll(/^#{1,6} (.*)$/gmu)) {
    const slug = heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, "")
      .replaceAll(" ", "-");
    let anchor = slug;
    for (let number = 1; anchors.has(anchor); number += 1) anchor = `${slug}-${number}`;
    anchors.add(anchor);
  }
  return anchors;
}

/** The cells of the first table after a text, without its head. */
export function table(page: string, after: string): readonly (readonly string[])[] {
  const text = readRepositoryFile(page);
  const start = text.indexOf(after);
  if (start < 0) throw new Error(`${page} has no ${JSON.stringify(after)}`);
  const lines = text.slice(start).split("\n");
  const first = lines.findIndex((line) => line.startsWith("| ---"));
  const end = lines.findIndex((line, index) => index > first && !line.startsWith("|"));
  return lines.slice(first + 1, end).map((line) => line.split(/(?<!\\)\|/u).map((cell) => cell.trim()));
}

/** The words in code of a cell. */
export function codes(cell = ""): readonly string[] {
  return [...cell.matchAll(/`([^`]+)`/gu)].map(([, word = ""]) => word);
}

function prose(page: string): string {
  return readRepositoryFile(page).replaceAll(/^```.*?^```$/gmsu, "");
}
