import * as z from "zod";
import type { Wrapper } from "../decode/options.ts";
import { parsePath, pathMessage } from "./event-path.ts";
import { readAs } from "./input-form.ts";
import { expected, expectedOneOf } from "./messages.ts";
import { nearest } from "./nearest.ts";
import { text } from "./scalars.ts";
import { isRecord } from "../serializable.ts";
import { delegate, object, refuse } from "./strict-object.ts";

const wrappers = ["none", "cri", "docker", "auto"] as const;

const carrier = object({
  path: text("a path").describe("The field of a JSON object that holds the program's own line, or is it."),
});
const wrapperForm = { name: "WrapperInput", schema: () => z.union([z.enum(wrappers), carrier]) };

/** Schema of `wrapper`. */
export const wrapper = readAs(wrapperForm, (value, ctx): Wrapper => {
  const name = wrappers.find((known) => known === value);
  if (name !== undefined) return name;
  if (isRecord(value)) {
    const checked = delegate(carrier, value, ctx);
    if (checked === undefined) return z.NEVER;
    const parsed = parsePath(checked.path);
    if (parsed === undefined) return refuse(ctx, pathMessage(checked.path), ["path"]);
    if (parsed.steps === undefined) return { path: parsed.path };
    return refuse(ctx, "expected the keys of one field, without brackets", ["path"]);
  }
  const message =
    typeof value === "string"
      ? expectedOneOf(wrappers, (word) => nearest(word, wrappers))
      : expected('"none", "cri", "docker", "auto" or { path }');
  return refuse(ctx, message({ input: value }));
});
