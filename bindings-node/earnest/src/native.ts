// The native half: requests in as JSON, replies out as JSON. It is looked for when something needs it first.

import { existsSync } from 'node:fs';

export interface Mailbox {
  take(): Letter[];
}

/** What a letter says: the numbers that the native half gives. */
export const enum Kind {
  Reply,
  Refused,
  Opened,
  Done,
  Woken,
  Lend,
  Query,
  Run,
  GiveBack,
  Discard,
  Said,
}

export interface Letter {
  ticket: number;
  kind: Kind;
  text?: string;
  target?: string;
  engine?: NativeEngine;
  connection?: number;
  answer?: Answer;
  params?: (string | null)[];
  statements?: string[];
}

export type Rows = (string | null)[][];

export interface Answer {
  rows(rows: Rows): void;
  failed(code: string | undefined, message: string): void;
}

export interface NativeEngine {
  call(mailbox: Mailbox, ticket: number, name: string, args: string): void;
  view(book: string | undefined, by: string | undefined): NativeEngine;
  close(mailbox: Mailbox, ticket: number): void;
  catchUp(mailbox: Mailbox, ticket: number): void;
  beginReload(): { takeUp(mailbox: Mailbox, ticket: number, text: string | undefined): void };
  webhookSecrets(url: string): string[];
  nudge(): void;
  advance(by: string): string;
  isClosed(): boolean;
  preparesStatements(): boolean;
  now(): string;
  log(): string | null;
  book(): string;
  stepped(speaks: string): NativeTransaction;
}

export interface NativeTransaction {
  call(mailbox: Mailbox, ticket: number, name: string, args: string): NativeCall;
  refuseLibrary(file: string | undefined): void;
}

/** What a call wants next: a statement to be sent, its reply, its refusal, or, without any of these, to wait. */
export interface Step {
  /** The connection is given up, so that its transaction is never committed: then the next step. */
  giveUp?: boolean;
  sql?: string;
  params?: (string | null)[];
  reply?: string;
  refused?: string;
}

export interface NativeCall {
  step(): Step;
  rows(rows: Rows): Step;
  failed(code: string | undefined, message: string): Step;
  notInTransaction(): Step;
  /** What takes half of it back, or nothing where nothing does. */
  cancel(isSent: boolean): string[] | null;
}

export interface Native {
  Mailbox: new (bell: () => void) => Mailbox;
  open(mailbox: Mailbox, ticket: number, url: string | undefined, settings: string): void;
  attach(
    mailbox: Mailbox,
    requests: Mailbox,
    ticket: number,
    speaks: string,
    library: string,
    size: number,
    settings: string,
  ): void;
  checkOptions(settings: string): void;
  checkView(book: string | undefined, by: string | undefined): void;
  logTo(mailbox: Mailbox): void;
  amount(field: string, given: string, currency: string, scale: number | undefined): { text: string; scale: number };
  scale(code: string): number | null;
  childKey(key: string, step: string): string;
  checkKey(key: string): void;
  checkKind(field: string, kind: string): void;
  keygen(): string;
  readKeyring(setting: string, mayNameFile: boolean): { text: string; by?: string; wrapped?: Uint8Array };
  sealKeyring(keyring: string, by: string, wrapped: Uint8Array, key: Uint8Array): string;
  unsealKeyring(sealed: string, key: Uint8Array): string;
  refusal(code: string, details: string): string;
  line(message: string): string;
  toUser(error: string, locale: string): string;
  languageOf(error: string, locale: string): string | null;
  render(error: string, template: string): string;
  verifyWebhook(body: Uint8Array, headers: string[], secrets: string[], now: string | undefined): string;
  operations(): string[];
  codes(): string[];
  retry(code: string): string | null;
  migrationSql(speaks: string, named: string | undefined): string;
  version(): string;
}

let loaded: Native | undefined;

/** The native half, loaded when it is first asked for. */
export function native(): Native {
  return (loaded ??= load());
}

function load(): Native {
  const own = process.env['EARNEST_NODE_BINARY'];
  if (own) return require(own) as Native;
  const name = platformPackage();
  try {
    return require(name) as Native;
  } catch (error) {
    if ((error as { code?: unknown }).code !== 'MODULE_NOT_FOUND') throw error;
    throw Object.assign(
      new Error(
        `the package \`${name}\`, which has Earnest for this platform, is not installed: install \`earnest\` without ` +
          '`--omit=optional`, or name an addon of your own in EARNEST_NODE_BINARY',
      ),
      { code: 'ERR_EARNEST_PLATFORM' },
    );
  }
}

function platformPackage(): string {
  const { platform, arch } = process;
  const libc = platform === 'linux' ? (isMusl() ? '-musl' : '-gnu') : platform === 'win32' ? '-msvc' : '';
  return `earnest-${platform}-${arch}${libc}`;
}

function isMusl(): boolean {
  return existsSync(`/lib/ld-musl-${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}.so.1`) && !hasGlibc();
}

function hasGlibc(): boolean {
  const report = process.report?.getReport() as { header?: { glibcVersionRuntime?: string } } | undefined;
  return Boolean(report?.header?.glibcVersionRuntime);
}
