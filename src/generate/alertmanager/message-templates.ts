/**
 * Writes the templates of messages, for someone who has just been woken. The title says what is wrong and how bad it is;
 * the text says of each alert the rest: on how many samples, what is mistaken for what, since when, who owns it and where
 * to look. Of an alert that has resolved they say what it was, and from when until when. Values are data, so that a
 * model's name that looks like a template is printed as it is.
 */
export function messageTemplates(): string {
  return [
    define("model_quality.name", nameBody),
    define("model_quality.title.firing", titleOf(["summary", "subject"])),
    define("model_quality.title.resolved", titleOf(["subject"])),
    define("model_quality.title", titleBody),
    define("model_quality.link", linkBody),
    ...alertTemplates("model_quality.text", plain),
    define("model_quality.slack.value", slackValue),
    ...alertTemplates("model_quality.slack", slack),
    ...htmlTemplates(),
    define("model_quality.pagerduty.severity", pagerdutySeverity),
    define("model_quality.opsgenie.priority", opsgeniePriority),
  ].join("\n");
}

/** Names an alert without texts of ours, such as the user's own. */
const nameBody =
  "{{ with .Labels.model }}{{ . }}{{ with $.Labels.version }} {{ . }}{{ end }}: {{ end }}" +
  "{{ with .Annotations.summary }}{{ . }}{{ else }}{{ with .Labels.alertname }}{{ . }}" +
  "{{ else }}Model quality alert{{ end }}{{ end }}";

/** Prints the first of the annotations that an alert with a subject has. */
function titleOf([first, second]: readonly [string, string?]): string {
  const next = second === undefined ? "" : `{{ else }}{{ .Annotations.${second} }}`;
  return (
    `{{ if .Annotations.subject }}{{ with .Annotations.${first} }}{{ . }}${next}{{ end }}` +
    '{{ else }}{{ template "model_quality.name" . }}{{ end }}'
  );
}

/** Prints the title of the first alert, and how many more there are. */
function titles(status: Status): string {
  const alerts = `.Alerts.${capital(status)}`;
  return `{{ template "model_quality.title.${status}" (index ${alerts} 0) }}{{ with slice ${alerts} 1 }} and {{ . | len }} more{{ end }}`;
}

const titleBody =
  '[{{ .Status | toUpper }}{{ if eq .Status "firing" }}:{{ .Alerts.Firing | len }}{{ end }}] ' +
  `{{ if .Alerts.Firing }}${titles("firing")}{{ else if .Alerts.Resolved }}${titles("resolved")}{{ end }}` +
  "{{ with .CommonLabels.severity }} ({{ . }}){{ end }}";

const linkBody =
  ["dashboard_url", "status_url", "runbook_url"]
    .map((name) => `{{ with .CommonAnnotations.${name} }}{{ . }}{{ else }}`)
    .join("") + `{{ .ExternalURL }}${"{{ end }}".repeat(3)}`;

/** PagerDuty knows four severities; others of a team's own become `error`. */
const pagerdutySeverity =
  '{{ if match "^(critical|error|warning|info)$" (.CommonLabels.severity | toLower) }}' +
  "{{ .CommonLabels.severity | toLower }}{{ else }}error{{ end }}";

const opsgeniePriority =
  '{{ if eq .CommonLabels.severity "critical" }}P1{{ else if eq .CommonLabels.severity "info" }}P5{{ else }}P3{{ end }}';

function define(name: string, body: string): string {
  return `{{ define "${name}" }}${body}{{ end }}\n`;
}

/** Writes the action that prints a value. */
type Print = (value: string) => string;

const plain: Print = (value) => `{{ ${value} }}`;
/** Escapes the three characters that Slack reads as markup, such as in `<!channel>`. */
const slack: Print = (value) => `{{ template "model_quality.slack.value" ${value} }}`;
const slackValue = '{{ . | reReplaceAll "&" "&amp;" | reReplaceAll "<" "&lt;" | reReplaceAll ">" "&gt;" }}';

const time = (of: string): string => `{{ ${of}.UTC.Format "2006-01-02 15:04 UTC" }}`;
const since = time(".StartsAt");
const span = `${since} to ${time(".EndsAt")}`;
/** Labels that a message names elsewhere, or that tell its reader nothing. */
const spokenFor = '"alertname" "severity" "team" "job"';

type Status = "firing" | "resolved";

/** Row of a message: a caption, and what is printed after it if the field is there. */
interface Fact {
  readonly caption: string;
  /** Field without which the row is left out; undefined for a row that is always there. */
  readonly of: string | undefined;
  readonly body: string;
}

