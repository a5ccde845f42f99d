// What the engine has to say while nobody calls: to the `logger` of those that are open, or to the console.

import { outside } from './globals';
import { native, type Mailbox } from './native';

export type Level = 'error' | 'warn' | 'info' | 'debug' | 'trace';

export interface LogLine {
  level: Level;
  target: string;
  message: string;
}

export type Logger = (line: LogLine) => void;

const LEVELS: Level[] = ['error', 'error', 'warn', 'info', 'debug', 'trace'];
/** Below which warnings are not shown, those of this package either. */
const WITHOUT_WARNINGS = ['off', 'error'];
const loggers: Logger[] = [];
let mailbox: Mailbox | undefined;
let take = (): void => undefined;
let warns = true;

/** Begins to take lines, once in a thread. */
export function listen(): void {
  if (mailbox !== undefined) return;
  take = () => {
    for (const letter of made.take()) {
      say({ level: LEVELS[letter.ticket] ?? 'trace', target: letter.target!.replaceAll('::', '.'), message: letter.text! });
    }
  };
  const made: Mailbox = outside(() => new (native().Mailbox)(take));
  mailbox = made;
  native().logTo(made);
}

/** Gives lines to a function of the application's, until what is answered is called. */
export function tell(logger: Logger | undefined): () => void {
  if (logger === undefined) return () => undefined;
  loggers.push(logger);
  return () => {
    // what was said before is the logger's, though the event loop had no time for it
    take();
    const place = loggers.indexOf(logger);
    if (place >= 0) loggers.splice(place, 1);
  };
}

/** A line in the log. A logger that throws changes nothing. */
export function say(line: LogLine): void {
  const to = loggers.length > 0 ? new Set(loggers) : [onConsole];
  for (const logger of to) {
    try {
      const answered: unknown = logger(line);
      // one that waits may fail later
      if (typeof (answered as { then?: unknown } | null | undefined)?.then === 'function') Promise.resolve(answered).catch(() => undefined);
    } catch {
      // it is the application's, and so are its lines
    }
  }
}

/** Takes over what an engine was told that is open: the level is that of the process. */
export function shown(level: string | null): void {
  if (level !== null) warns = !WITHOUT_WARNINGS.includes(level);
}

/** A warning of this package. */
export function warn(message: string): void {
  if (!warns) return;
  say({ level: 'warn', target: 'earnest', message });
}

function onConsole({ level, target, message }: LogLine): void {
  const write = level === 'error' ? console.error : console.warn;
  write(`${target}: ${level}: ${message}`);
}
