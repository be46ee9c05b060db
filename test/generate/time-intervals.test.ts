import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { AlertmanagerConfig } from "@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1alpha1/AlertmanagerConfig";
import type { Config, TimeInterval } from "../../src/config/config.ts";
import { parseConfig } from "../../src/config/parse.ts";
import { generate } from "../../src/generate/outputs.ts";
import { Problem } from "../../src/problem.ts";
import { makePlan } from "../../src/generate/plan.ts";
import { eventually } from "../support/eventually.ts";
import { Program } from "../support/program.ts";
import { readyUrl } from "../support/ready-url.ts";
import { alertmanagerConfigsOf } from "../deploy/support/operator.ts";
import { tempDir } from "../support/temp.ts";
import { Webhook } from "../support/webhook.ts";
import { duration, makeConfig, webhook } from "./support/config.ts";
import { generateInto, tool } from "./support/tools.ts";

const dir = tempDir();
const anyTime: TimeInterval = { weekdays: [], times: [], daysOfMonth: [], months: [], years: [], location: undefined };
const always: TimeInterval = { ...anyTime, weekdays: ["sunday:saturday"] };
const longAgo: TimeInterval = { ...anyTime, years: ["2001:2002"] };
const accuracy = { metric: "accuracy", bound: { kind: "min", value: 0.9 } } as const;

function timedConfig(version: readonly [number, number], location?: string): Config {
  const timeIntervals = new Map([
    ["weekend", [{ ...anyTime, weekdays: ["saturday", "sunday"] }]],
    ["office-hours", [{ ...anyTime, times: [{ start: "09:00", end: "17:00" }], location }]],
  ]);
  return makeConfig({
    alerting: { version, timeIntervals },
    models: { m: { team: "t", objectives: [accuracy] } },
    teams: {
      t: {
        critical: ["hook"],
        warning: { receivers: ["hook"], muteTimeIntervals: ["weekend"], activeTimeIntervals: ["office-hours"] },
      },
    },
  });
}

describe("time intervals in alertmanager.yml", () => {
  test("time intervals are on the routes of the severities that name them, and amtool accepts the file", () => {
    const out = join(dir, "timed");
    const config = timedConfig([0, 25], "Europe/Berlin");
    generateInto(config, out);
    const file = join(out, "alertmanager/alertmanager.yml");
    expect(tool("amtool", ["check-config", file])).toContain("SUCCESS");
    const text = generate(config).files.get("alertmanager/alertmanager.yml") ?? "";
    expect(text).toContain("time_intervals:\n  - name: weekend\n    time_intervals:\n      - weekdays:\n");
    expect(text.match(/mute_time_intervals:/gu)).toHaveLength(1);
    expect(text.match(/active_time_intervals:/gu)).toHaveLength(1);
    for (const { labels, receivers } of makePlan(config).routingCases) {
      const words = Object.entries(labels).map(([label, value]) => `${label}=${value}`);
      const said = tool("amtool", ["config", "routes", "test", `--config.file=${file}`, ...words]);
      expect(said.trim()).toBe(receivers.join(","));
    }
  });

  test("every time interval that the config accepts is accepted by amtool, at the ends of its range too", () => {
    const stretch = {
      weekdays: ["sunday:saturday", "monday"],
      times: [
        { start: "00:00", end: "24:00" },
        { start: "23:58", end: "23:59" },
      ],
      daysOfMonth: ["1:31", "-31:-1", "27:-1", "-1", "1:-27", "1:-28", "-31:1"],
      months: ["january:december", "1:12", "june:8", "12"],
      years: ["2000", "2026:2999"],
      location: "America/Argentina/Buenos_Aires",
    };
    const taken = Object.entries(stretch).map(([key, value]) => ({ [key]: value, months: ["1"] }));
    const days = stretch.daysOfMonth.flatMap((day) => {
      const config = { sources: [{ files: ["a"] }], alerting: { timeIntervals: { x: [{ daysOfMonth: [day] }] } } };
      try {
        parseConfig(config, "/etc/c.ts", {});
        return [day];
      } catch (error) {
        if (error instanceof Problem) return [];
        throw error;
      }
    });
    expect(days).toEqual(["1:31", "-31:-1", "27:-1", "-1", "1:-27"]);
    const timeIntervals = {
      all: [{ ...stretch, daysOfMonth: days }, ...taken.filter((part) => !("daysOfMonth" in part))],
    };
    const out = join(dir, "ranges");
    generateInto(parseConfig({ sources: [{ files: ["a"] }], alerting: { timeIntervals } }, "/etc/c.ts", {}), out);
    expect(tool("amtool", ["check-config", join(out, "alertmanager/alertmanager.yml")])).toContain("SUCCESS");
  });

  test.each<[readonly [number, number], string]>([
    [[0, 22], "mute_time_intervals"],
    [[0, 24], "time_intervals"],
  ])("for Alertmanager %j the list of time intervals is called %s", (version, key) => {
    const timeIntervals = new Map([["weekend", [always]]]);
    const files = generate(makeConfig({ alerting: { version, timeIntervals } })).files;
    expect(files.get("alertmanager/alertmanager.yml")).toContain(`\n${key}:\n  - name: weekend`);
  });

  test("time intervals that the Alertmanager does not know are refused, with their path", () => {
    const refusal = (config: Config): readonly string[] => {
      try {
        generate(config);
        return [];
      } catch (error) {
        if (error instanceof Problem) return error.details;
        throw error;
      }
    };
    expect(refusal(timedConfig([0, 24], "Europe/Berlin"))).toEqual([
      'alerting.timeIntervals["office-hours"][0].location: needs Alertmanager 0.25, but alerting.version is 0.24',
    ]);
    expect(refusal(timedConfig([0, 23]))).toEqual([
      "teams.t.warning.activeTimeIntervals: needs Alertmanager 0.24, but alerting.version is 0.23",
    ]);
  });
});

