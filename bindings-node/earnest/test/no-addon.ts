// What the loops of the package need of an addon, without one: letters that wait, and a bell.

interface Letter {
  ticket: number;
  kind: number;
}

export class Mailbox {
  readonly #bell: () => void;
  #letters: Letter[] = [];

  constructor(bell: () => void) {
    this.#bell = bell;
  }

  put(letter: Letter): void {
    this.#letters.push(letter);
    setImmediate(this.#bell);
  }

  take(): Letter[] {
    return this.#letters.splice(0);
  }
}
