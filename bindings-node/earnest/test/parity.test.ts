// The installed package against the tables of the engine: every operation and every code, and no others.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EarnestError, Engine, errors, version } from 'earnest';
import { inner } from './support';

const native = inner('native').native();
const camel = (name: string) => name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());

test('every operation is a method of its service, and no other is', async () => {
  const bank = await Engine.open('memory:');
  const known = new Set<string>();
  for (const name of native.operations() as string[]) {
    const [service, method] = name.split('.').map(camel) as [string, string];
    assert.equal(typeof (bank as any)[service][method], 'function', name);
    known.add(`${service}.${method}`);
  }
  for (const service of new Set([...known].map((name) => name.split('.')[0]!))) {
    const own = new Set(['constructor', 'worker', 'follow']);
    for (let one = Object.getPrototypeOf((bank as any)[service]); one !== Object.prototype; one = Object.getPrototypeOf(one)) {
      for (const method of Object.getOwnPropertyNames(one)) assert.ok(own.has(method) || known.has(`${service}.${method}`), `${service}.${method}`);
    }
  }
  await bank.close();
});

test('every code is a class, and refuses as the table has it', () => {
  const codes = native.codes() as string[];
  assert.deepEqual(errors.ALL.map((one) => one.code).sort(), [...codes].sort());
  for (const one of errors.ALL) {
    const error = EarnestError.fromJSON({ code: one.code, message: 'm', retry: native.retry(one.code), details: {} });
    assert.ok(error instanceof one && error.retry === native.retry(one.code) && error.name === one.name);
  }
  const answered = (status: unknown) => EarnestError.fromJSON({ code: 'deal_not_found', message: 'm', http_status: status, details: {} }).httpStatus;
  assert.deepEqual([500, 404, undefined, '500', 200, 404.5].map(answered), [500, 404, 404, 404, 404, 404], 'that of its JSON, if it is one');
  const later = EarnestError.fromJSON({ code: 'of_later', kind: 'denied', message: 'm', retry: 'later', details: { some_thing: 1 } });
  assert.deepEqual([later.code, later.httpStatus, later.retryable, { ...later.details }], ['of_later', 403, true, { someThing: 1 }]);
});

test('one version', () => {
  assert.equal(version, native.version());
});
