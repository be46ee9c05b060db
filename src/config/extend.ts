import { z } from "zod";
import type { ChangeRules, Receiver } from "./config.ts";
import { extraRoutes } from "./extra-routes.ts";
import { ruleGroup } from "./rule-group.ts";
import { rawSecrets } from "./raw-secrets.ts";
import { isObject, namedMap, object, refuse } from "./strict-object.ts";
import { expected } from "./messages.ts";

const extraGroup = ruleGroup.refine(({ rules }) => rules.length > 0, {
  error: "expected at least one rule",
  path: ["rules"],
});

/** A receiver in Alertmanager's own words: lists of integrations, by the name of the list. */
const extraReceiver = z.unknown().transform((value, ctx): Receiver["integrations"] => {
  if (!isObject(value)) return refuse(ctx, expected("an object like { sns_configs: [...] }")({ input: value }));
  const integrations: Receiver["integrations"][number][] = [];
  for (const [list, items] of Object.entries(value)) {
    if (!/^[a-z0-9]+_configs$/u.test(list)) {
      refuse(ctx, `unknown key; expected one of Alertmanager's lists, like "sns_configs"`, [list]);
    } else if (!Array.isArray(items) || !items.every(isObject)) {
      refuse(ctx, expected("a list of objects of Alertmanager's own keys")({ input: items }), [list]);
    } else {
      for (const [index, settings] of items.entries()) {
        for (const { path, text } of rawSecrets(list, settings)) refuse(ctx, text, [list, index, ...path]);
        integrations.push({ kind: "extend", list, settings });
      }
    }
  }
  return integrations;
});

const changeRules = z.custom<ChangeRules>((value) => typeof value === "function", {
  error: expected("a function from a group to a group, which only a .ts or .js config can have"),
});

/** The keys of `extend`. */
export const extendShape = {
  ruleGroups: z.array(extraGroup, { error: expected("a list of groups of rules") }).default([]),
  routes: extraRoutes.default([]),
  receivers: namedMap(() => extraReceiver, "an object of receivers").prefault({}),
  changeRules: changeRules.optional(),
};

/** What the user adds to the generated files, or changes in them. */
export const extend = object(extendShape);
