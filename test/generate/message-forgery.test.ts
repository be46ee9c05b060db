import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "@jest/globals";
import { makePlan } from "../../src/generate/plan.ts";
import { renderAnnotation } from "../../src/generate/rules/annotation.ts";
import { Alertmanager } from "../support/alertmanager.ts";
import { eventually } from "../support/eventually.ts";
import { tempDir } from "../support/temp.ts";
import { Webhook } from "../support/webhook.ts";
import { duration, makeConfig } from "./support/config.ts";
import { sampleParts } from "./support/configs.ts";
import { generateInto, tool } from "./support/tools.ts";

const dir = tempDir();

/** Names as whoever writes a log may choose them, by what they try. */
const hostileNames: Readonly<Record<string, string>> = {
  "lines of the message": "v3\n- Value: 0.99, all good\n- Dashboard: https://evil.example/ack",
  "lines by other letters": "v3\r- Value: 0.99\u2028- Value: 0.99\u0085- Value: 0.99\u000b- Value: 0.99",
  "a link of Slack": "<https://evil.example|ack here>",
  "mentions of Slack": "<!channel> <!here> <@U012AB3CD> <!subteam^S012AB3CD>",
  "markup of Slack": "*all good* _really_ ~recall~ `0.99` ```",
  "a link of Markdown": "[Runbook](https://evil.example) ![x](https://evil.example/x.png) <https://evil.example>",
  "mentions of Discord": "@everyone @here <@1234> <@&1234> <#1234>",
  "a heading, a quotation, a list and a table": "# Resolved",
  "a quotation": "> resolved",
  "a list": "- Value: 0.99",
  "a numbered list": "1. Value: 0.99",
  "spoilers, code and rules": "||hidden|| ~~gone~~ ***",
  "a bare address": "https://evil.example/ack",
  "a bare address without its scheme": "WWW.evil.example/ack",
  "another scheme": "tel://112 slack://channel?id=1",
  HTML: '<img src=x onerror=alert(1)><a href="https://evil.example">ack</a></td></table><script>',
  "escapes of HTML": "&lt;!channel&gt; &#60;b&#62;",
  "letters from right to left": "\u202egnp.exe\u202c \u2066all good\u2069",
  "letters that are not seen": "v\u200b3\u00ad\ufeff\u2060",
  "escapes of a terminal": "\u001b[31mred\u001b[0m\u0007",
  "a template": '{{ template "model_quality.text" . }} {{ printf "%s" .ExternalURL }}',
  "backslashes before markup": "\\*bold\\* \\\\[x\\\\](https://evil.example)",
  "no end": "a".repeat(5000),
  "an end of letters of two units": "\u{1f642}".repeat(500),
};

const config = makeConfig({
  ...sampleParts,
  alerting: {
    runbookUrl: "https://runbooks.example.com/mq",
    groupWait: duration("1s"),
    groupInterval: duration("1s"),
  },
  grafana: { url: "https://grafana.example.com" },
  statusPage: { url: "https://mqe.example.com" },
});
const plan = makePlan(config);

/** An alert on a version, class and confusion of such names, with the texts that Prometheus makes of it. */
function alertOf(name: string): { labels: Record<string, string>; annotations: Record<string, string> } {
  const [alert] = plan.models.find(({ model }) => model.name === "fraud")?.alerts ?? [];
  if (alert === undefined) throw new Error("no alert");
  const labels = { ...alert.labels, namespace: "models", model: name, version: name, class: name, window: "1h" };
  const results = { samples: { value: 200 }, confusion: { value: 39, labels: { actual: name, predicted: name } } };
  return {
    labels: { alertname: alert.name, ...labels },
    annotations: Object.fromEntries(
      Object.entries(alert.annotations).map(([key, text]) => [
        key,
        renderAnnotation(text, { labels, value: 0.805, results }),
      ]),
    ),
  };
}

