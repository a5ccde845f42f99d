// The native half: requests in as JSON, replies out as JSON. It is looked for when something needs it first.

import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, join } from 'node:path';

export interface Mailbox {
  take(): Letter[];
}

/** The kind of a letter, by the number that the native half gives. */
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

/** The next step of a call: a statement to send, its reply, its refusal, or, without any of these, a wait. */
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
  /** Gives the call up: returns the statements that undo it, or null where none can. */
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

/** `require` as Node has it. One of a bundler knows no package that is outside of its bundle. */
function required(name: string): unknown {
  // of the file that runs, be it a bundle; in a bundle of modules there is no such name, and what is `require` there is the application's
  return (typeof __filename === 'string' ? createRequire(__filename) : require)(name);
}

function load(): Native {
  const own = process.env['EARNEST_NODE_BINARY'];
  if (own) return required(own) as Native;
  const name = platformPackage();
  try {
    return required(name) as Native;
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
  const beside = typeof __dirname === 'string' ? traced()[name] : undefined;
  if (beside !== undefined && existsSync(beside)) return required(beside) as Native;
  throw Object.assign(new Error(missing(name)), { code: 'ERR_EARNEST_PLATFORM' });
}

/**
 * The addons beside this package, by paths that are read off this code by what copies the files of an application (`nft`: Next.js
 * `standalone`, functions in a cloud): what it copies are these files alone, without what makes packages of them. Bundlers pass over them,
 * who would have to do something with a file of machine code.
 */
function traced(): Record<string, string> {
  return {
    'earnest-linux-x64-gnu': join(__dirname, '../../earnest-linux-x64-gnu/earnest.node'),
    'earnest-linux-x64-musl': join(__dirname, '../../earnest-linux-x64-musl/earnest.node'),
    'earnest-linux-arm64-gnu': join(__dirname, '../../earnest-linux-arm64-gnu/earnest.node'),
    'earnest-linux-arm64-musl': join(__dirname, '../../earnest-linux-arm64-musl/earnest.node'),
    'earnest-darwin-x64': join(__dirname, '../../earnest-darwin-x64/earnest.node'),
    'earnest-darwin-arm64': join(__dirname, '../../earnest-darwin-arm64/earnest.node'),
    'earnest-win32-x64-msvc': join(__dirname, '../../earnest-win32-x64-msvc/earnest.node'),
  };
}

function isMissing(error: unknown): boolean {
  return /^(ERR_)?MODULE_NOT_FOUND$/.test(String((error as { code?: unknown } | null)?.code));
}

function missing(name: string): string {
  const what = `the package \`${name}\`, which has Earnest for this platform, `;
  if (isBundled()) {
    return (
      `${what}is not found from this bundle: leave \`earnest\` out of it, and in \`node_modules\` beside it ` +
      "(Next.js: `serverExternalPackages: ['earnest']`; webpack: `externals`; esbuild: `external: ['earnest']`; Vite: `ssr.external`)"
    );
  }
  return `${what}is not installed: install \`earnest\` with its optional dependencies, or name an addon of your own in EARNEST_NODE_BINARY`;
}

/** Whether a bundler has put this code into a file of its own. */
function isBundled(): boolean {
  return typeof __filename !== 'string' || basename(__filename) !== 'all.js';
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
