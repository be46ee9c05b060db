import type { Receiver } from "../../config/config.ts";

const title = '{{ template "model_quality.title" . }}';
const text = '{{ template "model_quality.text" . }}';
const slackTitle = '{{ template "model_quality.slack.title" . }}';
const markdown = '{{ template "model_quality.markdown" . }}';
const link = '{{ template "model_quality.link" . }}';

/** Fields that carry our messages, by Alertmanager's list. A webhook gets the alerts themselves. */
const fields: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  slack_configs: {
    title: slackTitle,
    title_link: link,
    fallback: slackTitle,
    text: '{{ template "model_quality.slack" . }}',
    // Not the text, in which names could be made bold or code, as they are by default.
    mrkdwn_in: ["pretext"],
    color: '{{ if eq .Status "firing" }}danger{{ else }}good{{ end }}',
  },
  pagerduty_configs: {
    description: title,
    severity: '{{ template "model_quality.pagerduty.severity" . }}',
    client_url: link,
    // These two names replace Alertmanager's own lists of all labels and annotations.
    details: {
      firing: '{{ template "model_quality.text.all.firing" . }}',
      resolved: '{{ template "model_quality.text.all.resolved" . }}',
    },
  },
  opsgenie_configs: {
    message: title,
    description: text,
    priority: '{{ template "model_quality.opsgenie.priority" . }}',
  },
  email_configs: { headers: { Subject: title }, html: '{{ template "model_quality.html" . }}', text },
  // Teams shows a title as it is.
  msteams_configs: { title, text: markdown },
  discord_configs: { title: '{{ template "model_quality.markdown.title" . }}', message: markdown },
};

/** Adds our messages to the settings of an integration, where the user set none; raw settings stay as they are. */
export function withMessages(integration: Receiver["integrations"][number]): Readonly<Record<string, unknown>> {
  if (integration.kind === "raw" || integration.kind === "extend") return integration.settings;
  return { ...integration.settings, ...without(fields[integration.list] ?? {}, integration.settings) };
}

function without(
  all: Readonly<Record<string, unknown>>,
  given: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(all).filter(([key]) => !(key in given)));
}