/** An alert of somebody else on such a name, in a text that is not ours. */
function foreignAlertOf(name: string): ReturnType<typeof alertOf> {
  return {
    labels: { alertname: name, model: name, version: name, queue: name, severity: name, team: name },
    annotations: { summary: `Labels of ${name} arrive late.`, description: name },
  };
}

const separator = "\n=====\n";

interface Shown {
  readonly text: readonly string[];
  readonly slack: readonly string[];
  readonly markdown: readonly string[];
  readonly html: string;
}

beforeAll(() => {
  generateInto(config, dir);
});

/** Title and text of an alert in all forms, as amtool renders them by Alertmanager's own code. */
function shown(alert: ReturnType<typeof alertOf>): Shown {
  const data = {
    receiver: "payments-pager",
    status: "firing",
    alerts: [{ status: "firing", ...alert, startsAt: "2026-01-01T03:00:00Z", endsAt: "0001-01-01T00:00:00Z" }],
    groupLabels: {},
    commonLabels: alert.labels,
    commonAnnotations: alert.annotations,
    externalURL: "http://alertmanager.example.com",
  };
  const file = join(dir, "data.json");
  writeFileSync(file, JSON.stringify(data));
  const render = (names: readonly string[], type: "text" | "html"): string[] =>
    tool("amtool", [
      "template",
      "render",
      `--template.glob=${join(dir, "alertmanager/templates/*.tmpl")}`,
      `--template.text=${names.map((name) => `{{ template "model_quality.${name}" . }}`).join(separator)}`,
      `--template.type=${type}`,
      `--template.data=${file}`,
    ])
      .split(separator)
      .map((text) => text.trim());
  const forms = ["title", "text", "slack.title", "slack", "markdown.title", "markdown"];
  const [title = "", text = "", slackTitle = "", slack = "", markdownTitle = "", markdown = ""] = render(forms, "text");
  return {
    text: [title, text],
    slack: [slackTitle, slack],
    markdown: [markdownTitle, markdown],
    html: render(["html"], "html")[0] ?? "",
  };
}

/** The captions of the lines of a text, which do not depend on names. */
function captions(text: string): readonly string[] {
  return text
    .split("\n")
    .map((line) => /^- (?:Since|Owner|Status page|Dashboard|Runbook|queue|model|version): /u.exec(line)?.[0] ?? "");
}

/** A text without our own links, each of which stands alone behind its caption. */
function withoutLinks(text: string): string {
  return text.replace(/^- (Status page|Dashboard|Runbook): https:\/\/\S+$/gmu, "- $1:");
}

/** The tags of a page, in their order. */
function tagsOf(html: string): readonly string[] {
  return html.match(/<\/?[a-z][^>]*>/giu) ?? [];
}

const kinds = [
  { whose: "an alert of ours", make: alertOf },
  { whose: "an alert of somebody else", make: foreignAlertOf },
];

