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
const ruleShape = {
  alert: text("the alert's name").optional().describe("The name of the alert; either this or `record`."),
  record: text("the series that is recorded")
    .regex(/^[A-Za-z_:][\w:]*$/u, { error: expected('the name of a series, like "job:requests:rate5m"') })
    .optional()
    .describe("The name of the series that is recorded."),
  expr: text("an expression of PromQL").describe("An expression of PromQL."),
  for: durationWord(0).optional().describe("How long the expression must hold before the alert fires."),
  keep_firing_for: durationWord(0)
    .optional()
    .describe("How long the alert fires on after the expression no longer holds. Needs Prometheus 2.42."),
  labels: texts("an object of labels", ["alertname"])
    .optional()
    .describe("Labels that are added; values are templates, as in a rule file."),
  annotations: texts("an object of annotations", []).optional().describe("Annotations; values are templates."),
};

const rule: z.ZodType<Rule> = object(ruleShape, { name: "RuleInput" })
  .refine(({ alert, record }) => (alert === undefined) !== (record === undefined), {
    error: "expected either `alert` or `record`",
  })
  .refine(
    ({ record, for: wait, keep_firing_for: keep, annotations }) =>
      record === undefined || (wait === undefined && keep === undefined && annotations === undefined),
    { error: "a recording rule has no `for`, no `keep_firing_for` and no `annotations`" },
  );

/** The keys of a group of rules, as Prometheus spells them. */
const ruleGroupShape = {
  name: text("the group's name").describe("The name of the group, unique among all groups."),
  interval: durationWord(1).optional().describe("How often the group is evaluated; without it, as Prometheus is told."),
  query_offset: durationWord(0).optional().describe("How far back the rules look. Needs Prometheus 2.53."),
  limit: whole(0, 1_000_000_000).optional().describe("How many alerts or series a rule may make; 0 is no limit."),
  labels: texts("an object of labels", ["alertname"])
    .optional()
    .describe("Labels of every rule of the group. Needs Prometheus 3.0."),
  rules: z
    .array(rule, { error: expected("a list of rules") })
    .describe("The rules, in the order in which they are evaluated."),
};

/** A group of rules, as a rule file has it. */
export const ruleGroup: z.ZodType<RuleGroup> = object(ruleGroupShape, {
  name: "RuleGroupInput",
  what: "a group of rules like { name, rules: [...] }",
});
