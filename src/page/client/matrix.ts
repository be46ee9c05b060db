import { findCells, type Cells, type Place } from "./cells.ts";

const steps: Readonly<Record<string, (place: Place, last: number) => Place>> = {
  ArrowLeft: ({ row, column }) => ({ row, column: column - 1 }),
  ArrowRight: ({ row, column }) => ({ row, column: column + 1 }),
  ArrowUp: ({ row, column }) => ({ row: row - 1, column }),
  ArrowDown: ({ row, column }) => ({ row: row + 1, column }),
  Home: ({ row }) => ({ row, column: 0 }),
  End: ({ row }, last) => ({ row, column: last }),
};

/** Lets a reader point at cells or walk through them; the place stays when the page changes. */
export class Matrix {
  #cells: Cells | undefined;
  #of = "";
  #place: Place | undefined;

  constructor() {
    this.renew();
    for (const type of ["mouseover", "mousemove", "focusin"] as const) {
      document.addEventListener(type, (event) => this.#point(event));
    }
  }

  /** Takes up the matrix that the page has now. */
  renew(): void {
    this.#cells = findCells(document);
    this.#of = matrixOf(document);
  }

  /** Points at the same place in a page that is about to be shown, so that nothing changes there for those who hear it. */
  keepIn(page: Document): void {
    const place = this.#place;
    if (place === undefined) return;
    const cells = findCells(page);
    if (cells === undefined || matrixOf(page) !== this.#of || Math.max(place.row, place.column) >= cells.size) {
      this.#place = undefined;
      return;
    }
    cells.mark(place, false);
    say(page, cells, place);
  }

  /** Takes a key that moves within the matrix; false for another. */
  take(event: KeyboardEvent): boolean {
    const step = steps[event.key];
    const cells = this.#cells;
    if (step === undefined || cells === undefined || !cells.hasFocus) return false;
    const { row, column } = step(this.#place ?? cells.first, cells.size - 1);
    const within = (index: number): number => Math.max(0, Math.min(cells.size - 1, index));
    this.#select({ row: within(row), column: within(column) }, true);
    return true;
  }

  #point(event: UIEvent): void {
    const place = this.#cells?.at(event);
    if (place === undefined || (place.row === this.#place?.row && place.column === this.#place.column)) return;
    this.#select(place, false);
  }

  #select(place: Place, hasFocus: boolean): void {
    if (this.#cells === undefined) return;
    this.#place = place;
    this.#cells.mark(place, hasFocus);
    say(document, this.#cells, place);
  }
}

/** Tells which matrix a page has: of another tag or window a place means something else. */
function matrixOf(page: Document): string {
  return (page.getElementById("main")?.dataset["self"] ?? "").replace(/&?shown-as=[^&]*/u, "");
}

/** Says of a cell what the server says of the first one. */
function say(page: Document, cells: Cells, place: Place): void {
  const { actual, predicted, outcomes, ofActual, ofPredicted } = cells.read(place);
  const bold = (name: string): HTMLElement => {
    const element = page.createElement("b");
    element.textContent = name;
    return element;
  };
  const text =
    `: ${outcomes.toLocaleString("en")} ${outcomes === 1 ? "outcome" : "outcomes"}, ` +
    `${percent(outcomes, ofActual)}% of all actual ${actual}, ${percent(outcomes, ofPredicted)}% of all predicted ${predicted}.`;
  page.getElementById("cell")?.replaceChildren("Actual ", bold(actual), ", predicted ", bold(predicted), text);
}

function percent(part: number, whole: number): string {
  if (whole === 0) return "0.0";
  const text = ((part / whole) * 100).toFixed(1);
  if (text === "0.0" && part > 0) return "<0.1";
  return text === "100.0" && part < whole ? ">99.9" : text;
}
