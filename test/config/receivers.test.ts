import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, test } from "@jest/globals";
import { stringify } from "yaml";
import type { Receiver } from "../../src/config/config.ts";
import { parseConfig } from "../../src/config/parse.ts";
import type { ReceiverInput } from "../../src/config/input-types.ts";
import { receiverKinds, type ReceiverKindName } from "../../src/config/receivers.ts";
import { tempDir } from "../support/temp.ts";

const dir = tempDir();

/** A receiver of each kind with all its options, and what Alertmanager must be given; `newer` than the one of Debian. */
const samples: Readonly<
  Record<ReceiverKindName, { input: ReceiverInput; list: string; settings: Record<string, unknown>; newer?: true }>
> = {
  webhook: {
    input: { webhook: { url: "http://127.0.0.1:5001/", sendResolved: false, maxAlerts: 5 } },
    list: "webhook_configs",
    settings: { url: "http://127.0.0.1:5001/", send_resolved: false, max_alerts: 5 },
  },
  slack: {
    input: {
      slack: { channel: "#a", apiUrlFile: "/s", username: "u", iconEmoji: ":x:", iconUrl: "https://x.example/" },
    },
    list: "slack_configs",
    settings: {
      channel: "#a",
      api_url_file: "/s",
      send_resolved: true,
      username: "u",
      icon_emoji: ":x:",
      icon_url: "https://x.example/",
    },
  },
  pagerduty: {
    input: {
      pagerduty: { routingKeyFile: "/p", url: "https://p.example/", severity: "error", class: "c", group: "g" },
    },
    list: "pagerduty_configs",
    settings: {
      routing_key_file: "/p",
      send_resolved: true,
      url: "https://p.example/",
      severity: "error",
      group: "g",
      class: "c",
    },
  },
  opsgenie: {
    input: {
      opsgenie: {
        apiKeyFile: "/o",
        apiUrl: "https://o.example/",
        priority: "P1",
        tags: ["a", "b"],
        responders: [{ name: "ml", type: "team" }],
      },
    },
    list: "opsgenie_configs",
    settings: {
      api_key_file: "/o",
      api_url: "https://o.example/",
      send_resolved: true,
      priority: "P1",
      tags: "a,b",
      responders: [{ name: "ml", type: "team" }],
    },
  },
  email: {
    input: {
      email: {
        to: ["a@example.com", "b@example.com"],
        from: "c@example.com",
        smarthost: "mail.example.com:587",
        authUsername: "u",
        authPasswordFile: "/e",
        requireTls: true,
      },
    },
    list: "email_configs",
    settings: {
      to: "a@example.com, b@example.com",
      from: "c@example.com",
      smarthost: "mail.example.com:587",
      auth_username: "u",
      auth_password_file: "/e",
      require_tls: true,
      send_resolved: true,
    },
  },
  msteams: {
    input: { msteams: { webhookUrlFile: "/m" } },
    list: "msteams_configs",
    settings: { webhook_url_file: "/m", send_resolved: true },
    newer: true,
  },
  discord: {
    input: { discord: [{ webhookUrlFile: "/d", sendResolved: false }] },
    list: "discord_configs",
    settings: { webhook_url_file: "/d", send_resolved: false },
    newer: true,
  },
  raw: {
    input: { raw: { list: "sns_configs", settings: { topic_arn: "arn:x", sigv4: { region: "eu-1" } } } },
    list: "sns_configs",
    settings: { topic_arn: "arn:x", sigv4: { region: "eu-1" } },
  },
};

/** The integrations of a receiver, resolved. */
function integrations(input: unknown): Receiver["integrations"] {
  const value = { sources: [{ files: ["a"] }], receivers: { it: input }, alerting: { defaultReceiver: "it" } };
  return parseConfig(value, "/c.ts", {}).receivers.get("it")?.integrations ?? [];
}

describe.each(Object.entries(samples))("the receiver %s", (kind, { input, list, settings, newer }) => {
  test("a receiver becomes Alertmanager's list, in its own words", () => {
    expect(integrations(input)).toEqual([{ kind, list, settings }]);
  });

  test(newer === true ? "needs a newer Alertmanager" : "is taken by Alertmanager", async () => {
    const file = join(dir, `${kind}.yml`);
    writeFileSync(file, stringify({ route: { receiver: "it" }, receivers: [{ name: "it", [list]: [settings] }] }));
    const check = promisify(execFile)("amtool", ["check-config", file]);
    if (newer === true) await expect(check).rejects.toMatchObject({ code: 1 });
    else expect((await check).stdout).toContain("SUCCESS");
  });
});

test("a receiver may be of several kinds, each once or more often, or of none", () => {
  const url = "http://127.0.0.1:5001/";
  const kinds = integrations({ webhook: [{ url }, { urlFile: "/w" }], discord: { webhookUrlFile: "/d" } });
  expect(kinds.map(({ kind }) => kind)).toEqual(["webhook", "webhook", "discord"]);
  expect(kinds[1]?.settings).toEqual({ url_file: "/w", send_resolved: true });
  expect(integrations({})).toEqual([]);
});

test("every version in the table is that of an option there is", () => {
  for (const { shape, optionSince } of Object.values(receiverKinds)) {
    expect(Object.keys(shape)).toEqual(expect.arrayContaining(Object.keys(optionSince)));
  }
});
