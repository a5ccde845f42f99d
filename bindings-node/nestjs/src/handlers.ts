// Methods of providers that do jobs and take events.

import { SetMetadata } from '@nestjs/common';
import type { DurationLike } from 'earnest';

export const JOB = 'earnest:job';
export const EVENTS = 'earnest:events';

/** The metadata of `EarnestJob`. */
export interface JobAbout {
  kind: string;
  concurrency?: number | undefined;
  name?: string | undefined;
}

/** The options of `EarnestEvents`. */
export interface EventsAbout {
  sink: string;
  types?: string[] | undefined;
  /** Where a new sink begins: at the beginning of the log, or behind its newest event, which is meant if it is left out. */
  from?: 'first' | 'next' | undefined;
  lease?: DurationLike | undefined;
  name?: string | undefined;
}

/** A method that does jobs of a kind. */
export function EarnestJob(kind: string, options: { concurrency?: number | undefined; name?: string | undefined } = {}): MethodDecorator {
  return SetMetadata(JOB, { kind, ...options } satisfies JobAbout);
}

/** A method that takes the events of a sink. */
export function EarnestEvents(options: EventsAbout): MethodDecorator {
  return SetMetadata(EVENTS, options);
}