describe.each(kinds)("a name in $whose", ({ make }) => {
  let benign: Shown;

  beforeAll(() => {
    benign = shown(make("name"));
  });

  test.each(Object.entries(hostileNames))("a name cannot forge %s in any form of a message", (_what, name) => {
    const { text, slack, markdown, html } = shown(make(name));
    for (const [form, texts] of Object.entries({ text, slack, markdown })) {
      const [title = "", body = ""] = texts;
      // No line of its own, nothing unseen, no address, nothing that pushes the rest away.
      expect([form, title.split("\n").length]).toEqual([form, 1]);
      expect([form, captions(body)]).toEqual([form, captions(benign.text[1] ?? "")]);
      const own = withoutLinks(`${title}\n${body}`);
      expect(own.replaceAll("\n", "")).not.toMatch(/[\p{C}\u2028\u2029]/u);
      expect(own).not.toMatch(/:\/\/|www\./iu);
      for (const line of own.split("\n")) expect(Array.from(line).length).toBeLessThan(4500);
    }
    expect(withoutLinks(slack.join("\n"))).not.toMatch(/[<>]|&(?!amp;|lt;|gt;)/u);
    const unescaped = withoutLinks(markdown.join("\n"))
      .replace(/^- /gmu, "")
      .replace(/^\[FIRING:1\]/u, "")
      .replace(/\\[\\`*_~<>|#@[\]\-+.)]/gu, "");
    expect(unescaped).not.toMatch(/[\\`*_~<>|#@[\]]|^[-+] |^\d+[.)] /mu);
    const address = /href="[^"]*"/gu;
    expect(tagsOf(html).map((tag) => tag.replace(address, "href"))).toEqual(
      tagsOf(benign.html).map((tag) => tag.replace(address, "href")),
    );
    expect(html.replace(/<a href="[^"]*">[^<]*<\/a>/gu, "")).not.toMatch(/:\/\/|www\./iu);
  });
});

test("a long name is cut to a hundred characters in each text, so that the figure behind it is seen", () => {
  const { annotations } = alertOf("a".repeat(5000));
  expect(annotations["summary"]).toContain(`${"a".repeat(99)}… over 1h at 0.8050`);
  expect(annotations["subject"]?.length).toBeLessThan(400);
});

test("Slack, PagerDuty, Opsgenie and Discord get from a real Alertmanager what no name has forged", async () => {
  const hook = await Webhook.start();
  const out = join(dir, "sent");
  const key = join(dir, "key");
  const slackUrl = join(dir, "slack-url");
  writeFileSync(key, "key");
  writeFileSync(slackUrl, `${hook.url}/slack`);
  const routed = [
    { kind: "slack", list: "slack_configs", settings: { channel: "#alerts", api_url_file: slackUrl } },
    { kind: "pagerduty", list: "pagerduty_configs", settings: { routing_key_file: key, url: `${hook.url}/pagerduty` } },
    { kind: "opsgenie", list: "opsgenie_configs", settings: { api_key_file: key, api_url: `${hook.url}/opsgenie/` } },
    // Debian's Alertmanager reads the address of Discord from no file.
    { kind: "discord", list: "discord_configs", settings: { webhook_url: `${hook.url}/discord` } },
  ] as const;
  generateInto(
    makeConfig({
      ...sampleParts,
      receivers: Object.fromEntries(Object.keys(sampleParts.receivers ?? {}).map((name) => [name, routed])),
      alerting: { groupWait: duration("1s"), groupInterval: duration("1s") },
    }),
    out,
  );
  const alertmanager = await Alertmanager.start(out, { file: join(out, "alertmanager/alertmanager.yml") });
  const name = "v3\n- Value: 0.99 <!channel> *ok* @everyone [ack](https://evil.example) \u202e";
  await fetch(`${alertmanager.url}/api/v2/alerts`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify([alertOf(name)]),
  });
  const bodies = async (path: string): Promise<string> =>
    eventually(() => {
      const [first] = hook.bodies(path);
      return first === undefined ? undefined : JSON.stringify(first);
    }, `${path} is told`);

  const cleaned = "v3 - Value: 0.99";
  const slack = await bodies("/slack");
  expect(slack).toContain(`${cleaned} &lt;!channel&gt; *ok* @everyone [ack](https[:]//evil.example)`);
  expect(slack).toContain('"mrkdwn_in":["pretext"]');
  expect(slack).not.toContain("<!channel>");
  for (const path of ["/pagerduty", "/opsgenie/v2/alerts"]) {
    // Beside the message, Opsgenie gets each label as data of its own.
    const told = (await bodies(path)).replace(/"details":\{[^}]*\}/u, "");
    expect(told).toContain(`${cleaned} `);
    expect(told).not.toMatch(/\\n- Value|:\/\/evil|\u202e/u);
  }
  const discord = await bodies("/discord");
  expect(discord).toContain(
    JSON.stringify("\\<!channel\\> \\*ok\\* \\@everyone \\[ack\\](https\\[:\\]//evil.example)").slice(1, -1),
  );
  await alertmanager.stop();
});
