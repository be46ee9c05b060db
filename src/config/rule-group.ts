import { z } from "zod";
import type { Rule, RuleGroup } from "./config.ts";
import { duration } from "./duration.ts";
import { text, whole } from "./scalars.ts";
import { namedMap, object } from "./strict-object.ts";
import { expected } from "./messages.ts";

const labelName = /^(?!__)[A-Za-z_]\w*$/u;

/** A duration, kept as the word that it is. */
function durationWord(leastMs: 0 | 1) {
  return duration(leastMs).transform(({ word }) => word);
}

/** Names of labels or annotations, and their texts. */
function texts(what: string, refused: readonly string[]) {
  return namedMap(
    () => z.string({ error: expected("a text") }),
    what,
    (name) =>
      labelName.test(name) && !refused.includes(name)
        ? undefined
        : "is no name that a rule may give to one of its labels",
  ).transform((map): Readonly<Record<string, string>> => Object.fromEntries(map));
}

/** The keys of a rule, as Prometheus spells them. */
export const ruleShape = {
  alert: text("the alert's name").optional(),
  record: text("the series that is recorded")
    .regex(/^[A-Za-z_:][\w:]*$/u, { error: expected('the name of a series, like "job:requests:rate5m"') })
    .optional(),
  expr: text("an expression of PromQL"),
  for: durationWord(0).optional(),
  keep_firing_for: durationWord(0).optional(),
  labels: texts("an object of labels", ["alertname"]).optional(),
  annotations: texts("an object of annotations", []).optional(),
};

const rule: z.ZodType<Rule> = object(ruleShape)
  .refine(({ alert, record }) => (alert === undefined) !== (record === undefined), {
    error: "expected either `alert` or `record`",
  })
  .refine(
    ({ record, for: wait, keep_firing_for: keep, annotations }) =>
      record === undefined || (wait === undefined && keep === undefined && annotations === undefined),
    { error: "a recording rule has no `for`, no `keep_firing_for` and no `annotations`" },
  );

/** The keys of a group of rules, as Prometheus spells them. */
export const ruleGroupShape = {
  name: text("the group's name"),
  interval: durationWord(1).optional(),
  query_offset: durationWord(0).optional(),
  limit: whole(0, 1_000_000_000).optional(),
  labels: texts("an object of labels", ["alertname"]).optional(),
  rules: z.array(rule, { error: expected("a list of rules") }),
};

/** A group of rules, as a rule file has it. */
export const ruleGroup: z.ZodType<RuleGroup> = object(ruleGroupShape, {
  what: "a group of rules like { name, rules: [...] }",
});
