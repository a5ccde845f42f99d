// Where an engine is, once it is open: it and its views share it.

import { EarnestError, errorOf, ownError, refuse } from './error';
import { outside } from './globals';
import type { Keys } from './keyring';
import type { NativeEngine } from './native';
import { post } from './post';
import type { Server } from './hosts/server';

/** An opened engine, and the server of its pool. */
export interface Opened {
  native: NativeEngine;
  server?: Server;
}

export class Home {
  readonly keys: Keys | undefined;
  readonly #prepared: boolean;
  readonly #opens: (() => Promise<Opened>) | undefined;
  readonly #closed: () => void;
  #engine: Opened | undefined;
  #opening: Promise<NativeEngine> | undefined;
  #closing: Promise<void> | undefined;

  constructor(about: {
    keys: Keys | undefined;
    prepared: boolean;
    opened?: Opened;
    opens?: () => Promise<Opened>;
    closed: () => void;
  }) {
    this.keys = about.keys;
    this.#prepared = about.prepared;
    this.#engine = about.opened;
    this.#opens = about.opens;
    this.#closed = about.closed;
  }

  /** Whether statements are named on connections of the application: the engine knows of a pooler, by whatever it has heard of it. */
  get prepared(): boolean {
    if (!this.#prepared || this.engine === undefined) return this.#prepared;
    try {
      return this.engine.preparesStatements();
    } catch {
      // it was closed under a call: what has no name is sent by every driver
      return false;
    }
  }

  /** The engine, if it is open. */
  get engine(): NativeEngine | undefined {
    return this.#engine?.native;
  }

  get server(): Server | undefined {
    return this.#engine?.server;
  }

  get isClosed(): boolean {
    return this.#closing !== undefined;
  }

  /** The engine, which is opened if it is not open. When that fails everybody who waits hears it, and the next one tries again. */
  open(): Promise<NativeEngine> {
    if (this.#closing !== undefined) return Promise.reject(closed());
    if (this.#engine !== undefined) return Promise.resolve(this.#engine.native);
    return (this.#opening ??= this.#open());
  }

  async #open(): Promise<NativeEngine> {
    try {
      // for everybody, and not for whoever calls first
      const made = await outside(this.#opens!);
      // also where it is to be closed: what has waited for it was begun before, and is sent first
      this.#engine = made;
      return made.native;
    } finally {
      this.#opening = undefined;
    }
  }

  /** Answers what was taken, and closes the store; twice is no error. */
  close(): Promise<void> {
    return (this.#closing ??= this.#close());
  }

  async #close(): Promise<void> {
    // begun by a later turn, so that it is closing already for everybody who asks
    await this.#opening?.catch(() => undefined);
    if (this.#engine !== undefined) await end(this.#engine);
    this.#closed();
  }
}

async function end(opened: Opened): Promise<void> {
  await post().ask((mailbox, ticket) => opened.native.close(mailbox, ticket));
  await opened.server?.close();
}

/** The refusal of a call of an engine that was closed, which no later try gets past. */
export function closed(): EarnestError {
  return errorOf({ ...refuse('store_unavailable', { reason: 'the engine is closed' }).toJSON(), retry: 'never' });
}

/** A view of an engine that may be opened later: the native half of the one that is open. */
export class Seen {
  readonly book: string | undefined;
  readonly by: string | undefined;
  #root: NativeEngine | undefined;
  #view: NativeEngine | undefined;

  constructor(book?: string, by?: string) {
    this.book = book;
    this.by = by;
  }

  /** The same view of this engine. */
  of(root: NativeEngine): NativeEngine {
    if (this.book === undefined && this.by === undefined) return root;
    if (this.#view === undefined || this.#root !== root) {
      try {
        this.#view = root.view(this.book, this.by);
      } catch (error) {
        throw ownError(error);
      }
      this.#root = root;
    }
    return this.#view;
  }
}
