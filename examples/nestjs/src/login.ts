// Who calls. HERE COMES YOUR OWN LOGIN: this one believes a header, `Authorization: Bearer user-7` or `Bearer staff-anna`.

import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { Actor } from 'earnest';
import { IdempotencyKey } from 'earnest-nestjs';
import type { Request } from './http.js';
import { Refused } from './refused.js';

/** The account of a user. An actor *is* the account of his name: he moves what is in there, and nothing else. */
export function accountOf(user: number): string {
  return `user-${user}`;
}

/** The market's program itself, for what no user may do alone: it makes money of what was paid by card. */
export const TILL = Actor.system('till');

/** The identity behind a call: a user with his number, or one of the staff. */
export interface Caller {
  actor: Actor;
  user: number | null;
}

/** Reads the caller of a request. */
export function callerOf(request: Request): Caller {
  const said = String(request.headers['authorization'] ?? '');
  const user = /^Bearer user-([1-9][0-9]{0,14})$/.exec(said)?.[1];
  if (user !== undefined) return { actor: new Actor(accountOf(Number(user))), user: Number(user) };
  const staff = /^Bearer (staff-[a-z]{1,20})$/.exec(said)?.[1];
  if (staff !== undefined) return { actor: Actor.admin(staff), user: null };
  throw new Refused(401, 'LOGIN_REQUIRED', 'Please log in');
}

const requestOf = (context: ExecutionContext) => context.switchToHttp().getRequest<Request>();

/** A parameter: the user, by number. */
export const CurrentUser = createParamDecorator((_: unknown, context: ExecutionContext): number => {
  const { user } = callerOf(requestOf(context));
  if (user === null) throw new Refused(403, 'USERS_ONLY', 'This is for users');
  return user;
});

/** A parameter: whoever calls, as Earnest knows him. It judges what he may do. */
export const CurrentActor = createParamDecorator((_: unknown, context: ExecutionContext): Actor => callerOf(requestOf(context)).actor);

/** A parameter: one of the staff. */
export const Staff = createParamDecorator((_: unknown, context: ExecutionContext): Actor => {
  const { actor, user } = callerOf(requestOf(context));
  if (user !== null) throw new Refused(403, 'STAFF_ONLY', 'This is for the staff of the market');
  return actor;
});

/** Keys of one caller are kept apart from those of others. */
export const OF_CALLER = { scope: (request: Request): string => callerOf(request).actor.id };

/** A parameter: the key of the request. The same key again is the same effect. */
export const Key = () => IdempotencyKey(OF_CALLER);
export type Key = IdempotencyKey;
