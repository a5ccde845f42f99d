// What every package answers the same: the files of `bindings-shared/conformance`, line by line.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { EarnestError, IdempotencyKey, Money, verifyWebhook } from 'earnest';
import { ROOT } from './support';

type Line = Record<string, any>;

const linesOf = (name: string): Line[] =>
  readFileSync(join(ROOT, 'bindings-shared/conformance', name), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));

function shown(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(String);
  return value instanceof Money || value instanceof IdempotencyKey ? String(value) : value;
}

/** Whether what is made is what the line gives, or is refused as the line says. */
function asTold(line: Line, make: () => unknown): void {
  const told = JSON.stringify(line);
  if (line.refused === undefined) {
    assert.deepEqual(shown(make()), line.gives, told);
    return;
  }
  assert.throws(make, (error) => {
    assert.ok(EarnestError.is(error), told);
    assert.equal(error.code, line.refused, told);
    if (line.field !== undefined) assert.equal((error.details as Line).field, line.field, told);
    return true;
  });
}

const one = (line: Line) => Money.parse(line.one);
const other = (line: Line) => Money.parse(line.other);

const MONEY: Record<string, (line: Line) => unknown> = {
  of: (line) => Money.of(line.amount, line.currency),
  parse: (line) => Money.parse(line.text),
  from_minor: (line) => Money.fromMinor(BigInt(line.minor), line.currency),
  plus: (line) => one(line).plus(other(line)),
  minus: (line) => one(line).minus(other(line)),
  times: (line) => one(line).times(line.factor),
  negated: (line) => one(line).negated(),
  abs: (line) => one(line).abs(),
  compare: (line) => one(line).compare(other(line)),
  equals: (line) => one(line).equals(other(line)),
  split: (line) => one(line).split(line.into),
};

test('money is that of every language', () => {
  const lines = linesOf('money.jsonl');
  assert.deepEqual(new Set(lines.map((line) => line.op)), new Set(Object.keys(MONEY)));
  for (const line of lines) asTold(line, () => MONEY[line.op]!(line));
});

test('keys of steps are those of every language', () => {
  for (const line of linesOf('child_keys.jsonl')) asTold(line, () => new IdempotencyKey(line.key).for(line.step));
});

test('webhooks are as genuine as in every language', () => {
  for (const line of linesOf('webhooks.jsonl')) {
    asTold(line, () => verifyWebhook(line.body, line.headers, line.secrets, { now: line.now }));
  }
});
