// The keys of requests are those of every framework: `bindings-shared/conformance/request_keys.jsonl`, line by line.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

test('keys of requests are those of every framework', async () => {
  // it is no part of what the package exports
  const { keyOf } = await import(new URL('../dist/keys.js', import.meta.url).href);
  const file = new URL('../../../bindings-shared/conformance/request_keys.jsonl', import.meta.url);
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
  assert.ok(lines.length > 5);
  for (const text of lines) {
    const line = JSON.parse(text);
    assert.equal(String(keyOf(line.who, line.given)), line.gives, text);
  }
});
