import { isIPv6 } from "node:net";

/** Tells whether a text is `HOST:PORT`, with IPv6 addresses in brackets. */
export function isAddress(text: string): boolean {
  const port = /^(?:\[[0-9a-fA-F:.]+(?:%[\w.~-]+)?\]|[^\s:/@[\]]+):(\d{1,5})$/u.exec(text)?.[1];
  return port !== undefined && Number(port) < 65_536;
}

/**
 * Suggests a valid address for an invalid one: `[::1]:9090` for `::1:9090` and `http://[::1]:9090/`. Adds `defaultPort`
 * if given. Undefined without a suggestion.
 */
export function suggestAddress(text: string, defaultPort?: number): string | undefined {
  const bare = text
    .trim()
    .replace(/^https?:\/\//u, "")
    .replace(/\/.*$/u, "");
  const [, head = "", port = ""] = /^(.+):(\d+)$/u.exec(bare) ?? [];
  const guesses = [isIPv6(head) ? `[${head}]:${port}` : bare];
  if (defaultPort !== undefined) guesses.push(isIPv6(bare) ? `[${bare}]:${defaultPort}` : `${bare}:${defaultPort}`);
  return guesses.find((guess) => isAddress(guess));
}
