// Where answers of the native half arrive. A thread of the engine puts them into a mailbox and rings; Node then calls a
// function here, which takes all answers that have come at once. Only while something is under way does that keep the
// process alive.

import { errorOf, ownError, type WireError } from './error';
import { outside, setInterval } from './globals';
import { Kind, native, type Letter, type Mailbox, type NativeEngine } from './native';

interface Waiting {
  resolve: (content: any) => void;
  reject: (error: unknown) => void;
}

/** The longest time that a timer takes. */
const FOREVER = 2 ** 31 - 1;

class Post {
  readonly mailbox: Mailbox;
  readonly heard = new Map<number, (letter: Letter) => void>();
  readonly #waiting = new Map<number, Waiting>();
  readonly #alive = setInterval(() => undefined, FOREVER).unref();
  #tickets = 0;
  #held = 0;

  constructor() {
    this.mailbox = new (native().Mailbox)(() => this.drain());
  }

  drain(): void {
    for (const letter of this.mailbox.take()) {
      const waiting = this.#waiting.get(letter.ticket);
      if (waiting === undefined) {
        this.heard.get(letter.ticket)?.(letter);
        continue;
      }
      this.#waiting.delete(letter.ticket);
      this.release();
      if (letter.kind === Kind.Refused) waiting.reject(refusalOf(letter.text!));
      else waiting.resolve(letter.kind === Kind.Opened ? letter.engine : letter.text);
    }
  }

  ticket(): number {
    return ++this.#tickets;
  }

  /** Sends a question, and waits for its answer. */
  ask<T>(send: (mailbox: Mailbox, ticket: number) => void): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const ticket = this.ticket();
      try {
        send(this.mailbox, ticket);
      } catch (error) {
        reject(ownError(error));
        return;
      }
      this.#waiting.set(ticket, { resolve, reject });
      this.hold();
    });
  }

  /** Keeps the process alive until it is released as often. */
  hold(): void {
    if (this.#held++ === 0) this.#alive.ref();
  }

  release(): void {
    if (--this.#held === 0) this.#alive.unref();
  }
}

/** Reads a refusal, and adds the advice that only this package can give. */
function refusalOf(text: string): Error {
  const wire = JSON.parse(text) as WireError;
  if (wire.code === 'contention' && String(wire.details?.['reason']).startsWith('lock_timeout')) {
    wire.message += ': if a transaction of yours is open, make the call in it by `using`';
  }
  return errorOf(wire);
}

let made: Post | undefined;

/** The mailbox of this thread. */
export function post(): Post {
  return (made ??= outside(() => new Post()));
}

/** Asks for an engine. */
export function askEngine(send: (mailbox: Mailbox, ticket: number) => void): Promise<NativeEngine> {
  return post().ask<NativeEngine>(send);
}

/** Keeps the process alive while something is under way. */
export async function alive<T>(work: Promise<T>): Promise<T> {
  const here = post();
  here.hold();
  try {
    return await work;
  } finally {
    here.release();
  }
}
