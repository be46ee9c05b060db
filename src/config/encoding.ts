import * as z from "zod";
import { expected, quoted } from "./messages.ts";
import { nearest } from "./nearest.ts";
import { refuse } from "./strict-object.ts";

/** Common labels, to find the one that was meant. */
const common = [
  ...["utf-8", "latin1", "ascii", "macintosh", "koi8-r", "koi8-u", "ibm866"],
  ...[2, 3, 4, 5, 6, 7, 8, 10, 13, 14, 15, 16].map((part) => `iso-8859-${part}`),
  ...[874, 1250, 1251, 1252, 1253, 1254, 1255, 1256, 1257, 1258].map((page) => `windows-${page}`),
  ...["gbk", "gb2312", "gb18030", "big5", "shift_jis", "euc-jp", "iso-2022-jp", "euc-kr"],
];

const what = expected('the name of an encoding like "latin1", "gbk" or "shift_jis"');

/** Schema of an encoding whose line end is that of ASCII, as its label; undefined for UTF-8. */
export const encoding = z.string({ error: what }).transform((label, ctx): string | undefined => {
  const name = nameOf(label);
  if (name === undefined) {
    const near = nearest(label, common);
    return refuse(ctx, what({ input: label }) + (near === undefined ? "" : `; did you mean ${quoted(near)}?`));
  }
  if (name.startsWith("utf-16")) {
    return refuse(ctx, `${quoted(label)} is UTF-16, whose lines do not end with the byte 0x0a; write the log in UTF-8`);
  }
  return name === "utf-8" ? undefined : label;
});

/** The name of a label of `TextDecoder`; undefined for an unknown one. */
function nameOf(label: string): string | undefined {
  try {
    return new TextDecoder(label, { fatal: true }).encoding;
  } catch {
    return undefined;
  }
}
