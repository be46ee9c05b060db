import { distance } from "fastest-levenshtein";

/** The one of `names` that `word` was probably meant to be; undefined when none is near. */
export function nearest(word: string, names: Iterable<string>): string | undefined {
  let best: string | undefined;
  let bestDistance = Infinity;
  for (const name of names) {
    const d = distance(plain(word), plain(name));
    if (d < bestDistance) [best, bestDistance] = [name, d];
  }
  return best !== undefined && bestDistance <= Math.max(1, Math.floor(plain(best).length / 3)) ? best : undefined;
}

/** What follows a message about an unknown word: the name that was meant, or else those there are. */
export function instead(word: string, names: Iterable<string>, plural: string): string {
  const all = [...names];
  const near = nearest(word, all);
  if (near !== undefined) return `; did you mean ${JSON.stringify(near)}?`;
  if (all.length === 0) return `; there are no ${plural}`;
  const shown = all.slice(0, 12).map((name) => JSON.stringify(name));
  return `; the ${plural} are ${shown.join(", ")}${all.length > shown.length ? ", ..." : ""}`;
}

/** `api_url_file` and `apiUrlFile` are the same slip. */
function plain(word: string): string {
  return word.toLowerCase().replaceAll(/[_-]/gu, "");
}
