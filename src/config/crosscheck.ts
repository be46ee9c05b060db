import { classFaults, declaredClasses } from "./classes.ts";
import { coverageFaults } from "./coverage-faults.ts";
import { extendFaults, intervalFaults, receiverNames } from "./extend-faults.ts";
import type { Fault } from "./fault.ts";
import { influxFaults } from "./influxdb-faults.ts";
import { joinFaults } from "./join-faults.ts";
import { limits } from "./limits.ts";
import { suggestion } from "./nearest.ts";
import { objectiveFaults, duplicateFaults, type ObjectiveContext } from "./objective-faults.ts";
import { seriesFaults } from "./series-faults.ts";
import { tagIdleFaults } from "./silence-faults.ts";
import { at, entries, keys, list } from "./unchecked.ts";
import { windowLabel, windowStretch, windowText, windowTimes, defaultWindows } from "./windows.ts";
import { quoted } from "./messages.ts";

const defaultLimits = limits.parse({});

/**
 * Finds faults that involve several parts of a config. Reads the unchecked input, so that these faults are reported
 * together with the schema's; skips values of the wrong type.
 */
export function crosscheck(raw: unknown): Fault[] {
  return [
    ...sourceFaults(raw),
    ...windowFaults(raw),
    ...modelFaults(raw),
    ...teamFaults(raw),
    ...defaultReceiverFaults(raw),
    ...tagIdleFaults(raw),
    ...seriesFaults(raw),
    ...joinFaults(raw),
    ...influxFaults(raw),
    ...coverageFaults(raw),
    ...extendFaults(raw),
  ];
}

/** Finds duplicate source names, which are labels on metrics, and a second source of events by HTTP. */
function* sourceFaults(raw: unknown): Generator<Fault> {
  const seen = new Map<string, number>();
  let posted: number | undefined;
  for (const [index, source] of list(at(raw, "sources")).entries()) {
    if (at(source, "http") !== undefined) {
      if (posted !== undefined) {
        const text = `sources[${posted}] takes the events by HTTP already; there is one path for all of them`;
        yield { path: ["sources", index, "http"], text };
      }
      posted ??= index;
    }
    const name = at(source, "name");
    if (typeof name !== "string") continue;
    const first = seen.get(name);
    if (first !== undefined) {
      yield { path: ["sources", index, "name"], text: `${quoted(name)} is already the name of sources[${first}]` };
    } else seen.set(name, index);
  }
}

function* windowFaults(raw: unknown): Generator<Fault> {
  const panes = at(raw, "limits", "panes") ?? defaultLimits.panes;
  const seen = new Map<string, number>();
  for (const [index, window] of list(at(raw, "windows")).entries()) {
    const stretch = windowStretch(window);
    if (stretch === undefined) continue;
    const first = seen.get(stretch);
    if (first !== undefined) yield { path: ["windows", index], text: `is the same window as windows[${first}]` };
    else seen.set(stretch, index);
    const ms = windowTimes(window)?.ms;
    if (ms !== undefined && ms > 0 && typeof panes === "number" && ms < panes) {
      const text = `is cut into ${panes} panes (limits.panes) of at least 1ms; expected ${panes}ms or more, got ${windowText(windowLabel(window) ?? "")}`;
      yield { path: ["windows", index], text };
    }
  }
}

function* modelFaults(raw: unknown): Generator<Fault> {
  const given = at(raw, "windows");
  const windows = (given === undefined ? [...defaultWindows] : list(given)).map(windowLabel);
  const maxClasses = at(raw, "limits", "maxClasses") ?? defaultLimits.maxClasses;
  const alertNames = new Map<string, string>();
  for (const [name, model] of entries(at(raw, "models"))) {
    const path = ["models", name];
    const team = at(model, "team");
    const teams = at(raw, "teams");
    if (typeof team === "string" && team !== "" && !keys(teams).includes(team)) {
      yield { path: [...path, "team"], text: `unknown team ${quoted(team)}${suggestion(team, keys(teams), "teams")}` };
    }
    const classes = at(model, "classes");
    const declared = declaredClasses(classes);
    yield* classFaults(declared, [...path, "classes"], maxClasses);
    const context: ObjectiveContext = {
      classes: classes === undefined ? undefined : declared,
      windows: windows.filter((label) => label !== undefined),
      team: typeof team === "string" ? team : undefined,
      severities: typeof team === "string" ? at(teams, team) : undefined,
      hasVersion: list(at(raw, "sources")).some(hasVersion),
    };
    for (const [index, objective] of list(at(model, "objectives")).entries()) {
      yield* objectiveFaults(objective, [...path, "objectives", index], context, alertNames);
    }
    yield* duplicateFaults(list(at(model, "objectives")), [...path, "objectives"]);
    if (team === undefined && list(at(model, "objectives")).length > 0) {
      const text = `missing; a model with objectives needs a responsible team${suggestion("", keys(teams), "teams")}`;
      yield { path: [...path, "team"], text };
    }
  }
}

function* teamFaults(raw: unknown): Generator<Fault> {
  const known = receiverNames(raw);
  for (const [team, severities] of entries(at(raw, "teams"))) {
    for (const [severity, route] of entries(severities)) {
      const timed = Array.isArray(route) ? [] : ["receivers"];
      const receivers = Array.isArray(route) ? route : at(route, "receivers");
      for (const [index, receiver] of list(receivers).entries()) {
        const path = ["teams", team, severity, ...timed, index];
        if (typeof receiver !== "string" || receiver === "") continue;
        if (!known.includes(receiver)) {
          yield { path, text: `unknown receiver ${quoted(receiver)}${suggestion(receiver, known, "receivers")}` };
        } else if (list(receivers).indexOf(receiver) < index) {
          yield { path, text: `${quoted(receiver)} is a duplicate` };
        }
      }
      yield* intervalFaults(raw, route, ["teams", team, severity], ["muteTimeIntervals", "activeTimeIntervals"]);
    }
  }
}

function* defaultReceiverFaults(raw: unknown): Generator<Fault> {
  const known = receiverNames(raw);
  const path = ["alerting", "defaultReceiver"];
  const receiver = at(raw, "alerting", "defaultReceiver");
  if (typeof receiver === "string" && receiver !== "" && !known.includes(receiver)) {
    yield { path, text: `unknown receiver ${quoted(receiver)}${suggestion(receiver, known, "receivers")}` };
  } else if (receiver === undefined && known.length > 0) {
    yield {
      path,
      text: `missing; expected the receiver of alerts that no team routes${suggestion("", known, "receivers")}`,
    };
  }
}

/** Tells whether a source's tags have a version: by default yes, except for a regular expression without that group. */
function hasVersion(source: unknown): boolean {
  const fields = at(source, "fields");
  if (fields !== undefined) return at(fields, "version") !== undefined;
  const regex = at(source, "format", "regex");
  return typeof regex !== "string" || regex.includes("(?<version>");
}
