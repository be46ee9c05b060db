import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { withMessages } from "../../src/generate/alertmanager/receiver-messages.ts";
import { receiverKinds } from "../../src/config/receivers.ts";
import { tempDir } from "../support/temp.ts";
import { sampleConfig } from "./support/configs.ts";
import { generateInto, tool } from "./support/tools.ts";

const dir = tempDir();
generateInto(sampleConfig, dir);

interface AlertData {
  readonly status: "firing" | "resolved";
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly startsAt: string;
  readonly endsAt: string;
}

const recall: AlertData = {
  status: "firing",
  labels: {
    alertname: "ModelQualityRecallLow",
    severity: "critical",
    team: "payments",
    namespace: "models",
    model: "fraud",
    version: "v3",
    window: "1h",
    class: "fraud",
  },
  annotations: {
    summary: "The recall of a model is below its objective.",
    description: "The recall of class fraud of model fraud, version v3, is 0.8050, below the minimum of 0.85.",
    metric: "recall",
    value: "0.8050",
    target: "below the minimum of 0.85",
    samples: "200",
    runbook_url: "https://runbooks.example.com/fraud?a=1&b=2",
    dashboard_url: "https://grafana.example.com/d/fraud",
  },
  startsAt: "2026-01-01T03:00:00Z",
  endsAt: "0001-01-01T00:00:00Z",
};
const resolved: AlertData = { ...recall, status: "resolved", endsAt: "2026-01-01T04:00:00Z" };
const f1: AlertData = { ...recall, labels: { ...recall.labels, alertname: "ModelQualityF1Low", model: "churn" } };
const bare: AlertData = { ...recall, labels: { alertname: "ModelQualityRecallLow" }, annotations: {} };
const hostile: AlertData = {
  ...recall,
  labels: { ...recall.labels, model: '{{ template "nope" . }} <!channel> & <b>"x"</b>' },
};

/** What all alerts of a message have in common, as Alertmanager works it out. */
function common(records: readonly Readonly<Record<string, string>>[]): Record<string, string> {
  const [first = {}, ...rest] = records;
  return Object.fromEntries(
    Object.entries(first).filter(([key, value]) => rest.every((other) => other[key] === value)),
  );
}

function render(text: string, alerts: readonly AlertData[], type: "text" | "html" = "text"): string {
  const file = join(dir, "data.json");
  const data = {
    receiver: "payments-pager",
    status: alerts.some(({ status }) => status === "firing") ? "firing" : "resolved",
    alerts,
    groupLabels: {},
    commonLabels: common(alerts.map(({ labels }) => labels)),
    commonAnnotations: common(alerts.map(({ annotations }) => annotations)),
    externalURL: "http://alertmanager.example.com",
  };
  writeFileSync(file, JSON.stringify(data));
  return tool("amtool", [
    "template",
    "render",
    `--template.glob=${join(dir, "alertmanager/templates/*.tmpl")}`,
    `--template.text=${text}`,
    `--template.type=${type}`,
    `--template.data=${file}`,
  ]);
}

const named = (name: string): string => `{{ template "model_quality.${name}" . }}`;

describe("the messages, rendered by amtool", () => {
  test("the messages say of one alert what someone needs at night", () => {
    expect(render(named("title"), [recall])).toBe(
      "[FIRING:1] fraud v3: The recall of a model is below its objective. (critical)",
    );
    expect(render(named("text"), [recall])).toBe(`Firing:

ModelQualityRecallLow (critical)
The recall of class fraud of model fraud, version v3, is 0.8050, below the minimum of 0.85.
- Model: fraud
- Version: v3
- Namespace: models
- Metric: recall of class fraud
- Value: 0.8050, below the minimum of 0.85
- Samples: 200
- Window: 1h
- Owner: payments
- Dashboard: https://grafana.example.com/d/fraud
- Runbook: https://runbooks.example.com/fraud?a=1&b=2
- Since: 2026-01-01 03:00 UTC
`);
    expect(render(named("link"), [recall])).toBe("https://grafana.example.com/d/fraud");
  });

  test("the messages say that an alert is resolved", () => {
    expect(render(named("title"), [resolved])).toMatch(/^\[RESOLVED\] fraud v3: /u);
    expect(render(named("text"), [resolved])).toMatch(/^Resolved:\n\nModelQualityRecallLow \(critical\)\n/u);
    expect(render(named("text"), [resolved])).not.toContain("Firing:");
  });

  test("the messages list many alerts, those that fire first", () => {
    const text = render(named("text"), [resolved, recall, f1]);
    expect(text.indexOf("Firing:")).toBeLessThan(text.indexOf("Resolved:"));
    expect(text.match(/^- Model: /gmu)).toHaveLength(3);
    expect(render(named("title"), [recall, f1])).toBe(
      "[FIRING:2] The recall of a model is below its objective. (critical)",
    );
  });

  test("the messages leave out what an alert lacks", () => {
    expect(render(named("text"), [bare])).toBe("Firing:\n\nModelQualityRecallLow\n- Since: 2026-01-01 03:00 UTC\n");
    expect(render(named("title"), [bare])).toBe("[FIRING:1] ModelQualityRecallLow");
    expect(render(named("title"), [{ ...bare, labels: {} }])).toBe("[FIRING:1] Model quality alerts");
    expect(render(named("link"), [bare])).toBe("http://alertmanager.example.com");
    expect(render(named("html"), [bare], "html")).not.toMatch(/<th[^>]*>(?!Since)/u);
  });

  test("the messages print a name as it is, whatever it looks like, and never as code", () => {
    expect(render(named("text"), [hostile])).toContain('- Model: {{ template "nope" . }} <!channel> & <b>"x"</b>\n');
    expect(render(named("slack"), [hostile])).toContain(
      '- Model: {{ template "nope" . }} &lt;!channel&gt; &amp; &lt;b&gt;"x"&lt;/b&gt;\n',
    );
    const html = render(named("html"), [hostile], "html");
    expect(html).toContain("&lt;!channel&gt;");
    expect(html).not.toContain("<b>");
    expect(html).toContain('<a href="https://runbooks.example.com/fraud?a=1&amp;b=2">');
  });
});

describe("every templated field of every kind of receiver", () => {
  const fields = Object.entries(receiverKinds).flatMap(([kind, { list }]) =>
    templated(withMessages({ kind, list, settings: {} })).map((text) => [kind, text] as const),
  );

  test.each(fields)("the receiver %s renders %s", (_kind, text) => {
    const type = text.includes(".html") ? "html" : "text";
    for (const alerts of [[recall], [resolved], [recall, f1, resolved], [bare], [{ ...bare, labels: {} }]]) {
      const rendered = render(text, alerts, type);
      expect(rendered.trim()).not.toBe("");
      expect(rendered).not.toMatch(/no value|ERROR|%!/u);
    }
  });

  test("all kinds of receivers that show text have templated fields", () => {
    const kinds = new Set(fields.map(([kind]) => kind));
    expect([...kinds].sort()).toEqual(["discord", "email", "msteams", "opsgenie", "pagerduty", "slack"]);
  });
});

function templated(value: unknown): readonly string[] {
  if (typeof value === "string") return value.includes("{{") ? [value] : [];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(templated) : [];
}
