import { html, type Html } from "./html.ts";
import { colourOf, type Cell, type Matrix } from "./matrix.ts";
import type { PageQuery } from "./query.ts";
import { counted, shownName } from "./words.ts";

/** Most classes of a map: those of which most is wrong. */
const mostClasses = 150;
/** Most wrong cells of a map, so that a page stays small. */
const mostCells = 3000;
/** Labels along each side. */
const ticks = 10;

/** Renders a matrix of many classes as a map without numbers; the sentence below it reads single cells. */
export function matrixMap({ shownAs }: PageQuery, whole: Matrix, focus: Cell | undefined): Html {
  const shown = chosen(whole);
  const place = new Map(shown.map((index, at) => [index, at]));
  const cells = [
    ...shown.map((index) => ({ row: index, column: index, count: whole.cell(index, index) })),
    ...whole.confusions.filter(({ row, column }) => place.has(row) && place.has(column)).slice(0, mostCells),
  ].filter(({ count }) => count > 0);
  const paths = new Map<string, string>();
  for (const cell of cells) {
    const colour = colourOf(whole, cell, shownAs);
    const path = `M${place.get(cell.column) ?? 0} ${place.get(cell.row) ?? 0}h1v1h-1z`;
    paths.set(colour, (paths.get(colour) ?? "") + path);
  }
  const size = shown.length;
  const names = shown.map((index) => shownName(whole.classes[index] ?? ""));
  const data = cells.flatMap(({ row, column, count }) => [place.get(row) ?? 0, place.get(column) ?? 0, count]);
  const [row, column] = [place.get(focus?.row ?? -1), place.get(focus?.column ?? -1)];
  const marks = Array.from({ length: ticks }, (_, at) => html`<span>${names[Math.floor((at * size) / ticks)]}</span>`);
  const left = whole.size - size;
  return html`<p class="hint">
      Rows are actual, columns predicted,
      ${counted(size, "class", "classes")}${
        left > 0 && `, those with most confusions; ${counted(left, "other is", "others are")} left out`
      }.
      Point at it, or use the arrow keys.
    </p>
    <div class="map">
      <div class="ticks y" aria-hidden="true">${marks}</div>
      <div
        id="map"
        tabindex="0"
        role="application"
        aria-label="Confusion matrix of ${size} classes: arrow keys read single cells; the most frequent confusions stand in a table of their own"
        aria-describedby="cell"
        data-size="${size}"
        data-names="${JSON.stringify(names)}"
        data-actual="${shown.map((index) => whole.actual[index]).join(" ")}"
        data-predicted="${shown.map((index) => whole.predicted[index]).join(" ")}"
        data-cells="${data.join(" ")}"
        data-at="${row ?? 0} ${column ?? 0}"
      >
        <svg viewBox="0 0 ${size} ${size}" aria-hidden="true">
          ${[...paths].map(([colour, path]) => html`<path class="${colour}" d="${path}" />`)}${
            row !== undefined &&
            column !== undefined &&
            html`<rect class="ring" x="${column - 0.5}" y="${row - 0.5}" width="2" height="2" />`
          }
        </svg>
      </div>
      <i></i>
      <div class="ticks x" aria-hidden="true">${marks}</div>
    </div>`;
}

/** The classes that are shown, in their order. */
function chosen({ size, confusions }: Matrix): readonly number[] {
  const all = Array.from({ length: size }, (_, index) => index);
  if (size <= mostClasses) return all;
  const wrong = new Float64Array(size);
  for (const { row, column, count } of confusions) {
    wrong[row] = (wrong[row] ?? 0) + count;
    wrong[column] = (wrong[column] ?? 0) + count;
  }
  return all
    .sort((a, b) => (wrong[b] ?? 0) - (wrong[a] ?? 0))
    .slice(0, mostClasses)
    .sort((a, b) => a - b);
}
