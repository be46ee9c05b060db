import * as z from "zod";
import type { ChangeRules, Receiver } from "./config.ts";
import { extraRoutes } from "./extra-routes.ts";
import { codeOnly, readAs } from "./input-form.ts";
import { ruleGroup } from "./rule-group.ts";
import { inlineSecrets } from "./inline-secrets.ts";
import { isRecord } from "../serializable.ts";
import { namedMap, object, refuse } from "./strict-object.ts";
import { expected } from "./messages.ts";

const extraGroup = ruleGroup.refine(({ rules }) => rules.length > 0, {
  error: "expected at least one rule",
  path: ["rules"],
});

const extraReceiverForm = {
  name: "RawReceiverInput",
  schema: () => z.record(z.string().regex(/_configs$/u), z.array(z.record(z.string(), z.unknown()))),
};

/** Schema of a receiver in Alertmanager's syntax: lists of integrations. */
const extraReceiver = readAs(extraReceiverForm, (value, ctx): Receiver["integrations"] => {
  if (!isRecord(value)) return refuse(ctx, expected("an object like { sns_configs: [...] }")({ input: value }));
  const integrations: Receiver["integrations"][number][] = [];
  for (const [list, items] of Object.entries(value)) {
    if (!/^[a-z0-9]+_configs$/u.test(list)) {
      refuse(ctx, `unknown key; expected one of Alertmanager's lists, like "sns_configs"`, [list]);
    } else if (!Array.isArray(items) || !items.every(isRecord)) {
      refuse(ctx, expected("a list of objects of Alertmanager's own keys")({ input: items }), [list]);
    } else {
      for (const [index, settings] of items.entries()) {
        for (const { path, text } of inlineSecrets(list, settings)) refuse(ctx, text, [list, index, ...path]);
        integrations.push({ kind: "extend", list, settings });
      }
    }
  }
  return integrations;
});

const changeRules = codeOnly(
  z.custom<ChangeRules>((value) => typeof value === "function", {
    error: expected("a function from a group to a group, which only a .ts or .js config can have"),
  }),
);

/** The keys of `extend`. */
export const extendShape = {
  ruleGroups: z
    .array(extraGroup, { error: expected("a list of groups of rules") })
    .prefault([])
    .describe("Additional rule groups, written to `prometheus/rules/extra-rules.yml`."),
  routes: extraRoutes.prefault([]).describe("Additional routes, placed before the generated ones."),
  receivers: namedMap(() => extraReceiver, "an object of receivers")
    .prefault({})
    .describe("Additional receivers by name, in Alertmanager's syntax."),
  changeRules: changeRules
    .optional()
    .describe("Maps each generated rule group to the one to write; must be deterministic."),
};

/** Schema of `extend`. */
export const extend = object(extendShape, { name: "ExtendKeys" });