describe("time intervals in the AlertmanagerConfig", () => {
  test("time intervals are the same in the operator's API", () => {
    const [team] = alertmanagerConfigsOf(timedConfig([0, 25]));
    if (team === undefined) throw new Error("no object");
    new AlertmanagerConfig(team).validate();
    expect(team.spec.muteTimeIntervals).toEqual([
      { name: "weekend", timeIntervals: [{ weekdays: ["saturday", "sunday"] }] },
      { name: "office-hours", timeIntervals: [{ times: [{ startTime: "09:00", endTime: "17:00" }] }] },
    ]);
    expect(team.spec.route?.routes).toEqual([
      expect.not.objectContaining({ muteTimeIntervals: expect.anything() }),
      expect.objectContaining({ muteTimeIntervals: ["weekend"], activeTimeIntervals: ["office-hours"] }),
    ]);
    expect(team.metadata?.annotations).toBeUndefined();
  });

  test("time intervals in a time zone are left out, and the object says so: it would notify at the wrong hours", () => {
    const [team] = alertmanagerConfigsOf(timedConfig([0, 25], "Europe/Berlin"));
    expect(team?.spec.muteTimeIntervals?.map(({ name }) => name)).toEqual(["weekend"]);
    expect(JSON.stringify(team?.spec.route)).not.toContain("office-hours");
    expect(team?.metadata?.annotations).toEqual({
      "model-quality-exporter/left-out": "timeIntervals.office-hours: location",
    });
  });
});

test("a real Alertmanager notifies nobody on a route that is muted now, which still ends the search", async () => {
  const hook = await Webhook.start();
  const names = ["muted", "not-muted", "active", "not-active", "default"];
  const config = makeConfig({
    alerting: {
      groupWait: duration("0s"),
      timeIntervals: new Map([
        ["now", [longAgo, { ...always, location: "Pacific/Auckland" }]],
        ["long-ago", [longAgo]],
      ]),
    },
    teams: {
      t: {
        a: { receivers: ["muted"], muteTimeIntervals: ["now"], activeTimeIntervals: [] },
        b: { receivers: ["not-muted"], muteTimeIntervals: ["long-ago"], activeTimeIntervals: [] },
        c: { receivers: ["active"], muteTimeIntervals: [], activeTimeIntervals: ["now"] },
        d: { receivers: ["not-active"], muteTimeIntervals: [], activeTimeIntervals: ["long-ago"] },
      },
    },
    receivers: Object.fromEntries(names.map((name) => [name, webhook(`${hook.url}/${name}`)])),
    defaultReceiver: "default",
  });
  const out = join(dir, "real");
  generateInto(config, out);
  mkdirSync(join(out, "data"));
  const alertmanager = Program.start("prometheus-alertmanager", [
    `--config.file=${join(out, "alertmanager/alertmanager.yml")}`,
    `--storage.path=${join(out, "data")}`,
    "--web.listen-address=127.0.0.1:0",
    "--cluster.listen-address=",
    "--log.level=debug",
  ]);
  const url = await readyUrl(alertmanager);
  await fetch(`${url}/api/v2/alerts`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(["a", "b", "c", "d"].map((severity) => ({ labels: { alertname: "A", team: "t", severity } }))),
  });
  // Alertmanager says so when it holds something back: only then is silence no chance.
  await eventually(() => alertmanager.output.includes("route is within mute time"), "the muted route was looked at");
  await eventually(
    () => alertmanager.output.includes("route is not within active time"),
    "the route that is not active",
  );
  await eventually(() => hook.notices().length >= 2, "the others are told");
  expect(names.filter((name) => hook.notices(`/${name}`).length > 0)).toEqual(["not-muted", "active"]);
});
