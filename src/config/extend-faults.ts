import type { Fault } from "./fault.ts";
import { suggestion } from "./nearest.ts";
import { at, entries, keys, list } from "./unchecked.ts";
import { quoted } from "./messages.ts";

type Path = readonly PropertyKey[];

/** Names of all receivers of a config, including those in Alertmanager's syntax. */
export function receiverNames(raw: unknown): readonly string[] {
  return [...keys(at(raw, "receivers")), ...keys(at(raw, "extend", "receivers"))];
}

/** Finds faults of `extend` that involve other parts of the config or several parts of it. */
export function* extendFaults(raw: unknown): Generator<Fault> {
  const path = ["extend"];
  for (const name of keys(at(raw, "extend", "receivers"))) {
    if (keys(at(raw, "receivers")).includes(name)) {
      yield { path: [...path, "receivers", name], text: `${quoted(name)} is already the name of one of \`receivers\`` };
    }
  }
  yield* routeFaults(raw, list(at(raw, "extend", "routes")), [...path, "routes"]);
  yield* groupFaults(list(at(raw, "extend", "ruleGroups")), [...path, "ruleGroups"]);
}

function* routeFaults(raw: unknown, routes: readonly unknown[], path: Path): Generator<Fault> {
  const known = receiverNames(raw);
  for (const [index, route] of routes.entries()) {
    const here = [...path, index];
    const receiver = at(route, "receiver");
    if (typeof receiver === "string" && receiver !== "" && !known.includes(receiver)) {
      const text = `unknown receiver ${quoted(receiver)}${suggestion(receiver, known, "receivers")}`;
      yield { path: [...here, "receiver"], text };
    }
    yield* intervalFaults(raw, route, here, ["mute_time_intervals", "active_time_intervals"]);
    yield* routeFaults(raw, list(at(route, "routes")), [...here, "routes"]);
  }
}

/** Finds unknown time intervals of a route. */
export function* intervalFaults(raw: unknown, route: unknown, path: Path, lists: readonly string[]): Generator<Fault> {
  const known = keys(at(raw, "alerting", "timeIntervals"));
  for (const key of lists) {
    for (const [index, name] of list(at(route, key)).entries()) {
      if (typeof name !== "string" || name === "" || known.includes(name)) continue;
      const text = `unknown time interval ${quoted(name)}${suggestion(name, known, "time intervals")}`;
      yield { path: [...path, key, index], text };
    }
  }
}

/** Finds duplicate groups and rules: rules with the same name and labels would write the same series or alert. */
function* groupFaults(groups: readonly unknown[], path: Path): Generator<Fault> {
  const named = new Map<string, number>();
  const rules = new Map<string, string>();
  for (const [index, group] of groups.entries()) {
    const name = at(group, "name");
    if (typeof name === "string" && named.has(name)) {
      const text = `${quoted(name)} is already the name of extend.ruleGroups[${named.get(name) ?? 0}]`;
      yield { path: [...path, index, "name"], text };
    } else if (typeof name === "string") named.set(name, index);
    for (const [place, rule] of list(at(group, "rules")).entries()) {
      const kind = at(rule, "alert") === undefined ? "record" : "alert";
      const given = at(rule, kind);
      if (typeof given !== "string") continue;
      const labels = entries(at(rule, "labels")).sort(([a], [b]) => (a < b ? -1 : 1));
      const identity = JSON.stringify([kind, given, labels]);
      const first = rules.get(identity);
      if (first === undefined) rules.set(identity, `extend.ruleGroups[${index}].rules[${place}]`);
      else {
        const text = `${quoted(given)} with the same labels is already ${first}`;
        yield { path: [...path, index, "rules", place, kind], text };
      }
    }
  }
}
