import { dashboardUrl } from "../config/dashboard-url.ts";
import { labelledShare, type WindowTraffic } from "../window/coverage.ts";
import { historyChart } from "./charts.ts";
import { figuresPanel } from "./figures.ts";
import { html, type Html } from "./html.ts";
import { matrixPanel } from "./matrix-panel.ts";
import { matrixOf, type Matrix } from "./matrix.ts";
import { objectivesPanel } from "./objectives.ts";
import { sourcesPanel } from "./sources.ts";
import { owed, tagList } from "./tag-list.ts";
import type { MissingTag, PageView, TagInFocus } from "./view.ts";
import {
  count,
  counted,
  duration,
  finePercent,
  lookOf,
  modelOf,
  moment,
  restOf,
  shownName,
  stateMark,
  tagName,
  windowName,
} from "./words.ts";

/** Where the other things of the exporter are, relative to the page. */
export interface PageLinks {
  /** Folder of the style sheet and the scripts. */
  readonly assets: string;
  readonly metrics: string;
}

/** Seconds after which a page without scripts loads itself anew. */
const refreshSeconds = 15;

/** Renders the whole page. */
export function wholePage(view: PageView, links: PageLinks): string {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        ${titleOf(view)}
        <link rel="icon" href="${links.assets}/icon.svg" />
        <link rel="stylesheet" href="${links.assets}/status.css" />
        <script type="module" src="${links.assets}/status.js"></script>
        <noscript><meta http-equiv="refresh" content="${refreshSeconds}" /></noscript>
      </head>
      <body>
        ${body(view, links)}
      </body>
    </html> `.text;
}

/** Renders what changes of a page while it is open. */
export function pageFragment(view: PageView, links: PageLinks): string {
  return html`${titleOf(view)}${body(view, links)}`.text;
}

function titleOf({ tag, window, missing }: PageView): Html {
  const name = "model-quality-exporter";
  if (tag === undefined) return html`<title>${missing && "no such tag · "}${name}</title>`;
  const { mark, word } = lookOf(tag.standing.state);
  const state = owed(tag.standing.objectives) || word;
  return html`<title>${mark} ${tagName(tag.labels)}${window && `, ${windowName(window)}`}: ${state} · ${name}</title>`;
}

function body(view: PageView, links: PageLinks): Html {
  const { source, list, tag, link } = view;
  // The tag and the window stay as they are while the page is open, whatever becomes the worst.
  const self = tag === undefined ? undefined : link({});
  return html`<div id="page">
    <a class="skip" href="#main">To the tag</a>
    <header class="top">
      <strong>model-quality-exporter</strong><span class="soft version">${source.version}</span
      ><span class="live"
        ><span class="dot${!source.ready && " busy"}"></span
        ><span class="word">${source.ready ? "Ready" : "Reading what was there at the start"}</span
        ><span id="age" data-client>${moment(source.now).slice(11)}</span
        ><button type="button" id="pause" data-client hidden aria-pressed="false">Pause</button></span
      >
      <nav aria-label="Pages">
        <a href="${links.metrics}">Metrics</a><a href="./api/v1/status">JSON</a><a href="./api/v1/models">Figures</a
        ><a href="./api/v1/rejected">Rejected lines</a>
      </nav>
    </header>
    <div class="page">
      <a class="pick" href="#tags"
        >${
          tag === undefined
            ? html`<span>No tag</span>`
            : html`${stateMark(tag.standing.state, true)}<b>${modelOf(tag.labels)}</b>
                <span class="soft">${restOf(tag.labels)}</span>`
        }<span class="soft end">${counted(list.total, "tag")} ▾</span></a
      >${tagList(view)}
      <main id="main" tabindex="-1" ${self !== undefined && html` data-self="${self}"`}>
        ${view.notices.map((notice) => html`<p class="panel notice">${notice}</p>`)}${
          tag !== undefined ? tagPanels(view, tag) : view.missing ? missingPanel(view, view.missing) : emptyPanel()
        }${sourcesPanel(view)}
      </main>
    </div>
  </div>`;
}

function tagPanels(view: PageView, tag: TagInFocus): Html {
  const { window, source, link, query } = view;
  const { quality, model, labels } = tag;
  const { windows, grafana, alerting } = source.config;
  const rest = restOf(labels);
  const outcomes = quality.counts.samples;
  const runbook = model?.runbook ?? alerting.runbookUrl;
  const dashboard = model?.dashboard ?? dashboardUrl(grafana, model?.name ?? "*");
  const facts = [
    ...(model?.team === undefined ? [] : [html`Team ${shownName(model.team)}`]),
    html`${counted(outcomes, "outcome")} in ${window === undefined ? "no window" : windowName(window)}`,
    ...labelledFact(tag.traffic),
    ...(runbook === undefined ? [] : [html`<a href="${runbook}">runbook</a>`]),
    ...(dashboard === undefined ? [] : [html`<a href="${dashboard}">dashboard</a>`]),
  ];
  const matrix = matrixOf(quality.confusion);
  return html`<div class="head">
      <div>
        <h1>${modelOf(labels)}${rest !== "" && html` <span class="soft">${rest}</span>`}</h1>
        <p>${facts.map((fact, index) => html`${index > 0 && " · "}${fact}`)}</p>
      </div>
      <div class="seg" id="windows" role="group" aria-label="Window">
        ${windows.map(
          (one) =>
            html`<a href="${link({ window: one.label })}" ${one.label === window?.label && html` aria-current="true"`}
              >${windowName(one)}</a
            >`,
        )}
      </div>
    </div>
    ${objectivesPanel(view, tag)}${
      outcomes === 0
        ? html`<section class="panel lone" id="nothing">
            <p>
              No outcomes in this
              window.${
                tag.latest !== undefined &&
                ` The latest is of ${moment(tag.latest)}, ${duration((source.now - tag.latest) / 1000)} ago.`
              }
            </p>
          </section>`
        : html`<div class="cols">
            ${matrixPanel(view, tag, matrix)}
            <div class="stack">
              ${figuresPanel(quality, query.class)}${historyPanel(view, tag)}${confusionsPanel(matrix)}
            </div>
          </div>`
    }`;
}

/** Words how much of the truth has come: without it figures may speak of a small part of the traffic. */
function labelledFact(traffic: WindowTraffic | undefined): readonly Html[] {
  const share = labelledShare(traffic);
  if (traffic === undefined || share === undefined) return [];
  const due = traffic.classes.reduce((sum, one) => sum + one.due, 0);
  return [html`<span id="labelled">${finePercent(share)}% of ${counted(due, "due prediction")} labelled</span>`];
}

function historyPanel({ source, window }: PageView, { history }: TagInFocus): Html | undefined {
  if (window?.kind !== "time" || history.length === 0) return undefined;
  return html`<section class="panel" id="history" aria-label="History">
    <h2>Accuracy over ${windowName(window)}</h2>
    ${historyChart(history, source.now)}
  </section>`;
}

/** Most confusions that are listed. */
const mostConfusions = 6;

function confusionsPanel(matrix: Matrix): Html | undefined {
  const rows = matrix.confusions.slice(0, mostConfusions);
  if (rows.length === 0) return undefined;
  return html`<section class="panel" id="confusions" aria-label="Most frequent confusions">
    <h2>Most frequent confusions</h2>
    <table class="conf">
      <tbody>
        ${rows.map((cell) => {
          const name = (index: number): string => shownName(matrix.classes[index] ?? "", 24);
          const actual = name(cell.row);
          const share = cell.count / (matrix.actual[cell.row] ?? 1);
          return html`<tr>
            <th scope="row"><b>${actual}</b> taken for <b>${name(cell.column)}</b></th>
            <td class="num">${count(cell.count)}</td>
            <td class="num soft pct">${finePercent(share)}% of ${actual.length > 8 ? "these" : actual}</td>
          </tr>`;
        })}
      </tbody>
    </table>
  </section>`;
}

function missingPanel({ source, link }: PageView, { asked, removed, nearest }: MissingTag): Html {
  const seen =
    removed === undefined
      ? "This exporter has seen none since it started or read its config anew."
      : `It was forgotten${removed.removed === undefined ? "" : ` ${duration((source.now - removed.removed) / 1000)} ago`}, for want of outcomes${
          removed.latest > 0 ? `: the latest was of ${moment(removed.latest)}` : ""
        }.`;
  return html`<section class="panel lone" id="missing">
    <h1>No tag ${asked.length === 0 ? "of these labels" : tagName(asked)}</h1>
    <p>${seen}</p>
    ${
      nearest.length > 0 &&
      html`<p>
        Did you mean
        ${nearest.map(
          (labels, index) =>
            html`${index > 0 && " or "}<a href="${link({ labels, class: undefined })}">${tagName(labels)}</a>`,
        )}?
      </p>`
    }
  </section>`;
}

function emptyPanel(): Html {
  return html`<section class="panel lone" id="empty">
    <h1>No outcomes yet</h1>
    <p>
      A tag is here as soon as a prediction and its label are read. How far the logs are read, and what of them was
      rejected, stands below; <code>replay FILE</code> tells of a single log what could not be counted and why.
    </p>
  </section>`;
}
