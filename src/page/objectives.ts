import type { ObjectiveReport } from "../exposition/objective-report.ts";
import type { StandingObjective } from "../exposition/standings.ts";
import { metricOf } from "../quality/metrics.ts";
import { bullet } from "./charts.ts";
import { html, type Html } from "./html.ts";
import type { PageView, TagInFocus } from "./view.ts";
import { count, counted, duration, finePercent, oddsBeyond, ratio, shownName, stateMark, windowName } from "./words.ts";

/** Renders what the model owes, one line each in the order of the config. */
export function objectivesPanel({ source, link }: PageView, { standing, model }: TagInFocus): Html {
  const { windows } = source.config;
  const rows = standing.objectives.map((objective) => {
    const window = windows.find(({ label }) => label === objective.window);
    return html`<tr class="${objective.verdict === "missed" && "missed"}">
      <td class="gl">${stateMark(objective.verdict)}</td>
      <th class="what" scope="row">
        <b>${figureName(objective)}</b> ${boundText(objective)}
        <a class="soft" href="${link({ window: objective.window, class: objective.class })}"
          >over ${window === undefined ? objective.window : windowName(window)}</a
        >
      </th>
      <td class="bul">${bullet(objective)}</td>
      <td class="num val">
        <b>${ratio(objective.value)}</b>
        <span class="soft iv"
          >${objective.interval !== null && `${ratio(objective.interval.low)}–${ratio(objective.interval.high)}`}</span
        >
      </td>
      <td class="num meta soft">
        ${remarks(objective, source.now)}${
          objective.runbook !== undefined &&
          objective.runbook !== model?.runbook &&
          html` · <a href="${objective.runbook}">runbook</a>`
        }
      </td>
    </tr>`;
  });
  return html`<section class="panel flush" id="objectives" aria-label="Objectives">
    ${
      rows.length > 0
        ? html`<table class="obj">
            <caption class="vh">
              What the model owes, on the outcomes of this exporter
            </caption>
            <tbody>
              ${rows}
            </tbody>
          </table>`
        : html`<p class="soft">No objectives. This model is measured, and owes nothing.</p>`
    }
  </section>`;
}

/** Names the figure of an objective: `recall of class fraud`, `macro F1`. */
function figureName({ metric, class: of, average }: ObjectiveReport): string {
  const { title } = metricOf(metric);
  return `${average === undefined ? "" : `${average} `}${title}${of === undefined ? "" : ` of class ${shownName(of)}`}`;
}

/** Words the bound of an objective: `at least 0.85`, `at most 0.02 below v0`. */
function boundText({ min, max, maxDrop, maxRise, comparedTo }: ObjectiveReport): string {
  if (min !== undefined) return `at least ${min}`;
  if (max !== undefined) return `at most ${max}`;
  const than = comparedTo === undefined ? "" : referenceText(comparedTo);
  return maxDrop === undefined ? `at most ${maxRise ?? 0} above ${than}` : `at most ${maxDrop} below ${than}`;
}

function referenceText(to: NonNullable<ObjectiveReport["comparedTo"]>): string {
  if ("version" in to) return shownName(to.version);
  return "ago" in to ? `what it was ${to.ago} ago` : String(to.value);
}

function remarks(objective: StandingObjective, now: number): string {
  const { samples, minSamples, severity, verdict } = objective;
  const outcomes =
    verdict === "quiet" && samples < minSamples
      ? `${count(samples)} of ${counted(minSamples, "outcome")}`
      : counted(samples, "outcome");
  return [outcomes, shownName(severity), ...remark(objective, now)].join(" · ");
}

/** Tells whether too small a share of what is due is labelled. */
function isHeldBack({ labelled, minLabelled }: Pick<StandingObjective, "labelled" | "minLabelled">): boolean {
  return typeof labelled === "number" && minLabelled !== undefined && labelled < minLabelled;
}

function remark(objective: StandingObjective, now: number): readonly string[] {
  const { verdict, missedSince = now, z, samples, minSamples, comparedTo, labelled, minLabelled } = objective;
  const seconds = (now - missedSince) / 1000;
  switch (verdict) {
    case "missed":
      return [seconds < 60 ? "missed now" : `missed for ${duration(seconds)} or more`];
    case "unsure":
      return [
        z === null || z < 0
          ? "beyond its bound, perhaps by chance"
          : `beyond its bound, but ${oddsBeyond(z)} by chance alone`,
      ];
    case "no data":
      if (comparedTo !== undefined && "ago" in comparedTo) return ["only Prometheus can tell"];
      return comparedTo !== undefined && "version" in comparedTo && samples > 0
        ? [`${shownName(comparedTo.version)} has no such outcomes`]
        : ["nothing to judge"];
    case "quiet":
      if (samples >= minSamples && isHeldBack(objective)) {
        return [
          `${finePercent(labelled ?? 0)}% of what is due is labelled, and ${finePercent(minLabelled ?? 0)}% must be`,
        ];
      }
      return samples >= minSamples && comparedTo !== undefined && "version" in comparedTo
        ? [`${shownName(comparedTo.version)} has fewer than ${count(minSamples)}`]
        : [];
    case "met":
      return [];
  }
}
