import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { withMessages } from "../../src/generate/alertmanager/receiver-messages.ts";
import { receiverKinds } from "../../src/config/receivers.ts";
import { makePlan } from "../../src/generate/plan.ts";
import type { Alert } from "../../src/generate/rules/alert.ts";
import { renderAnnotation, type Firing } from "../../src/generate/rules/annotation.ts";
import { readRepositoryFile } from "../support/repository.ts";
import { tempDir } from "../support/temp.ts";
import { makeConfig } from "./support/config.ts";
import { sampleParts } from "./support/configs.ts";
import { generateInto, tool } from "./support/tools.ts";

const dir = tempDir();
const config = makeConfig({
  ...sampleParts,
  alerting: { runbookUrl: "https://runbooks.example.com/mq" },
  grafana: { url: "https://grafana.example.com" },
});
generateInto(config, dir);
const plan = makePlan(config);

interface AlertData {
  readonly status: "firing" | "resolved";
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly startsAt: string;
  readonly endsAt: string;
}

/** An alert of the config as Prometheus sends it, with the texts that it has rendered. */
function sent(
  alert: Alert | undefined,
  own: Readonly<Record<string, string>>,
  value: number,
  results: Firing["results"] = {},
): AlertData {
  if (alert === undefined) throw new Error("no such alert");
  const labels = { ...own, ...alert.labels };
  return {
    status: "firing",
    labels: { alertname: alert.name, ...labels },
    annotations: Object.fromEntries(
      Object.entries(alert.annotations).map(([key, text]) => [key, renderAnnotation(text, { labels, value, results })]),
    ),
    startsAt: "2026-01-01T03:00:00Z",
    endsAt: "0001-01-01T00:00:00Z",
  };
}

