import type { InfluxView } from "../exposition/influx-metrics.ts";
import type { JoinView } from "../exposition/join-metrics.ts";
import type { RejectedReport } from "../exposition/rejected.ts";
import type { SourceStatus } from "../exposition/source-status.ts";
import { delayBounds, type Delays } from "../join/join-stats.ts";
import { html, type Content, type Html } from "./html.ts";
import type { PageView } from "./view.ts";
import { bytes, count, counted, duration, modelOf, moment, shownName } from "./words.ts";

/** Delay from which on a source is marked (s). */
const muchBehindSeconds = 10;

interface Column {
  readonly head: string;
  /** True for a column that narrow screens leave out. */
  readonly isOptional?: boolean;
  readonly cell: (source: SourceStatus) => Content;
}

/** Columns of the table of sources; the share of labelled predictions has its place here. */
const columns: readonly Column[] = [
  {
    head: "Behind",
    cell: ({ behindSeconds, behindBytes }) =>
      behindSeconds < muchBehindSeconds
        ? duration(behindSeconds)
        : html`<span class="st miss"><span aria-hidden="true">✕</span> ${duration(behindSeconds)}</span>
            <span class="soft">${bytes(behindBytes)}</span>`,
  },
  {
    head: "Last line",
    cell: ({ lastReadSecondsAgo: ago }) => (ago === null ? "none yet" : ago < 1 ? "now" : `${duration(ago)} ago`),
  },
  {
    head: "Lines / s",
    isOptional: true,
    cell: ({ linesPerSecond: rate }) =>
      rate === null ? "–" : rate >= 10 || rate === 0 ? count(rate) : rate.toFixed(1),
  },
  { head: "Files", isOptional: true, cell: ({ files }) => count(files) },
  {
    head: "Rejected, 5m",
    cell: ({ rejected }) => {
      const reasons = Object.entries(rejected).sort(([, a], [, b]) => b - a);
      const all = reasons.reduce((sum, [, lines]) => sum + lines, 0);
      return html`${count(all)}
        <span class="soft"
          >${reasons
            .slice(0, 2)
            .map(([reason]) => reason)
            .join(", ")}</span
        >`;
    },
  },
];

/** Renders how far the sources are read, what of them was rejected, and what waits for its other half. */
export function sourcesPanel({ sources, source, tag }: PageView): Html {
  const cell = (name: "th" | "td", column: Column, content: Content): Html => {
    const attributes = html`class="num${column.isOptional && " opt"}"`;
    return name === "th"
      ? html`<th scope="col" ${attributes}>${content}</th>`
      : html`<td ${attributes}>${content}</td>`;
  };
  const rows = sources.map(
    (one) =>
      html`<tr>
        <th scope="row" class="wide">
          <code title="${shownName(one.source, 200)}">${shownName(one.source, 200)}</code>${problem(one)}
        </th>
        ${columns.map((column) => cell("td", column, column.cell(one)))}
      </tr>`,
  );
  const model = tag?.labels.find(({ name }) => name === "model")?.value;
  return html`<section class="panel" id="sources" aria-label="Labels and sources">
    <table class="src">
      <thead>
        <tr>
          <th scope="col">Source</th>
          ${columns.map((column) => cell("th", column, column.head))}
        </tr>
      </thead>
      <tbody>
        ${rows}
      </tbody>
    </table>
    ${source.join && joinLine(source.join, model)}${
      source.influxdb && influxLine(source.influxdb, source.now)
    }${rejectedLines(source.rejected)}
  </section>`;
}

function problem({ files, problems }: SourceStatus): Html | undefined {
  const words = files === 0 && problems.length === 0 ? ["no file yet"] : problems.map((text) => shownName(text, 200));
  return words.length === 0 ? undefined : html`<span class="problem">${words.join("; ")}</span>`;
}

function joinLine({ size, stats }: JoinView, model: string | undefined): Html {
  const delays = model === undefined ? undefined : stats.delays.get(model);
  return html`<p class="join">
    ${counted(size.predictions, "prediction")} and ${counted(size.labels, "label")} wait for their other
    half.${
      delays !== undefined &&
      model !== undefined &&
      ` Labels of ${modelOf([{ name: "model", value: model }])}: ${delayText(delays)}.`
    }
  </p>`;
}

function influxLine(view: InfluxView, now: number): Html {
  const { lines, bufferedLines, bufferedBytes, lastSuccessSeconds: at, failure, rejection } = view;
  const written = at > 0 ? `written ${duration(Math.max(0, now / 1000 - at))} ago` : "nothing written yet";
  const waiting = bufferedLines === 0 ? "" : `, ${counted(bufferedLines, "line")} (${bytes(bufferedBytes)}) wait`;
  const lost = [
    ...(lines.dropped > 0 ? [`${counted(lines.dropped, "line")} dropped`] : []),
    ...(lines.rejected > 0 ? [`${counted(lines.rejected, "line")} rejected`] : []),
  ];
  const problems = [...(failure === undefined ? [] : [failure]), ...(rejection === undefined ? [] : [rejection])];
  return html`<p class="join" id="influxdb">
    InfluxDB:
    ${written}${waiting}${lost.map((words) => `, ${words}`)}.${problems.map(
      (words) => html` <span class="problem">${shownName(words, 200)}</span>`,
    )}
  </p>`;
}

/** Words the delays of labels: `half within 1 min, 99 of 100 within 1 h`. */
function delayText({ buckets }: Delays): string {
  const all = buckets.reduce((sum, labels) => sum + labels, 0);
  const within = (share: number): string => {
    let labels = 0;
    const at = buckets.findIndex((one) => (labels += one) >= share * all);
    const bound = delayBounds[at];
    return bound === undefined ? `more than ${duration(delayBounds.at(-1) ?? 0)}` : duration(bound);
  };
  return `half within ${within(0.5)}, 99 of 100 within ${within(0.99)}`;
}

function rejectedLines({ hidden, lines }: RejectedReport): Html {
  const latest = [...lines].sort((a, b) => (a.time < b.time ? 1 : -1)).slice(0, 10);
  if (latest.length === 0) return html`<p class="soft" id="rejected">No line was rejected since the start.</p>`;
  return html`<details id="rejected">
    <summary>Last rejected lines</summary>
    ${hidden !== undefined && html`<p class="soft">Their text is hidden here; --web.show-lines shows it.</p>`}
    <ol>
      ${latest.map(
        ({ time, reason, detail, line, file }) =>
          html`<li>
            <code>${moment(Date.parse(time))} ${reason}${detail !== undefined && `: ${detail}`}</code>
            <span class="soft">${shownName(file, 200)}</span>${
              line !== undefined && html`<pre><code>${line}</code></pre>`
            }
          </li>`,
      )}
    </ol>
  </details>`;
}
