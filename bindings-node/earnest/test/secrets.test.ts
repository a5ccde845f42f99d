// Texts that nobody prints, and where they are taken.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inspect } from 'node:util';
import { EarnestError, Engine, errors, keygen, sealKeyring, Secret, verifyWebhook } from 'earnest';
import * as testing from 'earnest/testing';
import { rejection } from './support';

const KEYRING = keygen();

test('a secret is taken where its text is', async () => {
  const bank = await testing.engine({ keyring: new Secret(KEYRING) });
  const secret = new Secret('493817');
  await bank.credentials.setPin({ subject: 'alice', pin: secret });
  assert.ok((await bank.credentials.verifyPin({ subject: 'alice', pin: secret })).verified);
  assert.deepEqual([secret.reveal(), `${secret}`, JSON.stringify({ secret }), inspect([secret])], ['493817', '<hidden>', '{"secret":"<hidden>"}', '[ Secret(<hidden>) ]']);
  for (const keyring of [new Secret(KEYRING), () => new Secret(KEYRING), async () => new Secret(KEYRING)]) {
    const other = await Engine.open('memory:', { keyring, background: false });
    for (const text of [inspect(other, { depth: 9, showHidden: true }), JSON.stringify(other)]) assert.ok(!text.includes(KEYRING.slice(20, 60)));
    await other.close();
  }
  const key = { by: 'kms', wrapped: new Uint8Array(32), key: new Uint8Array(32) };
  assert.equal(typeof sealKeyring(new Secret(KEYRING), key), 'string');
  const good = { 'webhook-id': 'm', 'webhook-timestamp': '1', 'webhook-signature': 'v1,AAAA' };
  for (const secrets of [new Secret('whsec_BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcH'), [new Secret('whsec_BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcH')]]) {
    assert.throws(() => verifyWebhook('{}', good, secrets), errors.SignatureInvalid);
  }
  // JSON of yours is stored: a secret in it is refused, and its text is not in the refusal
  const refused = await rejection(bank.ledger.topUp({ account: 'alice', amount: '1.00 USD', key: 's', metadata: { secret } }));
  assert.deepEqual([refused.code, refused.details.field], ['invalid_request', 'metadata.secret']);
  assert.ok(EarnestError.is(refused) && !refused.message.includes('493817'));
  assert.equal((await rejection(bank.ledger.topUp({ account: secret as never, amount: '1.00 USD', key: 's' }))).details.field, 'account');
  // objects of secrets take them, and their texts arrive
  await bank.payments.setGateway({ id: 'card', driver: 'host' });
  const wanted = { amount: '5.00 USD', to: 'shop', gateway: 'card', key: 'p' } as const;
  const created = await bank.payments.create({ ...wanted, token: new Secret('pm_7391') });
  assert.equal((await bank.payments.create({ ...wanted, token: 'pm_7391' })).payment.id, created.payment.id);
  const { jobs } = await bank.jobs.lease({ kinds: ['gateway.card'], limit: 1, for: 'PT1M' });
  assert.equal((jobs[0]!.payload as any).token, 'pm_7391');
  const tokened = async (card: unknown) => {
    const asked = bank.payments.create({ amount: '5.00 USD', to: 'shop', tokens: { card }, key: 'p-2' });
    return asked.then(({ payment }) => payment.id, (error) => `${error.code} ${error.details.field}`);
  };
  assert.equal(await tokened(new Secret('pm_7392')), await tokened('pm_7392'));
  assert.match(await tokened(7), /^invalid_request tokens/);
  assert.throws(() => new Secret(7 as never), { code: 'invalid_request' });
  await bank.close();
});
