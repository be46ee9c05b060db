import { type Stopwatch, Turns } from "./pace.ts";

/** One scan at a time, in turns of the event loop, between which no position moves: for all others it is one step. */
export class ScanLock {
  #going: Promise<void> | undefined;

  /** The scan that goes on, if one does. Ask again after waiting: another one may have begun. */
  get going(): Promise<void> | undefined {
    return this.#going;
  }

  /** Scans once no other does, unless it is called off by then; `own` measures it. */
  async run(own: Stopwatch, isCalledOff: () => boolean, scan: (turns: Turns) => Promise<void>): Promise<void> {
    while (this.#going !== undefined) await this.#going;
    if (isCalledOff()) return;
    const turns = new Turns(own);
    this.#going = scan(turns).finally(() => {
      turns.stop();
      this.#going = undefined;
    });
    await this.#going;
  }
}
