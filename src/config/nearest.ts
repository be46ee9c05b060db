import { distance } from "fastest-levenshtein";
import { quoted } from "./messages.ts";

/** Finds the name most similar to a misspelt word; undefined when none is similar. */
export function nearest(word: string, names: Iterable<string>): string | undefined {
  let best: string | undefined;
  let least = Infinity;
  for (const name of names) {
    const d = distance(plain(word), plain(name));
    // Up to 40 % edits: "modle" matches "model", but "a" does not match "b".
    if (d < least && d <= 0.4 * Math.max(plain(word).length, plain(name).length)) [best, least] = [name, d];
  }
  return best;
}

/**
 * Message suffix for an unknown word: the most similar name, or else a list of all names. `write` formats a name as in a
 * config.
 */
export function suggestion(
  word: string,
  names: Iterable<string>,
  plural: string,
  write: (name: string) => string = quoted,
): string {
  const all = [...names];
  const near = nearest(word, all);
  if (near !== undefined) return `; did you mean ${write(near)}?`;
  if (all.length === 0) return `; there are no ${plural}`;
  const shown = all.slice(0, 16).map(write).join(", ");
  return `; the ${plural} are ${shown}${all.length > 16 ? ", ..." : ""}`;
}

/** Normalizes spelling styles: `api_url_file` equals `apiUrlFile`. */
function plain(word: string): string {
  return word.toLowerCase().replaceAll(/[_-]/gu, "");
}
