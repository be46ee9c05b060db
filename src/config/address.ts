import { isIPv6 } from "node:net";

/** Whether a text is `HOST:PORT`, an IPv6 address in brackets. */
export function isAddress(text: string): boolean {
  const port = /^(?:\[[0-9a-fA-F:.]+(?:%[\w.~-]+)?\]|[^\s:/@[\]]+):(\d{1,5})$/u.exec(text)?.[1];
  return port !== undefined && Number(port) < 65_536;
}

/**
 * Guesses the address that was meant by one that cannot be taken: `[::1]:9090` by `::1:9090` and by
 * `http://[::1]:9090/`. A port is added where `defaultPort` is known. Undefined when there is no telling.
 */
export function addressMeant(text: string, defaultPort?: number): string | undefined {
  const bare = text
    .trim()
    .replace(/^https?:\/\//u, "")
    .replace(/\/.*$/u, "");
  const [, head = "", port = ""] = /^(.+):(\d+)$/u.exec(bare) ?? [];
  const guesses = [isIPv6(head) ? `[${head}]:${port}` : bare];
  if (defaultPort !== undefined) guesses.push(isIPv6(bare) ? `[${bare}]:${defaultPort}` : `${bare}:${defaultPort}`);
  return guesses.find((guess) => isAddress(guess));
}
