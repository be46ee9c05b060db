import { z } from "zod";
import type { ExtraRoute, RouteMatcher } from "./config.ts";
import { duration } from "./duration.ts";
import { listOf, text } from "./scalars.ts";
import { object, refuse } from "./strict-object.ts";
import { expected } from "./messages.ts";

const matcherForm = 'a matcher like severity="critical" or model=~"fraud|churn"';
const written =
  /^\s*(?<label>[A-Za-z_]\w*)\s*(?<op>=~|!=|!~|=)\s*(?:"(?<quoted>(?:\\["\\n]|[^"\\])*)"|(?<bare>[^\s"{},\\]*))\s*$/u;

/** A matcher in Alertmanager's words, taken apart. */
const routeMatcher = text(matcherForm).transform((value, ctx): RouteMatcher => {
  const found = written.exec(value)?.groups;
  const op = found?.["op"];
  if (found === undefined || (op !== "=" && op !== "!=" && op !== "=~" && op !== "!~")) {
    return refuse(ctx, expected(matcherForm)({ input: value }));
  }
  const inQuotes = found["quoted"]?.replace(/\\(.)/gu, (_escape, char: string) => (char === "n" ? "\n" : char));
  const { label = "", bare = "" } = found;
  return { label, op, value: inQuotes ?? bare };
});

/** A duration, kept as the word that it is. */
function durationWord(leastMs: 0 | 1) {
  return duration(leastMs)
    .transform(({ word }) => word)
    .optional();
}

const names = (item: string) => listOf(text(`the name of a ${item}`), `a list of ${item}s`, item).optional();

/** The keys of a route, as Alertmanager spells them. */
export const extraRouteShape = {
  matchers: z
    .array(routeMatcher, { error: expected("a list of matchers") })
    .prefault([])
    .describe('What a label must be: `severity="critical"`, `model=~"fraud|churn"`.'),
  receiver: text("the name of a receiver").optional().describe("Who is told; without it, as the route above."),
  continue: z
    .boolean({ error: expected("true or false") })
    .default(false)
    .describe("Whether the search goes on after this route."),
  group_by: z
    .array(text("the name of a label"), { error: expected("a list of labels") })
    .optional()
    .describe("The labels by which alerts are put into one message."),
  group_wait: durationWord(0).describe("As `alerting.groupWait`, for this route."),
  group_interval: durationWord(1).describe("As `alerting.groupInterval`, for this route."),
  repeat_interval: durationWord(1).describe("As `alerting.repeatInterval`, for this route."),
  mute_time_intervals: names("time interval").describe("Nobody is told while one of these is on."),
  active_time_intervals: names("time interval").describe("Nobody is told but while one of these is on."),
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
        .describe("Routes below this one."),
    },
    { refused: older, name: "RouteKeys" },
  ),
);

/** Routes of the user's own, as Alertmanager has them. */
export const extraRoutes = z.array(route, { error: expected("a list of routes") });
