// What type checkers know of the package: this file only has to compile.

import { BoundEngine, EarnestError, Engine, errors, IdempotencyKey, Money, Page, Secret, SyncBoundEngine, views, type PagePromise, type requests } from 'earnest';
import * as testing from 'earnest/testing';

export async function typed(bank: Engine): Promise<void> {
  const moved: views.Moved = await bank.ledger.topUp({ account: 'alice', amount: '1.00 USD', key: new IdempotencyKey('k') });
  const available: Money = moved.balance.available;
  const again: boolean = moved.replayed;
  void (views.DealReply.fromJSON(moved.toJSON()).deal satisfies views.Deal);
  await bank.ledger.topUp({ account: 'alice', amount: { amount: '1.00', currency: 'USD' }, key: 'k', reference: null });
  // @ts-expect-error a number is no amount
  await bank.ledger.topUp({ account: 'alice', amount: 1, key: 'k' });
  // @ts-expect-error neither is a text without its currency
  await bank.ledger.topUp({ account: 'alice', amount: '1.00', key: 'k' });
  // @ts-expect-error the key is needed
  await bank.ledger.topUp({ account: 'alice', amount: '1.00 USD' });
  // @ts-expect-error there is no such argument
  await bank.ledger.topUp({ account: 'alice', amount: '1.00 USD', key: 'k', nonsense: 1 });
  // @ts-expect-error a reply cannot be changed
  moved.balance = moved.balance;
  // @ts-expect-error amounts are not made so
  new Money('1.00', 'USD');
  // @ts-expect-error engines are opened
  new Engine();
  // @ts-expect-error transactions are joined by an engine
  new BoundEngine();
  // @ts-expect-error those that do not wait as well
  new SyncBoundEngine();
  // @ts-expect-error pages are answered
  new Page();
  // @ts-expect-error neither are refusals: they are made of their JSON
  new errors.InsufficientBalance('no');
  // @ts-expect-error nor of nothing
  new errors.InsufficientBalance();

  const list: PagePromise<views.Entry> = bank.ledger.entries({ account: 'alice' });
  const page: Page<views.Entry> = await list;
  for await (const entry of page) void (entry.amount satisfies Money);
  for await (const entry of page.all()) void (entry.amount satisfies Money);
  const shown: views.Deal = await bank.escrow.get({ reference: 'order-7' });
  void (shown.buyerPays satisfies Money);
  // @ts-expect-error a copy has the names of JSON
  void { ...shown }.buyerPays;
  void ({ ...shown }.price satisfies Money);
  await bank.credentials.verifyPin({ subject: 'alice', pin: new Secret('493817') });
  // @ts-expect-error what is no secret is kept, and shown
  await bank.ledger.balance({ account: new Secret('alice') });
  const waitless: Page<views.Entry> = bank.usingSync({}).ledger.entries({ account: 'alice' });
  for (const entry of waitless.items) void (entry.amount satisfies Money);
  await bank.ledger.trialBalance();
  await bank.ledger.trialBalance({}, { signal: AbortSignal.timeout(1000) });

  const word: string = page.next ?? 'shipped';
  const deal = await bank.escrow.get({ deal: 'dl_1' });
  for (const state of [word, 'shipped' as const, deal.state]) await bank.escrow.list({ state });
  void (undefined as unknown as requests.EscrowList['state'] satisfies views.DealState | (string & {}) | null | undefined);
  // @ts-expect-error neither is a state
  await bank.escrow.list({ state: 7 });
  await bank.approvals.setPolicy({ id: 'p', operation: '*', threshold: '1.00 USD', require: ['pin', word] });

  try {
    await bank.escrow.pay({ deal: 'dl_1' });
  } catch (error) {
    if (error instanceof errors.InsufficientBalance) void (error.details.available satisfies Money);
    if (EarnestError.is(error, 'insufficient_balance', 'account_locked')) {
      if (error.code === 'insufficient_balance') void (error.details.required satisfies Money);
      // @ts-expect-error it may be the other code
      void error.details.required;
    }
    if (EarnestError.is(error)) void (error.retry satisfies 'never' | 'call' | 'transaction' | 'later');
  }
  void [available, again];
  const counted: number = await bank.run({}, async () => 1);
  // @ts-expect-error what it answers is not known
  const uncounted: number = await bank.run<object>({}, async () => 'text');
  void [counted, uncounted];
  // @ts-expect-error the id of a key is no key of a call
  void bank.withdrawals.openLane({ chain: 'polygon', key: new IdempotencyKey('k') });
  // @ts-expect-error a time is no transaction
  bank.using(new Date());
  // @ts-expect-error neither is what is still to be awaited
  bank.using(Promise.resolve({ query: () => undefined }));
  // @ts-expect-error nor a list
  bank.usingSync([1]);
  const test: testing.TestEngine = await testing.engine();
  test.failNext('ledger.deduct', 'insufficient_balance', { available: Money.zero('USD') });
  // @ts-expect-error there is no such detail
  test.failNext('ledger.deduct', 'insufficient_balance', { nonsense: 1 });
}
