import { distance } from "fastest-levenshtein";
import { quoted } from "./messages.ts";

/** The one of `names` that `word` was probably meant to be; undefined when none is near. */
export function nearest(word: string, names: Iterable<string>): string | undefined {
  let best: string | undefined;
  let least = Infinity;
  for (const name of names) {
    const d = distance(plain(word), plain(name));
    // Two letters in five may differ: "modle" is "model", but "a" is not "b".
    if (d < least && d <= 0.4 * Math.max(plain(word).length, plain(name).length)) [best, least] = [name, d];
  }
  return best;
}

/**
 * What follows a message about an unknown word: the name that was meant, or else those there are. `write` is how a name
 * is written in a config.
 */
export function instead(
  word: string,
  names: Iterable<string>,
  plural: string,
  write: (name: string) => string = quoted,
): string {
  const all = [...names];
  const near = nearest(word, all);
  if (near !== undefined) return `; did you mean ${write(near)}?`;
  if (all.length === 0) return `; there are no ${plural}`;
  const shown = all.slice(0, 12).map(write).join(", ");
  return `; the ${plural} are ${shown}${all.length > 12 ? ", ..." : ""}`;
}

/** `api_url_file` and `apiUrlFile` are the same slip. */
function plain(word: string): string {
  return word.toLowerCase().replaceAll(/[_-]/gu, "");
}
