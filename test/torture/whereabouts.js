import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";

/**
 * In which files of a directory the outcomes of some cells are, and where in them: what to look at when lines are lost.
 *
 * @param {string} dir
 * @param {ReadonlySet<string>} cells as `Outcomes.cells` has them
 * @returns {string[]} a line per file, oldest first
 */
export function whereabouts(dir, cells) {
  return readdirSync(dir)
    .map((name) => ({ name, stat: statSync(join(dir, name)) }))
    .sort((a, b) => a.stat.mtimeMs - b.stat.mtimeMs)
    .map(({ name, stat }) => {
      const bytes = readFileSync(join(dir, name));
      const lines = (name.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString().split("\n");
      const numbers = lines.flatMap((line) => {
        const match = /"number":(\d+),"label":"(\w+)","prediction":"(\w+)"/u.exec(line);
        return match === null ? [] : [{ number: match[1], isLost: cells.has(`${match[2] ?? ""} ${match[3] ?? ""}`) }];
      });
      const lost = numbers.filter(({ isLost }) => isLost);
      return `  ${name} (inode ${stat.ino}): ${span(numbers)}${lost.length === 0 ? "" : `, lost ${span(lost)}`}`;
    });
}

/** @param {readonly { number: string | undefined }[]} numbers */
function span(numbers) {
  if (numbers.length === 0) return "nothing";
  return `${numbers.at(0)?.number ?? ""} to ${numbers.at(-1)?.number ?? ""} (${numbers.length})`;
}
