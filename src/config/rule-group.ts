import * as z from "zod";
import type { Rule, RuleGroup } from "./config.ts";
import { duration } from "./duration.ts";
import { text, integer } from "./scalars.ts";
import { namedMap, object } from "./strict-object.ts";
import { expected } from "./messages.ts";

const labelName = /^(?!__)[A-Za-z_]\w*$/u;

/** Schema of a duration, kept as text. */
function durationWord(leastMs: 0 | 1) {
  return duration(leastMs).transform(({ word }) => word);
}

/** Schema of labels or annotations. */
function texts(what: string, refused: readonly string[]) {
  return namedMap(
    () => z.string({ error: expected("a text") }),
    what,
    (name) =>
      labelName.test(name) && !refused.includes(name) ? undefined : "is not a valid name for a label of a rule",
  ).transform((map): Readonly<Record<string, string>> => Object.fromEntries(map));
}

/** The keys of a rule in Prometheus' spelling. */
const ruleShape = {
  alert: text("the alert's name").optional().describe("The name of the alert; either this or `record`."),
  record: text("the series that is recorded")
    .regex(/^[A-Za-z_:][\w:]*$/u, { error: expected('the name of a series, like "job:requests:rate5m"') })
    .optional()
    .describe("The name of the recorded series."),
  expr: text("an expression of PromQL").describe("A PromQL expression."),
  for: durationWord(0).optional().describe("How long the expression must hold before the alert fires."),
  keep_firing_for: durationWord(0)
    .optional()
    .describe("How long the alert keeps firing after the expression no longer holds. Needs Prometheus 2.42."),
  labels: texts("an object of labels", ["alertname"])
    .optional()
    .describe("Labels to add; values are templates, as in a rule file."),
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

/** The keys of a rule group in Prometheus' spelling. */
const ruleGroupShape = {
  name: text("the group's name").describe("The name of the group, unique among all groups."),
  interval: durationWord(1).optional().describe("Evaluation interval of the group; by default Prometheus' global one."),
  query_offset: durationWord(0)
    .optional()
    .describe("Offset of the evaluation time into the past. Needs Prometheus 2.53."),
  limit: integer(0, 1_000_000_000).optional().describe("Maximum number of alerts or series of a rule; 0 for no limit."),
  labels: texts("an object of labels", ["alertname"])
    .optional()
    .describe("Labels of every rule of the group. Needs Prometheus 3.0."),
  rules: z.array(rule, { error: expected("a list of rules") }).describe("The rules, in order of evaluation."),
};

/** Schema of a rule group. */
export const ruleGroup: z.ZodType<RuleGroup> = object(ruleGroupShape, {
  name: "RuleGroupInput",
  what: "a group of rules like { name, rules: [...] }",
});
