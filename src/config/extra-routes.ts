import * as z from "zod";
import type { ExtraRoute, RouteMatcher } from "./config.ts";
import { duration } from "./duration.ts";
import { listOf, text } from "./scalars.ts";
import { object, refuse } from "./strict-object.ts";
import { expected } from "./messages.ts";

const matcherForm = 'a matcher like severity="critical" or model=~"fraud|churn"';
const matcherSyntax =
  /^\s*(?<label>[A-Za-z_]\w*)\s*(?<op>=~|!=|!~|=)\s*(?:"(?<quoted>(?:\\["\\n]|[^"\\])*)"|(?<bare>[^\s"{},\\]*))\s*$/u;

/** Schema of a matcher in Alertmanager's syntax, parsed. */
const routeMatcher = text(matcherForm).transform((value, ctx): RouteMatcher => {
  const found = matcherSyntax.exec(value)?.groups;
  const op = found?.["op"];
  if (found === undefined || (op !== "=" && op !== "!=" && op !== "=~" && op !== "!~")) {
    return refuse(ctx, expected(matcherForm)({ input: value }));
  }
  const inQuotes = found["quoted"]?.replace(/\\(.)/gu, (_escape, char: string) => (char === "n" ? "\n" : char));
  const { label = "", bare = "" } = found;
  return { label, op, value: inQuotes ?? bare };
});

/** Schema of a duration, kept as text. */
function durationWord(leastMs: 0 | 1) {
  return duration(leastMs)
    .transform(({ word }) => word)
    .optional();
}

const names = (item: string) => listOf(text(`the name of a ${item}`), `a list of ${item}s`, item).optional();

/** The keys of a route in Alertmanager's spelling. */
export const extraRouteShape = {
  matchers: z
    .array(routeMatcher, { error: expected("a list of matchers") })
    .prefault([])
    .describe('Conditions on labels: `severity="critical"`, `model=~"fraud|churn"`.'),
  receiver: text("the name of a receiver").optional().describe("Receiver; by default that of the parent route."),
  continue: z
    .boolean({ error: expected("true or false") })
    .default(false)
    .describe("Whether later routes are tried after a match."),
  group_by: z
    .array(text("the name of a label"), { error: expected("a list of labels") })
    .optional()
    .describe("Labels that group alerts into one notification."),
  group_wait: durationWord(0).describe("`alerting.groupWait` of this route."),
  group_interval: durationWord(1).describe("`alerting.groupInterval` of this route."),
  repeat_interval: durationWord(1).describe("`alerting.repeatInterval` of this route."),
  mute_time_intervals: names("time interval").describe("Time intervals without notifications."),
  active_time_intervals: names("time interval").describe("Time intervals outside of which there are no notifications."),
};

const older = {
  match: { text: "is Alertmanager's older form; write `matchers`", instead: "matchers" },
  match_re: { text: "is Alertmanager's older form; write `matchers`", instead: "matchers" },
};

const route: z.ZodType<ExtraRoute> = z.lazy(() =>
  object(
    {
      ...extraRouteShape,
      routes: z
        .array(route, { error: expected("a list of routes") })
        .prefault([])
        .describe("Child routes."),
    },
    { refused: older, name: "RouteKeys" },
  ),
);

/** Schema of user-defined routes in Alertmanager's syntax. */
export const extraRoutes = z.array(route, { error: expected("a list of routes") });
