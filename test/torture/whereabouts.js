import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";

/**
 * Which numbers are in which file of a directory, and which of them are in some cells: what to look at when lines are lost
 * or counted twice.
 *
 * @param {string} dir
 * @param {Readonly<Record<string, ReadonlySet<string>>>} cells by what is wrong with them, as `Outcomes.cells` has them
 * @returns {string[]} a line per file, oldest first
 */
export function whereabouts(dir, cells) {
  return readdirSync(dir)
    .map((name) => ({ name, stat: statSync(join(dir, name)) }))
    .sort((a, b) => a.stat.mtimeMs - b.stat.mtimeMs)
    .map(({ name, stat }) => {
      const bytes = readFileSync(join(dir, name));
      const lines = (name.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString().split("\n");
      const found = lines.flatMap((line) => {
        const match = /"number":(\d+),"label":"(\w+)","prediction":"(\w+)"/u.exec(line);
        return match === null ? [] : [{ number: match[1] ?? "", cell: `${match[2] ?? ""} ${match[3] ?? ""}` }];
      });
      const wrong = Object.entries(cells).flatMap(([what, those]) => {
        const numbers = found.filter(({ cell }) => those.has(cell));
        return numbers.length === 0 ? [] : [`, ${what} ${span(numbers)}`];
      });
      return `  ${name} (inode ${stat.ino}): ${span(found)}${wrong.join("")}`;
    });
}

/** @param {readonly { number: string }[]} numbers */
function span(numbers) {
  if (numbers.length === 0) return "nothing";
  return `${numbers.at(0)?.number ?? ""} to ${numbers.at(-1)?.number ?? ""} (${numbers.length})`;
}
