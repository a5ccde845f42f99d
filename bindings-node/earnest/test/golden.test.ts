// The recorded scenarios of the core: Node answers what Rust answers, to the byte, ids and times included.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { EarnestError, Engine, views } from 'earnest';
import { database, folder, inner, lines } from './support';

type Json = any;

function resolve(value: Json, names: Record<string, Json>): Json {
  if (Array.isArray(value)) return value.map((one) => resolve(one, names));
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, resolve(one, names)]));
  }
  if (typeof value !== 'string' || !value.startsWith('$')) return value;
  const [name, ...path] = value.slice(1).split('.');
  return path.reduce((found, step) => found[step], names[name!]);
}

/** With names in their order, as the recorded lines have them. */
function sorted(value: Json): Json {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.keys(value).sort().map((name) => [name, sorted(value[name])]));
}

async function answers(bank: Engine, given: string[]): Promise<Json[]> {
  const names: Record<string, Json> = {};
  const found: Json[] = [];
  const { native } = bank as Json;
  for (const text of given) {
    const line = JSON.parse(text);
    const args = resolve(line.args ?? {}, names);
    let reply: Json;
    let answer: Json;
    try {
      reply = line.op === 'clock.advance' ? { now: native.advance(args.by) } : await bank.call(line.op, args);
      answer = { ok: true, reply };
    } catch (error) {
      if (!EarnestError.is(error)) throw error;
      reply = { error: error.toJSON() };
      answer = sorted({ error: error.toJSON(), ok: false });
    }
    await inner('post').post().ask((mailbox: Json, ticket: number) => native.catchUp(mailbox, ticket));
    names[line.as ?? ''] = reply;
    found.push(answer);
  }
  return found;
}

for (const name of ['scenario', 'refusals', 'payments', 'withdrawals']) {
  for (const store of ['memory', 'sqlite', 'postgresql']) {
    test(`${name} on ${store}`, async () => {
      const url = { memory: 'memory:', sqlite: `sqlite:${join(folder(), 'golden.db')}` }[store] ?? (await database());
      const bank = await Engine.open(url, { clock: '2026-01-01T00:00:00Z' });
      try {
        const found = await answers(bank, lines(`${name}.jsonl`));
        const recorded = lines(`${name}.replies.jsonl`);
        assert.equal(found.length, recorded.length);
        found.forEach((answer, place) => assert.equal(JSON.stringify(answer), recorded[place], `line ${place + 1}`));
      } finally {
        await bank.close();
      }
    });
  }
}

test('views keep what a reply says, to the byte', () => {
  const source = readFileSync(join(__dirname, 'src/generated/operations.js'), 'utf8');
  const reply = new Map([...source.matchAll(/operation\)?\(\s*'([a-z_.]+)'[\s\S]*?new v\.(\w+)\(wire\)/g)].map((found) => [found[1]!, found[2]!]));
  const seen = new Set<string>();
  for (const name of ['scenario', 'refusals']) {
    const calls = lines(`${name}.jsonl`);
    lines(`${name}.replies.jsonl`).forEach((text, place) => {
      const { op } = JSON.parse(calls[place]!);
      const answer = JSON.parse(text);
      if (op === 'clock.advance' || !answer.ok) return;
      const kind = (views as Json)[reply.get(op)!];
      const wires = 'items' in answer.reply && !('items' in kind.known) ? answer.reply.items : [answer.reply];
      for (const wire of wires) {
        const view = kind.fromJSON(wire);
        assert.equal(JSON.stringify(view), JSON.stringify(wire), op);
        assert.ok(Object.isFrozen(view));
        assert.equal(JSON.stringify(kind.fromJSON({ ...wire, of_later: 1 })), JSON.stringify(wire));
        seen.add(kind.name);
      }
    });
  }
  assert.ok(seen.size > 8, [...seen].join());
});
