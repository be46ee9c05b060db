import { Live } from "./live.ts";
import { Matrix } from "./matrix.ts";

/** Time that typing may rest before the list is asked for (ms). */
const rest = 200;

const matrix = new Matrix();
const live = new Live(matrix);

const pause = document.getElementById("pause");
pause?.removeAttribute("hidden");
pause?.addEventListener("click", () => live.togglePause());
live.showAge();

document.addEventListener("click", (event) => {
  const link = event.target instanceof Element ? event.target.closest("a") : null;
  const address = link?.getAttribute("href");
  const isPlain = event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;
  if (address?.startsWith("?") !== true || !isPlain) return;
  event.preventDefault();
  const isInList = link?.closest("#list") !== null;
  void live.goTo(address).then(() => {
    // Where the list is below the tag, a choice in it leads to the tag.
    if (isInList && matchMedia("(max-width: 860px)").matches) document.getElementById("main")?.scrollIntoView();
  });
});

let typing = 0;
document.addEventListener("input", ({ target }) => {
  if (!(target instanceof HTMLInputElement) || target.id !== "filter-tags") return;
  clearTimeout(typing);
  typing = setTimeout(() => void live.goTo(filtered(target), false), rest);
});
document.addEventListener("submit", (event) => {
  const input = document.getElementById("filter-tags");
  if (!(input instanceof HTMLInputElement)) return;
  event.preventDefault();
  clearTimeout(typing);
  void live.goTo(filtered(input), false).then(() => firstOfList()?.focus());
});

/** The address of the page with what is typed into the filter. */
function filtered({ form }: HTMLInputElement): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of form === null ? [] : new FormData(form)) {
    if (typeof value === "string" && (name !== "filter-tags" || value !== "")) parameters.append(name, value);
  }
  return `?${parameters.toString()}`;
}

function firstOfList(): HTMLElement | null {
  return document.querySelector<HTMLElement>("#list a");
}

/** Goes to the tag after the one in focus, or before it. */
function goBy(step: 1 | -1): void {
  const links = [...document.querySelectorAll<HTMLAnchorElement>("#list a")];
  const here = links.findIndex((link) => link.hasAttribute("aria-current"));
  const link = links[here < 0 ? 0 : here + step];
  link?.focus();
  link?.click();
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const input = document.getElementById("filter-tags");
  if (event.target instanceof HTMLInputElement) {
    if (event.key === "Escape") event.target.blur();
    return;
  }
  if (matrix.take(event)) event.preventDefault();
  else if (event.key === "/") {
    event.preventDefault();
    if (input instanceof HTMLInputElement) {
      input.focus();
      input.select();
    }
  } else if (event.key === "j") goBy(1);
  else if (event.key === "k") goBy(-1);
  else if (event.key === "p") live.togglePause();
  else if (/^[1-9]$/u.test(event.key)) {
    document.querySelectorAll<HTMLAnchorElement>("#windows a")[Number(event.key) - 1]?.click();
  }
});
