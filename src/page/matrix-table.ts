import type { ObjectiveReport } from "../exposition/objective-report.ts";
import { html, type Content, type Html } from "./html.ts";
import { colourOf, shareOf, type Cell, type Matrix } from "./matrix.ts";
import type { PageQuery } from "./query.ts";
import type { PageView, TagInFocus } from "./view.ts";
import { count, percent, shownName } from "./words.ts";

/** Classes up to which a cell has room for two numbers. */
const mostLarge = 4;
/** Classes up to which figures beside the matrix have two decimals. */
const mostMedium = 12;
/** Letters of a name that have room above a column. */
const mostAcross = 4;

const captions = {
  actual: "Percent of each row: the diagonal is recall",
  predicted: "Percent of each column: the diagonal is precision",
  counts: "Outcomes, coloured by their share of the row",
};

/** Renders a matrix as a table with numbers, recall at the right and precision below. */
export function matrixTable(
  { query, window }: PageView,
  { standing }: TagInFocus,
  matrix: Matrix,
  focus: Cell | undefined,
): Html {
  const { classes, size } = matrix;
  const isLarge = size <= mostLarge;
  const missed = standing.objectives.filter((one) => one.verdict === "missed" && one.window === window?.label);
  const room = isLarge ? "large" : size <= mostMedium ? "medium" : "small";
  const isTall = !isLarge && classes.some((of) => of.length > mostAcross);
  const name = (index: number): Html => {
    const of = classes[index] ?? "";
    return html`title="${shownName(of, 200)}"${of === query.class && html` class="on"`}`;
  };
  const head = classes.map((of, index) => html`<th scope="col" ${name(index)}>${shownName(of)}</th>`);
  const body = classes.map((of, row) => {
    const cells = classes.map((_, column) => {
      const cell = { row, column, count: matrix.cell(row, column) };
      const isFocus = focus === undefined ? row + column === 0 : row === focus.row && column === focus.column;
      return cellOf(matrix, cell, query.shownAs, isLarge, isFocus);
    });
    return html`<tr>
      <th scope="row" ${name(row)}>${shownName(of)}</th>
      ${cells}
      <td class="m${isMissed(missed, "recall", of) && " low"}">${figure(matrix, row, matrix.actual, isLarge)}</td>
    </tr>`;
  });
  const foot = classes.map(
    (of, column) =>
      html`<td class="${isMissed(missed, "precision", of) && "low"}">
        ${figure(matrix, column, matrix.predicted, isLarge)}
      </td>`,
  );
  return html`<table class="mx ${room}${isTall && " tall"}" role="grid" aria-describedby="cell">
    <caption>
      Rows are actual, columns predicted. ${captions[query.shownAs]}.
    </caption>
    <thead>
      <tr>
        <th scope="col"><span class="vh">actual</span></th>
        ${head}
        <th class="m" scope="col">recall</th>
      </tr>
    </thead>
    <tbody>
      ${body}
    </tbody>
    <tfoot>
      <tr>
        <th scope="row">${isLarge ? "precision" : "prec."}</th>
        ${foot}
        <td class="m"></td>
      </tr>
    </tfoot>
  </table>`;
}

function cellOf(matrix: Matrix, cell: Cell, as: PageQuery["shownAs"], isLarge: boolean, isFocus: boolean): Html {
  const attributes = html`tabindex="${isFocus ? 0 : -1}"${isFocus && html` aria-selected="true"`}`;
  if (cell.count === 0) return html`<td class="c z" ${attributes}>·</td>`;
  const share = percent(shareOf(matrix, cell, as));
  const text: Content = !isLarge
    ? as === "counts"
      ? brief(cell.count)
      : share
    : as === "counts"
      ? html`<b>${count(cell.count)}</b><small>${share}%</small>`
      : html`<b>${share}%</b><small>${count(cell.count)}</small>`;
  return html`<td class="c ${colourOf(matrix, cell, as)}" ${attributes} data-n="${cell.count}">${text}</td>`;
}

/** Writes a count that has little room: `12k`. */
function brief(outcomes: number): string {
  const power = Math.floor(Math.log10(outcomes) / 3);
  const unit = ["", "k", "M", "G", "T", "P"][power] ?? "";
  const value = outcomes / 1000 ** power;
  return `${power > 0 && value < 10 ? value.toFixed(1) : Math.floor(value)}${unit}`;
}

function figure(matrix: Matrix, index: number, of: readonly number[], isLarge: boolean): string {
  const all = of[index] ?? 0;
  return all === 0 ? "–" : (matrix.cell(index, index) / all).toFixed(isLarge ? 3 : 2);
}

function isMissed(missed: readonly ObjectiveReport[], metric: ObjectiveReport["metric"], of: string): boolean {
  return missed.some((objective) => objective.metric === metric && objective.class === of);
}
