import * as z from "zod";
import { expected, quoted } from "./messages.ts";
import { nearest } from "./nearest.ts";

/** Schema of an IANA time zone in the database's spelling, or one of the `other` words; the example is for messages. */
export function timeZone(example: string, other: readonly string[] = []) {
  const what = `a time zone like ${[example, ...other].map(quoted).join(" or ")}`;
  return z.string({ error: expected(what) }).refine((name) => other.includes(name) || zoneNamed(name) === name, {
    error: ({ input }) => {
      const near = typeof input === "string" ? zoneNamed(input) : undefined;
      const text = expected(what)({ input });
      return near === undefined ? text : `${text}; did you mean ${quoted(near)}?`;
    },
  });
}

/** Finds a time zone by name, in the database's spelling; undefined for an unknown name. Aliases are unchanged. */
function zoneNamed(name: string): string | undefined {
  if (!/^[A-Za-z]/u.test(name)) return undefined;
  try {
    const zone = new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone;
    return zone.toLowerCase() === name.toLowerCase() ? zone : name;
  } catch {
    const all = Intl.supportedValuesOf("timeZone");
    return nearest(name, all);
  }
}
