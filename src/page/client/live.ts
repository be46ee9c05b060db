import { patchChildren } from "./patch.ts";

/** Time from one look to the next (ms): the least, and the most while nothing answers. */
const often = 5000;
const seldom = 60_000;
/** Age from which on a page is stale (ms), where nothing has failed. */
const staleAfter = 20_000;
/** How long an answer may take (ms). */
const patience = 10_000;

/** What wants to know of changes of the page. */
export interface PageListener {
  /** Called with the answer before the page becomes like it. */
  keepIn(answer: Document): void;
  /** Called after that. */
  renew(): void;
}

/** Keeps the page as the exporter has it: asks for it every few seconds while it is looked at, and says how old it is. */
export class Live {
  readonly #page: PageListener;
  #timer = 0;
  #wait = often;
  #lastAnswer = performance.now();
  #hasFailed = false;
  #isPaused = false;
  /** Counts the requests, so that the answer to an earlier one is dropped. */
  #turn = 0;

  constructor(page: PageListener) {
    this.#page = page;
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden) void this.#ask();
    });
    addEventListener("popstate", () => void this.#ask(location.search || "?"));
    setInterval(() => this.showAge(), 1000);
    this.#schedule();
  }

  /** Goes to an address of this page; `isNew` makes it one to come back to. */
  async goTo(address: string, isNew = true): Promise<void> {
    if (isNew) history.pushState(null, "", address);
    else history.replaceState(null, "", address);
    await this.#ask(address);
  }

  /** Stops asking, or goes on. */
  togglePause(): void {
    this.#isPaused = !this.#isPaused;
    document.getElementById("pause")?.setAttribute("aria-pressed", String(this.#isPaused));
    if (!this.#isPaused) void this.#ask();
    this.showAge();
  }

  /** Says how old the page is. */
  showAge(): void {
    const age = performance.now() - this.#lastAnswer;
    const isStale = !this.#isPaused && !document.hidden && (this.#hasFailed || age > staleAfter);
    document.body.classList.toggle("stale", isStale);
    const seconds = Math.round(age / 1000);
    const text = isStale
      ? `stale, ${seconds} s old`
      : this.#isPaused
        ? `paused, ${seconds} s ago`
        : `live, ${seconds} s ago`;
    const place = document.getElementById("age");
    if (place !== null && place.textContent !== text) place.textContent = text;
  }

  #schedule(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      if (document.hidden || this.#isPaused) this.#schedule();
      else void this.#ask();
    }, this.#wait);
  }

  /** Asks for an address, or for the page as it is, and shows the answer. */
  async #ask(address = selfAddress()): Promise<void> {
    const turn = ++this.#turn;
    clearTimeout(this.#timer);
    try {
      const response = await fetch(address, {
        headers: { Accept: "text/html; fragment=1" },
        signal: AbortSignal.timeout(patience),
      });
      const text = await response.text();
      if (turn !== this.#turn) return;
      if (response.status !== 200 && response.status !== 404) throw new Error(response.statusText);
      this.#show(text);
      this.#hasFailed = false;
      this.#lastAnswer = performance.now();
      this.#wait = often;
    } catch {
      if (turn !== this.#turn) return;
      this.#hasFailed = true;
      this.#wait = Math.min(seldom, this.#wait * 2);
    }
    this.showAge();
    this.#schedule();
  }

  #show(text: string): void {
    const answer = new DOMParser().parseFromString(text, "text/html");
    const [page, wanted] = [document.getElementById("page"), answer.getElementById("page")];
    if (page === null || wanted === null) throw new Error("no page");
    if (document.title !== answer.title) document.title = answer.title;
    this.#page.keepIn(answer);
    patchChildren(page, wanted);
    this.#page.renew();
  }
}

/** The address of the tag and window that are shown: the worst tag may be another one by now. */
function selfAddress(): string {
  const self = document.getElementById("main")?.dataset["self"];
  return self ?? (location.search || "?");
}
