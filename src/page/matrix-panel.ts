import { html, type Html } from "./html.ts";
import { matrixMap } from "./matrix-map.ts";
import { matrixTable } from "./matrix-table.ts";
import { shareOf, type Cell, type Matrix } from "./matrix.ts";
import { shownAs } from "./query.ts";
import type { PageView, TagInFocus } from "./view.ts";
import { count, finePercent, shownName } from "./words.ts";

/** Classes from which on cells have no numbers. */
const mostInTable = 30;

/** Renders the confusion matrix, with the sentence about the cell that is looked at. */
export function matrixPanel(view: PageView, tag: TagInFocus, matrix: Matrix): Html {
  const { query, link } = view;
  const worst = cellInFocus(matrix, query.class);
  const words = { actual: "% of actual", predicted: "% of predicted", counts: "counts" };
  return html`<section class="panel" id="matrix" aria-label="Confusion matrix">
    <div class="mxhead">
      <h2>Confusion matrix</h2>
      <div class="seg" role="group" aria-label="Shown as">
        ${shownAs.map(
          (as) =>
            html`<a href="${link({ shownAs: as })}" ${as === query.shownAs && html` aria-current="true"`}
              >${words[as]}</a
            >`,
        )}
      </div>
    </div>
    ${matrix.size <= mostInTable ? matrixTable(view, tag, matrix, worst) : matrixMap(query, matrix, worst)}
    <p class="detail" id="cell" role="status">
      ${worst === undefined ? "No confusions in this window." : sentence(matrix, worst)}
    </p>
    <div class="legend" aria-hidden="true">
      <span>correct 0%${ramp("k")}100%</span><span>wrong 0%${ramp("w")}100%, on a square-root scale</span>
    </div>
  </section>`;
}

/** The most frequent confusion, of the class that is looked at if there is one. */
function cellInFocus({ confusions, classes }: Matrix, of: string | undefined): Cell | undefined {
  const index = of === undefined ? -1 : classes.indexOf(of);
  return confusions.find(({ row, column }) => row === index || column === index) ?? confusions[0];
}

/** Says all of a cell. The page's script says the same of the others. */
function sentence(matrix: Matrix, cell: Cell): Html {
  const [actual, predicted] = [cell.row, cell.column].map((index) => shownName(matrix.classes[index] ?? ""));
  return html`Actual <b>${actual}</b>, predicted <b>${predicted}</b>: ${count(cell.count)}
    ${cell.count === 1 ? "outcome" : "outcomes"}, ${finePercent(shareOf(matrix, cell, "actual"))}% of all actual
    ${actual}, ${finePercent(shareOf(matrix, cell, "predicted"))}% of all predicted ${predicted}.`;
}

function ramp(hue: "k" | "w"): Html {
  return html`<span class="ramp"
    >${Array.from({ length: 11 }, (_, step) => html`<i class="${hue}${step * 2}"></i>`)}</span
  >`;
}
