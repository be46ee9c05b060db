/** A place in the confusion matrix. */
export interface Place {
  readonly row: number;
  readonly column: number;
}

/** What is known of a cell. */
interface Reading {
  readonly actual: string;
  readonly predicted: string;
  readonly outcomes: number;
  readonly ofActual: number;
  readonly ofPredicted: number;
}

/** The matrix on the page, as a table or as a map: what can be pointed at, walked through and read. */
export interface Cells {
  readonly size: number;
  /** The place that the page itself points at. */
  readonly first: Place;
  read(place: Place): Reading;
  mark(place: Place, hasFocus: boolean): void;
  /** The place under the pointer or in focus; undefined beside all cells. */
  at(event: UIEvent): Place | undefined;
  /** True where the keyboard is in the matrix. */
  readonly hasFocus: boolean;
}

/** Finds the matrix of a page. */
export function findCells(page: Document): Cells | undefined {
  const table = page.querySelector<HTMLTableElement>("table.mx");
  if (table !== null) return new TableCells(table);
  const map = page.getElementById("map");
  return map === null ? undefined : new MapCells(map);
}

class TableCells implements Cells {
  readonly size: number;
  readonly first: Place;
  readonly #rows: readonly (readonly HTMLElement[])[];
  readonly #table: HTMLTableElement;

  constructor(table: HTMLTableElement) {
    this.#table = table;
    this.#rows = [...table.querySelectorAll("tbody tr")].map((row) => [...row.querySelectorAll<HTMLElement>("td.c")]);
    this.size = this.#rows.length;
    const row = this.#rows.findIndex((cells) => cells.some((cell) => cell.tabIndex === 0));
    const column = this.#rows[row]?.findIndex((cell) => cell.tabIndex === 0);
    this.first = { row: Math.max(0, row), column: Math.max(0, column ?? 0) };
  }

  read({ row, column }: Place): Reading {
    const cells = this.#rows.map((of) => of.map((cell) => Number(cell.dataset["n"] ?? 0)));
    const names = [...this.#table.querySelectorAll("tbody th")].map((head) => head.textContent);
    return {
      actual: names[row] ?? "",
      predicted: names[column] ?? "",
      outcomes: cells[row]?.[column] ?? 0,
      ofActual: (cells[row] ?? []).reduce((sum, cell) => sum + cell, 0),
      ofPredicted: cells.reduce((sum, of) => sum + (of[column] ?? 0), 0),
    };
  }

  mark({ row, column }: Place, hasFocus: boolean): void {
    this.#rows.forEach((cells, at) => {
      cells.forEach((cell, place) => {
        const isHere = at === row && place === column;
        cell.tabIndex = isHere ? 0 : -1;
        if (isHere) cell.setAttribute("aria-selected", "true");
        else cell.removeAttribute("aria-selected");
        if (isHere && hasFocus) cell.focus({ preventScroll: false });
      });
    });
  }

  at({ target }: UIEvent): Place | undefined {
    const cell = target instanceof Element ? target.closest<HTMLElement>("td.c") : null;
    if (cell === null) return undefined;
    const row = this.#rows.findIndex((cells) => cells.includes(cell));
    const column = this.#rows[row]?.indexOf(cell);
    return column === undefined ? undefined : { row, column };
  }

  get hasFocus(): boolean {
    return document.activeElement?.matches("td.c") === true;
  }
}

class MapCells implements Cells {
  readonly size: number;
  readonly first: Place;
  readonly #map: HTMLElement;
  readonly #counts = new Map<number, number>();

  constructor(map: HTMLElement) {
    this.#map = map;
    this.size = Number(map.dataset["size"]);
    const cells = numbersOf(map.dataset["cells"]);
    for (let at = 0; at < cells.length; at += 3) {
      this.#counts.set((cells[at] ?? 0) * this.size + (cells[at + 1] ?? 0), cells[at + 2] ?? 0);
    }
    const [row = 0, column = 0] = numbersOf(map.dataset["at"]);
    this.first = { row, column };
  }

  read({ row, column }: Place): Reading {
    const names: unknown = JSON.parse(this.#map.dataset["names"] ?? "[]");
    const name = (index: number): string => (Array.isArray(names) ? String(names[index]) : "");
    return {
      actual: name(row),
      predicted: name(column),
      outcomes: this.#counts.get(row * this.size + column) ?? 0,
      ofActual: numbersOf(this.#map.dataset["actual"])[row] ?? 0,
      ofPredicted: numbersOf(this.#map.dataset["predicted"])[column] ?? 0,
    };
  }

  mark({ row, column }: Place): void {
    const svg = this.#map.querySelector("svg");
    let ring = svg?.querySelector("rect.ring") ?? null;
    if (svg !== null && ring === null) {
      ring = document.createElementNS("http://www.w3.org/2000/svg", "rect");
      for (const [name, value] of [
        ["class", "ring"],
        ["width", "2"],
        ["height", "2"],
      ] as const) {
        ring.setAttribute(name, value);
      }
      svg.append(ring);
    }
    ring?.setAttribute("x", String(column - 0.5));
    ring?.setAttribute("y", String(row - 0.5));
  }

  at(event: UIEvent): Place | undefined {
    if (!(event instanceof MouseEvent)) return undefined;
    const { clientX, clientY, target } = event;
    if (!(target instanceof Node) || !this.#map.contains(target)) return undefined;
    const { left, top, width, height } = this.#map.getBoundingClientRect();
    const place = (part: number): number => Math.max(0, Math.min(this.size - 1, Math.floor(part * this.size)));
    return { row: place((clientY - top) / height), column: place((clientX - left) / width) };
  }

  get hasFocus(): boolean {
    return document.activeElement === this.#map;
  }
}

function numbersOf(text = ""): readonly number[] {
  return text === "" ? [] : text.split(" ").map(Number);
}
