import { Engine } from 'earnest';

export const dynamic = 'force-dynamic';

/** The engine of the server, opened by the first request. */
const bank = () => (globalThis.bank ??= Engine.open(`sqlite:${process.env.BOOKS}`));

export async function POST(request) {
  const wallet = await bank();
  await wallet.ledger.topUp({ ...(await request.json()), key: request.headers.get('idempotency-key') });
  return Response.json(await wallet.ledger.balance({ account: 'alice' }));
}
