import { tagStates } from "../exposition/status.ts";
import { sparkline } from "./charts.ts";
import { html, type Html } from "./html.ts";
import { parametersOf } from "./query.ts";
import type { PageView, TagList } from "./view.ts";
import { count, counted, lookOf, modelOf, restOf, stateMark, tagName } from "./words.ts";

/** Renders the list of tags, the worst first, with a filter that works without scripts. */
export function tagList({ list, tag, window, query, source, link }: PageView): Html {
  const parameters = parametersOf({
    tagLabels: source.config.tagLabels,
    labels: tag?.labels,
    window: window?.label,
    shownAs: query.shownAs,
  });
  const hidden = list.matching - list.rows.length;
  return html`<aside id="tags" aria-label="Tags">
    <form role="search" id="filter" method="get">
      ${parameters.map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}" />`)}<label
        class="vh"
        for="filter-tags"
        >Filter tags</label
      ><input
        id="filter-tags"
        name="filter-tags"
        type="search"
        value="${query.filter}"
        placeholder="Filter ${counted(list.total, "tag")}"
        autocomplete="off"
        spellcheck="false"
        maxlength="200"
      />
    </form>
    <p class="sum" id="sum">${summary(list)}</p>
    <ul id="list">
      ${list.rows.map(({ standing, history, isInFocus }) => {
        const { labels, state } = standing;
        return html`<li data-key="${tagName(labels)}">
          <a
            href="${link({ labels, class: undefined, window: query.window })}"
            ${isInFocus && html` aria-current="page"`}
            >${stateMark(state, true)}<span class="who"
              ><span class="name">${modelOf(labels)}</span
              ><span class="sub">${[restOf(labels), owed(standing.objectives)].filter(Boolean).join(" · ")}</span></span
            >${sparkline(history)}</a
          >
        </li>`;
      })}
    </ul>
    <p class="more" id="more">${more(list, hidden)}</p>
  </aside>`;
}

function summary({ states }: TagList): readonly Html[] {
  return tagStates
    .filter((state) => states[state] > 0)
    .map((state) => {
      const { mark, look, word } = lookOf(state === "no objectives" ? undefined : state);
      return html`<span class="st ${look}"
        ><span aria-hidden="true">${mark}</span> ${count(states[state])} ${word}</span
      > `;
    });
}

/** Says how much of what a tag owes is not met: `1 of 3 missed`. */
export function owed(objectives: readonly { readonly verdict: string }[]): string {
  const missed = objectives.filter(({ verdict }) => verdict === "missed").length;
  return missed === 0 ? "" : `${missed} of ${objectives.length} missed`;
}

function more({ matching, total }: TagList, hidden: number): string {
  if (total === 0) return "No tag has had an outcome yet.";
  if (matching === 0) return "No tag has these words.";
  return hidden > 0 ? `${count(hidden)} more, worst first. Type to find one.` : "";
}
