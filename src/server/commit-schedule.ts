/**
 * Interval of the first commit, doubled each time up to `commitEveryMs` (ms): a process that is repeatedly killed early
 * has saved about half of its work, and eventually gets through a backlog.
 */
const firstCommitMs = 20;
const commitEveryMs = 1000;
/** Time that who waits for a commit gives others to join it, and from one such commit to the next (ms). */
const gatherMs = 50;
const apartMs = 100;

/** Commits again and again, and sooner where someone waits for it. */
export class CommitSchedule {
  readonly #commit: () => Promise<boolean>;
  #timer: NodeJS.Timeout | undefined;
  #isStopped = false;
  #waiting: { readonly timer: NodeJS.Timeout; readonly resolve: (durable: Promise<boolean>) => void } | undefined;
  #next: Promise<boolean> | undefined;
  #askedAt = Number.NEGATIVE_INFINITY;

  /** `commit` takes what there is when it is called or later, and resolves to true once that is durable. */
  constructor(commit: () => Promise<boolean>) {
    this.#commit = commit;
  }

  /** Begins to commit at growing intervals. */
  start(): void {
    this.#schedule(firstCommitMs);
  }

  /** Resolves after a commit of all that there is by now, to true if it is durable. */
  durable(): Promise<boolean> {
    this.#next ??= new Promise((resolve) => {
      const afterMs = Math.max(gatherMs, this.#askedAt + apartMs - performance.now());
      const timer = setTimeout(() => {
        this.#release(this.#commit());
      }, afterMs);
      this.#waiting = { timer, resolve };
    });
    return this.#next;
  }

  /** Ends the schedule by a last commit. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    clearTimeout(this.#waiting?.timer);
    const last = this.#commit();
    this.#release(last);
    await last;
  }

  #release(durable: Promise<boolean>): void {
    this.#askedAt = performance.now();
    this.#waiting?.resolve(durable);
    this.#waiting = undefined;
    this.#next = undefined;
  }

  #schedule(afterMs: number): void {
    this.#timer = setTimeout(() => {
      void this.#commit().then(() => {
        if (!this.#isStopped) this.#schedule(Math.min(2 * afterMs, commitEveryMs));
      });
    }, afterMs);
  }
}