const tag = { namespace: "models", model: "fraud", version: "v3" };
const [low, , dropped] = plan.models.find(({ model }) => model.name === "fraud")?.alerts ?? [];
const recall = sent(low, { ...tag, window: "1h", class: "fraud" }, 0.805, {
  samples: { value: 200 },
  confusion: { value: 39, labels: { actual: "fraud", predicted: "legit" } },
});
const accuracy = sent(dropped, { ...tag, window: "24h" }, 0.88, {
  samples: { value: 5120 },
  reference: { value: 0.9104 },
  confusion: { value: 312, labels: { actual: "legit", predicted: "fraud" } },
});
const unread = sent(
  plan.exporterAlerts.find(({ name }) => name === "ModelQualityLineErrors"),
  { namespace: "models", source: "predictions" },
  0.425,
);
const ended = (alert: AlertData): AlertData => ({ ...alert, status: "resolved", endsAt: "2026-01-01T04:10:00Z" });
const resolved = ended(recall);
const bare: AlertData = { ...recall, labels: { alertname: "ModelQualityRecallLow" }, annotations: {} };
const ofUser: AlertData = {
  ...recall,
  labels: { alertname: "LabelQueueLong", severity: "warning", team: "platform", queue: "eu" },
  annotations: { summary: "Labels arrive late." },
};
const hostile: AlertData = {
  ...recall,
  annotations: { ...recall.annotations, description: '{{ template "nope" . }} <!channel> & <b>"x"</b>' },
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

/** What a message shows: the fields that carry its words, by their names in Alertmanager's config. */
function message(list: string, alerts: readonly AlertData[]): Readonly<Record<string, string>> {
  const settings = withMessages({ kind: "any", list, settings: {} });
  const entries = Object.entries(settings).flatMap(([key, value]): readonly (readonly [string, string])[] =>
    typeof value === "string" ? [[key, value]] : Array.isArray(value) ? [] : templatedEntries(value),
  );
  return Object.fromEntries(
    entries.map(([key, text]) => [key, render(text, alerts, text.includes(".html") ? "html" : "text").trim()]),
  );
}

const firingTitle =
  "[FIRING:1] fraud v3, namespace models: recall of class fraud over 1h at 0.8050, minimum 0.85 (critical)";
const resolvedTitle = "[RESOLVED] fraud v3, namespace models: recall of class fraud over 1h (critical)";
const firingText = `ModelQualityRecallLow
fraud v3, namespace models: recall of class fraud over 1h at 0.8050 on 200 samples, minimum 0.85. Largest confusion: fraud taken for legit, 39 times.
- Since: 2026-01-01 03:00 UTC
- Owner: payments
- Dashboard: https://grafana.example.com/d/fraud
- Runbook: https://runbooks.example.com/fraud`;
const resolvedText = `ModelQualityRecallLow
fraud v3, namespace models: recall of class fraud over 1h
- Fired from: 2026-01-01 03:00 UTC to 2026-01-01 04:10 UTC
- Last value while firing: 0.8050 on 200 samples, minimum 0.85
- Owner: payments
- Dashboard: https://grafana.example.com/d/fraud
- Runbook: https://runbooks.example.com/fraud`;
const firingHtml = `<!DOCTYPE html>
<html><body>
<h3>ModelQualityRecallLow</h3>
<p>fraud v3, namespace models: recall of class fraud over 1h at 0.8050 on 200 samples, minimum 0.85. Largest confusion: fraud taken for legit, 39 times.</p>
<table>
<tr><th align="left">Since</th><td>2026-01-01 03:00 UTC</td></tr>
<tr><th align="left">Owner</th><td>payments</td></tr>
<tr><th align="left">Dashboard</th><td><a href="https://grafana.example.com/d/fraud">https://grafana.example.com/d/fraud</a></td></tr>
<tr><th align="left">Runbook</th><td><a href="https://runbooks.example.com/fraud">https://runbooks.example.com/fraud</a></td></tr>
</table>
</body></html>`;
const resolvedHtml = `<!DOCTYPE html>
<html><body>
<h3>ModelQualityRecallLow</h3>
<p>fraud v3, namespace models: recall of class fraud over 1h</p>
<table>
<tr><th align="left">Fired from</th><td>2026-01-01 03:00 UTC to 2026-01-01 04:10 UTC</td></tr>
<tr><th align="left">Last value while firing</th><td>0.8050 on 200 samples, minimum 0.85</td></tr>
<tr><th align="left">Owner</th><td>payments</td></tr>
<tr><th align="left">Dashboard</th><td><a href="https://grafana.example.com/d/fraud">https://grafana.example.com/d/fraud</a></td></tr>
<tr><th align="left">Runbook</th><td><a href="https://runbooks.example.com/fraud">https://runbooks.example.com/fraud</a></td></tr>
</table>
</body></html>`;
const link = "https://grafana.example.com/d/fraud";

describe("the messages, rendered by amtool", () => {
  test.each<[string, AlertData, Readonly<Record<string, string>>]>([
    [
      "slack_configs",
      recall,
      { title: firingTitle, title_link: link, fallback: firingTitle, text: firingText, color: "danger" },
    ],
    [
      "slack_configs",
      resolved,
      { title: resolvedTitle, title_link: link, fallback: resolvedTitle, text: resolvedText, color: "good" },
    ],
    [
      "pagerduty_configs",
      recall,
      { description: firingTitle, severity: "critical", client_url: link, firing: firingText, resolved: "" },
    ],
    [
      "pagerduty_configs",
      resolved,
      { description: resolvedTitle, severity: "critical", client_url: link, firing: "", resolved: resolvedText },
    ],
    ["opsgenie_configs", recall, { message: firingTitle, description: firingText, priority: "P1" }],
    ["opsgenie_configs", resolved, { message: resolvedTitle, description: resolvedText, priority: "P1" }],
    ["email_configs", recall, { Subject: firingTitle, html: firingHtml, text: firingText }],
    ["email_configs", resolved, { Subject: resolvedTitle, html: resolvedHtml, text: resolvedText }],
    ["msteams_configs", recall, { title: firingTitle, text: firingText }],
    ["msteams_configs", resolved, { title: resolvedTitle, text: resolvedText }],
    ["discord_configs", recall, { title: firingTitle, message: firingText }],
    ["discord_configs", resolved, { title: resolvedTitle, message: resolvedText }],
  ])("a message of %s has all that someone needs at night", (list, alert, shown) => {
    expect(message(list, [alert])).toEqual(shown);
  });

  test.each<[string, AlertData, string, string]>([
    [
      "a comparison",
      accuracy,
      "[FIRING:1] fraud v3, namespace models: accuracy over 24h at 0.8800, allowed 0.02 below version v1 (at 0.9104) (warning)",
      `ModelQualityAccuracyDropped
fraud v3, namespace models: accuracy over 24h at 0.8800 on 5120 samples, allowed 0.02 below version v1 (at 0.9104). Largest confusion: legit taken for fraud, 312 times.
- Since: 2026-01-01 03:00 UTC
- Owner: payments
- Dashboard: https://grafana.example.com/d/fraud
- Runbook: https://runbooks.example.com/fraud`,
    ],
    [
      "a source",
      unread,
      "[FIRING:1] Source predictions in namespace models: lines that cannot be read: 42.5% (warning)",
      `ModelQualityLineErrors
Source predictions in namespace models: lines that cannot be read: 42.5%. They count in no figure.
- Since: 2026-01-01 03:00 UTC
- Owner: platform
- Dashboard: https://grafana.example.com/d/model-quality
- Runbook: https://runbooks.example.com/mq/model-quality-line-errors.md`,
    ],
    [
      "a source that is well again",
      ended(unread),
      "[RESOLVED] Source predictions in namespace models: lines that cannot be read (warning)",
      `ModelQualityLineErrors
Source predictions in namespace models: lines that cannot be read
- Fired from: 2026-01-01 03:00 UTC to 2026-01-01 04:10 UTC
- Owner: platform
- Dashboard: https://grafana.example.com/d/model-quality
- Runbook: https://runbooks.example.com/mq/model-quality-line-errors.md`,
    ],
    [
      "an alert of the user's own",
      ofUser,
      "[FIRING:1] Labels arrive late. (warning)",
      "LabelQueueLong\nLabels arrive late.\n- queue: eu\n- Since: 2026-01-01 03:00 UTC\n- Owner: platform",
    ],
    [
      "an alert of the user's own that is over",
      ended(ofUser),
      "[RESOLVED] Labels arrive late. (warning)",
      "LabelQueueLong\n- queue: eu\n- Fired from: 2026-01-01 03:00 UTC to 2026-01-01 04:10 UTC\n- Owner: platform",
    ],
    [
      "an alert without any text",
      bare,
      "[FIRING:1] ModelQualityRecallLow",
      "ModelQualityRecallLow\n- Since: 2026-01-01 03:00 UTC",
    ],
    [
      "an alert without any label",
      { ...bare, labels: {} },
      "[FIRING:1] Model quality alert",
      "Model quality alert\n- Since: 2026-01-01 03:00 UTC",
    ],
  ])("the message on %s says each thing once, and leaves out what there is not", (_what, alert, title, text) => {
    expect(render(named("title"), [alert])).toBe(title);
    expect(render(named("text"), [alert]).trim()).toBe(text);
  });

  test("the messages list several alerts, those that fire first, and the title names one and counts the others", () => {
    const other = { ...accuracy, labels: { ...accuracy.labels, severity: "critical" } };
    const text = render(named("text"), [resolved, recall, other]);
    expect(text.match(/^(?:Firing|Resolved):$|^ModelQuality.*$/gmu)).toEqual([
      ...["Firing:", "ModelQualityRecallLow", "ModelQualityAccuracyDropped"],
      ...["Resolved:", "ModelQualityRecallLow"],
    ]);
    expect(render(named("title"), [resolved, recall, other])).toBe(
      "[FIRING:2] fraud v3, namespace models: recall of class fraud over 1h at 0.8050, minimum 0.85 and 1 more (critical)",
    );
    expect(render(named("title"), [resolved, ended(other)])).toBe(
      "[RESOLVED] fraud v3, namespace models: recall of class fraud over 1h and 1 more (critical)",
    );
  });

  test("no text that is sent when an alert is over says that something is below, above or not as it should be", () => {
    const texts = plan.models.flatMap(({ alerts }) => alerts).flatMap(({ annotations }) => Object.values(annotations));
    expect(
      texts.flat().filter((part) => typeof part === "string" && /\b(?:is|are) (?:below|above)\b/u.test(part)),
    ).toEqual([]);
  });

  test.each([
    ["critical", "critical", "P1"],
    ["Critical", "critical", "P3"],
    ["warning", "warning", "P3"],
    ["info", "info", "P5"],
    ["error", "error", "P3"],
    ["page", "error", "P3"],
    ["not critical", "error", "P3"],
  ])(
    "an alert of severity %s is of severity %s in PagerDuty, and of priority %s in Opsgenie",
    (word, severity, priority) => {
      const alert = { ...recall, labels: { ...recall.labels, severity: word } };
      expect(message("pagerduty_configs", [alert])["severity"]).toBe(severity);
      expect(message("opsgenie_configs", [alert])["priority"]).toBe(priority);
    },
  );

  test("the documentation shows a message as it is", () => {
    expect(readRepositoryFile("docs/alerts.md")).toContain(`${firingTitle}\n\n${firingText}\n`);
  });

  test("the messages name the status page before the dashboard, and the link leads there where there is no dashboard", () => {
    const page = "https://mqe.example.com/?model=fraud&version=v3";
    const { dashboard_url: dashboard = "", ...others } = recall.annotations;
    expect(render(named("text"), [{ ...recall, annotations: { ...recall.annotations, status_url: page } }])).toContain(
      `\n- Status page: ${page}\n- Dashboard: ${dashboard}\n`,
    );
    expect(render(named("link"), [{ ...recall, annotations: { ...others, status_url: page } }])).toBe(page);
  });

  test("the link leads to the dashboard, else to the runbook, else to Alertmanager", () => {
    const others = Object.fromEntries(Object.entries(recall.annotations).filter(([key]) => key !== "dashboard_url"));
    expect(render(named("link"), [{ ...recall, annotations: others }])).toBe("https://runbooks.example.com/fraud");
    expect(render(named("link"), [bare])).toBe("http://alertmanager.example.com");
  });

  test("the messages print a name as it is, whatever it looks like, and never as code", () => {
    expect(render(named("text"), [hostile])).toContain('\n{{ template "nope" . }} <!channel> & <b>"x"</b>\n');
    expect(render(named("slack"), [hostile])).toContain(
      '\n{{ template "nope" . }} &lt;!channel&gt; &amp; &lt;b&gt;"x"&lt;/b&gt;\n',
    );
    const html = render(named("html"), [hostile], "html");
    expect(html).toContain("&lt;!channel&gt;");
    expect(html).not.toContain("<b>");
  });
});

describe("every templated field of every kind of receiver", () => {
  const fields = Object.entries(receiverKinds).flatMap(([kind, { list }]) =>
    templated(withMessages({ kind, list, settings: {} })).map((text) => [kind, text] as const),
  );

  test.each(fields)("the receiver %s renders %s", (_kind, text) => {
    const type = text.includes(".html") ? "html" : "text";
    for (const alerts of [[recall], [resolved], [recall, accuracy, resolved], [bare], [{ ...bare, labels: {} }]]) {
      const rendered = render(text, alerts, type);
      expect(rendered).not.toMatch(/no value|ERROR|%!/u);
    }
  });

  test("all kinds of receivers that show text have templated fields", () => {
    const kinds = new Set(fields.map(([kind]) => kind));
    expect([...kinds].sort()).toEqual(["discord", "email", "msteams", "opsgenie", "pagerduty", "slack"]);
  });
});

function templatedEntries(value: unknown): readonly (readonly [string, string])[] {
  return typeof value === "object" && value !== null
    ? Object.entries(value).flatMap(([key, text]) => (typeof text === "string" ? [[key, text] as const] : []))
    : [];
}

function templated(value: unknown): readonly string[] {
  if (typeof value === "string") return value.includes("{{") ? [value] : [];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(templated) : [];
}
