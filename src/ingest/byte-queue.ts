/** Bytes of the bodies that are held, within a limit. */
export class ByteQueue {
  #bytes = 0;

  /** Bytes that are held now. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Reserves nothing yet; `most` is the limit that holds as long as it is used. */
  open(most: number): Reservation {
    let held = 0;
    return {
      resize: (bytes) => {
        // A single body may always be held: a limit of its own bounds it.
        if (bytes > held && this.#bytes - held > 0 && this.#bytes - held + bytes > most) return false;
        this.#bytes += bytes - held;
        held = bytes;
        return true;
      },
      release: () => {
        this.#bytes -= held;
        held = 0;
      },
    };
  }
}

/** Part of a queue that one body holds. */
export interface Reservation {
  /** Holds so many bytes from now on; false, without any effect, where they are too many. */
  resize(bytes: number): boolean;
  /** Gives all of them back. */
  release(): void;
}
