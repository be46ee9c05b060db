import { joinKeys, placements, type JoinOptions } from "../join/options.ts";
import { duration } from "./duration.ts";
import * as z from "zod";
import { className, integer, oneOf } from "./scalars.ts";
import { object } from "./strict-object.ts";
import { expected } from "./messages.ts";

const keysWhat = expected('["id"] or ["model", "id"]');

const within = duration(1).describe("How long after its prediction a label may be, by their own times.");
const early = duration(0).describe("How long before its prediction a label may be.");
const absent = className
  .optional()
  .describe("The class of predictions without a label after `within`; by default they are not counted.");

const maturity = duration(1)
  .optional()
  .describe(
    "The age at which a prediction is due to have its label: shares of labelled predictions are of those so old.",
  );

/** Schema of `join`. */
export const join = object(
  {
    by: z
      .array(oneOf(joinKeys), { error: keysWhat })
      .refine((keys) => keys.includes("id") && new Set(keys).size === keys.length, { error: keysWhat })
      .prefault(["id"])
      .describe(
        'What a prediction and its label have in common: `["id"]`, or `["model", "id"]` where models share ids.',
      ),
    within: within.prefault("24h"),
    early: early.prefault("1h"),
    placeAt: oneOf(placements)
      .default("label")
      .describe("Where an outcome counts: at the later of its two times, or at that of its prediction."),
    maxIds: integer(16, 100_000_000)
      .default(1_000_000)
      .describe("Maximum number of remembered ids, 18 bytes each; past it joined ones are forgotten, then the oldest."),
    absent,
    maturity,
  },
  { name: "JoinInput" },
);

/** Schema of `join` of a model. */
export const modelJoin = object(
  { within: within.optional(), early: early.optional(), absent, maturity },
  { name: "ModelJoinInput" },
);

/** A join with valid keys. */
type CheckedJoin = z.output<typeof join>;

/** Makes the options of the join; models without settings of their own have those of all. */
export function resolveJoin(
  checked: CheckedJoin,
  models: ReadonlyMap<string, { readonly join?: z.output<typeof modelJoin> | undefined }>,
): JoinOptions {
  const matches = [["*", undefined] as const, ...[...models].map(([name, model]) => [name, model.join] as const)];
  return {
    byModel: checked.by.includes("model"),
    placeAt: checked.placeAt,
    maxIds: checked.maxIds,
    models: new Map(
      matches.map(([name, own]) => [
        name,
        {
          withinMs: (own?.within ?? checked.within).ms,
          earlyMs: (own?.early ?? checked.early).ms,
          absent: own?.absent ?? checked.absent,
          maturityMs: (own?.maturity ?? checked.maturity)?.ms,
        },
      ]),
    ),
  };
}
