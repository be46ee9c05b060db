import { quote } from "../promql/builder.ts";

/**
 * Writes the templates of messages, for someone who has just been woken. The title says what is wrong and how bad it is;
 * the text says of each alert the rest: on how many samples, what is mistaken for what, since when, who owns it and where
 * to look. Of an alert that has resolved they say what it was, and from when until when. Values are data, so that a
 * model's name that looks like a template is printed as it is.
 */
export function messageTemplates(): string {
  return [
    define("model_quality.link", linkBody),
    ...(["text", "slack", "markdown"] as const).flatMap((form) => [
      define(`model_quality.${form}.value`, values[form]),
      define(`model_quality.${form}.address`, addresses[form]),
      ...titleTemplates(form),
      ...alertTemplates(form),
    ]),
    // The titles of plain text, by the name that they have always had.
    define("model_quality.title", '{{ template "model_quality.text.title" . }}'),
    ...htmlTemplates(),
    define("model_quality.pagerduty.severity", pagerdutySeverity),
    define("model_quality.opsgenie.priority", opsgeniePriority),
  ].join("\n");
}

/** Forms of text, by what their readers take for more than text. */
type Form = "text" | "slack" | "markdown";

/**
 * How a value is printed in each form. Names come from logs, so that whoever writes a log chooses them: they must make no
 * line, link, mention or markup of their own. First what holds for all: one line, without letters that are not seen or turn
 * the order of others round, cut, and no address that a reader would make a link of.
 */
const harmless = [
  replace("[\\pC\\pZ]+", " "),
  replace("^(.{1000}).+", "$1…"),
  replace("://", "[:]//"),
  replace("(?i)(www)[.]", "$1[.]"),
];
/** The three characters that Slack reads as markup, such as in `<!channel>`, and Telegram where it reads HTML. */
const escapeSlack = [replace("&", "&amp;"), replace("<", "&lt;"), replace(">", "&gt;")];
const values: Readonly<Record<Form, string>> = {
  text: piped(harmless),
  // The rest of Slack's markup is read nowhere in a message, since `mrkdwn_in` leaves the text out.
  slack: piped([...harmless, ...escapeSlack]),
  // What Markdown, and the mentions of Discord, are made of; at the start of a line what makes a list as well.
  markdown: piped([
    ...harmless,
    replace("([\\\\`*_~<>|#@\\[\\]])", "\\$1"),
    replace("^([-+])( |$)", "\\$1$2"),
    replace("^([0-9]+)([.)])( |$)", "$1\\$2$3"),
  ]),
};
/** How the address of one of our links is printed in each form. */
const addresses: Readonly<Record<Form, string>> = {
  text: piped([replace("[\\pC\\pZ]+", "")]),
  slack: piped([replace("[\\pC\\pZ]+", ""), ...escapeSlack]),
  markdown: piped([replace("[\\pC\\pZ]+", "")]),
};

function replace(pattern: string, by: string): string {
  return `reReplaceAll ${quote(pattern)} ${quote(by)}`;
}

function piped(steps: readonly string[]): string {
  return `{{ ${[".", ...steps].join(" | ")} }}`;
}

/** Writes the action that prints a value, or an address. */
type Print = (value: string, of?: "value" | "address") => string;

function printIn(form: Form): Print {
  return (value, of = "value") => `{{ template "model_quality.${form}.${of}" ${value} }}`;
}

/** Names an alert without texts of ours, such as the user's own. */
function nameBody(print: Print): string {
  return (
    `{{ with .Labels.model }}${print(".")}{{ with $.Labels.version }} ${print(".")}{{ end }}: {{ end }}` +
    `{{ with .Annotations.summary }}${print(".")}{{ else }}{{ with .Labels.alertname }}${print(".")}` +
    "{{ else }}Model quality alert{{ end }}{{ end }}"
  );
}

/** Defines the title, and that of one alert of each status. */
function titleTemplates(form: Form): readonly string[] {
  const print = printIn(form);
  const name = `model_quality.${form}`;
  return [
    define(`${name}.name`, nameBody(print)),
    define(`${name}.title.firing`, titleOf(name, print, ["summary", "subject"])),
    define(`${name}.title.resolved`, titleOf(name, print, ["subject"])),
    define(`${name}.title`, titleBody(name, print)),
  ];
}

/** Prints the first of the annotations that an alert with a subject has. */
function titleOf(name: string, print: Print, [first, second]: readonly [string, string?]): string {
  const next = second === undefined ? "" : `{{ else }}${print(`.Annotations.${second}`)}`;
  return (
    `{{ if .Annotations.subject }}{{ with .Annotations.${first} }}${print(".")}${next}{{ end }}` +
    `{{ else }}{{ template "${name}.name" . }}{{ end }}`
  );
}

/** Prints the title of the first alert, and how many more there are. */
function titles(name: string, status: Status): string {
  const alerts = `.Alerts.${capital(status)}`;
  return `{{ template "${name}.title.${status}" (index ${alerts} 0) }}{{ with slice ${alerts} 1 }} and {{ . | len }} more{{ end }}`;
}

function titleBody(name: string, print: Print): string {
  return (
    '[{{ .Status | toUpper }}{{ if eq .Status "firing" }}:{{ .Alerts.Firing | len }}{{ end }}] ' +
    `{{ if .Alerts.Firing }}${titles(name, "firing")}{{ else if .Alerts.Resolved }}${titles(name, "resolved")}{{ end }}` +
    `{{ with .CommonLabels.severity }} (${print(".")}){{ end }}`
  );
}

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
    fact("Status page", ".Annotations.status_url", print(".", "address")),
    fact("Dashboard", ".Annotations.dashboard_url", print(".", "address")),
    fact("Runbook", ".Annotations.runbook_url", print(".", "address")),
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
function alertTemplates(form: Form): readonly string[] {
  const name = `model_quality.${form}`;
  const print = printIn(form);
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

/** Prints a value in HTML, which html/template escapes; mail programs make links of addresses in text as others do. */
const inHtml: Print = (value, of = "value") =>
  of === "address" ? `{{ ${value} }}` : `{{ ${[value, ...harmless].join(" | ")} }}`;

/** Defines the same as an HTML page for mail. */
function htmlTemplates(): readonly string[] {
  const row = (caption: string, cell: string): string => `<tr><th align="left">${caption}</th><td>${cell}</td></tr>\n`;
  const one = (status: Status): string => {
    const rows = facts(status, inHtml).map(({ caption, of, body }) => {
      if (of === undefined) return row(caption, body);
      const cell = of.endsWith("_url") ? '<a href="{{ . }}">{{ . }}</a>' : body;
      return `{{ with ${of} }}${row(caption, cell)}{{ end }}`;
    });
    return [
      `<h3>{{ with .Labels.alertname }}${inHtml(".")}{{ else }}Model quality alert{{ end }}</h3>\n`,
      sentence(status, inHtml, "<p>", "</p>\n"),
      `<table>\n${otherLabels(row(inHtml(".Name"), inHtml(".Value")))}${rows.join("")}</table>\n`,
    ].join("");
  };
  const all = statuses.map((status) => section("model_quality.html", status, (word) => `<h2>${word}</h2>\n`));
  return [
    ...statuses.flatMap((status) => listTemplates("model_quality.html", status, one(status), "")),
    define("model_quality.html", `<!DOCTYPE html>\n<html><body>\n${all.join("")}</body></html>`),
  ];
}
