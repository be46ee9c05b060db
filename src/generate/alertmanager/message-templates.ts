import { namespaceLabel } from "../promql/metric-names.ts";

/**
 * Writes the templates of messages, for someone who has just been woken: what is wrong with which model, by how much, on
 * how many samples, who owns it, and where to look. What an alert lacks is left out; values are data, so that a model's
 * name that looks like a template is printed as it is.
 */
export function messageTemplates(tagLabels: readonly string[]): string {
  return [
    define("model_quality.title", titleBody),
    define("model_quality.link", linkBody),
    ...alertTemplates("model_quality.text", lines(tagLabels, plain)),
    define("model_quality.slack.value", slackValue),
    ...alertTemplates("model_quality.slack", lines(tagLabels, slack)),
    ...htmlTemplates(tagLabels),
  ].join("\n");
}

const titleBody =
  '[{{ .Status | toUpper }}{{ if eq .Status "firing" }}:{{ .Alerts.Firing | len }}{{ end }}] ' +
  "{{ with .CommonLabels.model }}{{ . }}{{ with $.CommonLabels.version }} {{ . }}{{ end }}: {{ end }}" +
  "{{ with .CommonAnnotations.summary }}{{ . }}{{ else }}{{ with .CommonLabels.alertname }}{{ . }}" +
  "{{ else }}Model quality alerts{{ end }}{{ end }}" +
  "{{ with .CommonLabels.severity }} ({{ . }}){{ end }}";

const linkBody =
  "{{ with .CommonAnnotations.dashboard_url }}{{ . }}{{ else }}{{ with .CommonAnnotations.runbook_url }}{{ . }}" +
  "{{ else }}{{ .ExternalURL }}{{ end }}{{ end }}";

function define(name: string, body: string): string {
  return `{{ define "${name}" }}${body}{{ end }}\n`;
}

/** Writes the action that prints a value. */
type Print = (value: string) => string;

const plain: Print = (value) => `{{ ${value} }}`;
/** Escapes the three characters that Slack reads as markup, such as in `<!channel>`. */
const slack: Print = (value) => `{{ template "model_quality.slack.value" ${value} }}`;
const slackValue = '{{ . | reReplaceAll "&" "&amp;" | reReplaceAll "<" "&lt;" | reReplaceAll ">" "&gt;" }}';

interface Line {
  readonly caption: string;
  /** Field without which the line is left out. */
  readonly of: string;
  readonly body: string;
}

/** Lists the facts about an alert, in the order in which they are needed. */
function facts(tagLabels: readonly string[], print: Print): readonly Line[] {
  const fact = (caption: string, of: string, body = print(".")): Line => ({ caption, of, body });
  const tags = tagLabels.filter((label) => label !== "model" && label !== "version");
  return [
    fact("Model", ".Labels.model"),
    fact("Version", ".Labels.version"),
    ...tags.map((label) => fact(label, `.Labels.${label}`)),
    fact("Namespace", `.Labels.${namespaceLabel}`),
    fact("Metric", ".Annotations.metric", `${print(".")}{{ with $.Labels.class }} of class ${print(".")}{{ end }}`),
    fact("Value", ".Annotations.value", `${print(".")}{{ with $.Annotations.target }}, ${print(".")}{{ end }}`),
    fact("Samples", ".Annotations.samples"),
    fact("Window", ".Labels.window"),
    fact("Source", ".Labels.source"),
    fact("Owner", ".Labels.team"),
    fact("Dashboard", ".Annotations.dashboard_url"),
    fact("Runbook", ".Annotations.runbook_url"),
  ];
}

function lines(tagLabels: readonly string[], print: Print): string {
  const heading =
    `${print(".Labels.alertname")}{{ with .Labels.severity }} (${print(".")}){{ end }}` +
    `{{ with .Annotations.description }}\n${print(".")}{{ end }}`;
  const rest = facts(tagLabels, print).map(
    ({ caption, of, body }) => `{{ with ${of} }}\n- ${caption}: ${body}{{ end }}`,
  );
  return `${heading}${rest.join("")}\n- Since: {{ .StartsAt.UTC.Format "2006-01-02 15:04 UTC" }}`;
}

/** Defines a template that lists the alerts, those that fire first, and one for a single alert. */
function alertTemplates(name: string, one: string): readonly string[] {
  const list = (which: string, caption: string): string =>
    `{{ with .Alerts.${which} }}${caption}\n{{ range . }}\n{{ template "${name}.alert" . }}\n{{ end }}{{ end }}`;
  return [define(`${name}.alert`, one), define(name, `${list("Firing", "Firing:")}${list("Resolved", "Resolved:")}`)];
}

/** Defines the same as an HTML page for mail; html/template escapes the values. */
function htmlTemplates(tagLabels: readonly string[]): readonly string[] {
  const rows = facts(tagLabels, plain).map(({ caption, of, body }) => {
    const cell = of.endsWith("_url") ? '<a href="{{ . }}">{{ . }}</a>' : body;
    return `{{ with ${of} }}<tr><th align="left">${caption}</th><td>${cell}</td></tr>\n{{ end }}`;
  });
  const one = [
    "<h3>{{ .Labels.alertname }}{{ with .Labels.severity }} ({{ . }}){{ end }}</h3>\n",
    "{{ with .Annotations.description }}<p>{{ . }}</p>\n{{ end }}<table>\n",
    ...rows,
    '<tr><th align="left">Since</th><td>{{ .StartsAt.UTC.Format "2006-01-02 15:04 UTC" }}</td></tr>\n</table>\n',
  ].join("");
  const list = (which: string): string =>
    `{{ with .Alerts.${which} }}<h2>${which}</h2>\n{{ range . }}{{ template "model_quality.html.alert" . }}{{ end }}{{ end }}`;
  return [
    define("model_quality.html.alert", one),
    define("model_quality.html", `<!DOCTYPE html>\n<html><body>\n${list("Firing")}${list("Resolved")}</body></html>`),
  ];
}