/** Lists the facts that follow an alert's sentence, in the order in which they are needed. */
function facts(status: Status, print: Print): readonly Fact[] {
  const fact = (caption: string, of: string, body = print(".")): Fact => ({ caption, of, body });
  const was =
    `${print(".")}{{ with $.Annotations.samples }} on ${print(".")} samples{{ end }}` +
    `{{ with $.Annotations.target }}, ${print(".")}{{ end }}`;
  return [
    status === "firing"
      ? { caption: "Since", of: undefined, body: since }
      : { caption: "Fired from", of: undefined, body: span },
    ...(status === "firing" ? [] : [fact("Last value while firing", ".Annotations.value", was)]),
    fact("Owner", ".Labels.team"),
    fact("Status page", ".Annotations.status_url"),
    fact("Dashboard", ".Annotations.dashboard_url"),
    fact("Runbook", ".Annotations.runbook_url"),
  ];
}

/** Prints the sentence of an alert between two texts. */
function sentence(status: Status, print: Print, before: string, after: string): string {
  const text = `${before}${print(".")}${after}`;
  return status === "firing"
    ? `{{ with .Annotations.description }}${text}{{ else }}{{ with .Annotations.summary }}${text}{{ end }}{{ end }}`
    : `{{ with .Annotations.subject }}${text}{{ end }}`;
}

/** Prints the labels of an alert that does not come from us: nothing else of it is sure to name them. */
function otherLabels(row: string): string {
  return (
    "{{ if not .Annotations.subject }}" +
    `{{ range (.Labels.Remove (stringSlice ${spokenFor})).SortedPairs }}${row}{{ end }}{{ end }}`
  );
}

function oneAlert(status: Status, print: Print): string {
  const rows = facts(status, print).map(({ caption, of, body }) => {
    const row = `\n- ${caption}: ${body}`;
    return of === undefined ? row : `{{ with ${of} }}${row}{{ end }}`;
  });
  return (
    `{{ with .Labels.alertname }}${print(".")}{{ else }}Model quality alert{{ end }}` +
    sentence(status, print, "\n", "") +
    otherLabels(`\n- ${print(".Name")}: ${print(".Value")}`) +
    rows.join("")
  );
}

const statuses = ["firing", "resolved"] as const;

/** Defines templates for one alert of each status, for all of a status, and for all, those that fire first. */
function alertTemplates(name: string, print: Print): readonly string[] {
  return [
    ...statuses.flatMap((status) => listTemplates(name, status, oneAlert(status, print), "\n\n")),
    define(name, statuses.map((status) => section(name, status, (word) => `${word}:\n\n`)).join("")),
  ];
}

function listTemplates(name: string, status: Status, one: string, end: string): readonly string[] {
  const call = `{{ template "${name}.${status}" . }}${end}`;
  return [
    define(`${name}.${status}`, one),
    define(`${name}.all.${status}`, `{{ range .Alerts.${capital(status)} }}${call}{{ end }}`),
  ];
}

/** Lists the alerts of a status, under a heading where the title does not tell it. */
function section(name: string, status: Status, heading: (word: string) => string): string {
  const caption = `{{ if and .Alerts.Firing .Alerts.Resolved }}${heading(capital(status))}{{ end }}`;
  return `${caption}{{ template "${name}.all.${status}" . }}`;
}

function capital(status: Status): "Firing" | "Resolved" {
  return status === "firing" ? "Firing" : "Resolved";
}

/** Defines the same as an HTML page for mail; html/template escapes the values. */
function htmlTemplates(): readonly string[] {
  const row = (caption: string, cell: string): string => `<tr><th align="left">${caption}</th><td>${cell}</td></tr>\n`;
  const one = (status: Status): string => {
    const rows = facts(status, plain).map(({ caption, of, body }) => {
      if (of === undefined) return row(caption, body);
      const cell = of.endsWith("_url") ? '<a href="{{ . }}">{{ . }}</a>' : body;
      return `{{ with ${of} }}${row(caption, cell)}{{ end }}`;
    });
    return [
      "<h3>{{ with .Labels.alertname }}{{ . }}{{ else }}Model quality alert{{ end }}</h3>\n",
      sentence(status, plain, "<p>", "</p>\n"),
      `<table>\n${otherLabels(row("{{ .Name }}", "{{ .Value }}"))}${rows.join("")}</table>\n`,
    ].join("");
  };
  const all = statuses.map((status) => section("model_quality.html", status, (word) => `<h2>${word}</h2>\n`));
  return [
    ...statuses.flatMap((status) => listTemplates("model_quality.html", status, one(status), "")),
    define("model_quality.html", `<!DOCTYPE html>\n<html><body>\n${all.join("")}</body></html>`),
  ];
}
