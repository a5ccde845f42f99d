// An application that becomes one file.
import { Engine, errors } from 'earnest';

async function main() {
  const bank = await Engine.open(`sqlite:${process.env.BOOKS}`);
  await bank.ledger.topUp({ account: 'alice', amount: '5.00 USD', key: 'k' });
  const refused = await bank.ledger.deduct({ account: 'alice', amount: '9.00 USD', key: 'd' }).catch((error) => error);
  if (!(refused instanceof errors.InsufficientBalance)) throw refused;
  const { available } = await bank.ledger.balance({ account: 'alice' });
  await bank.close();
  console.log(String(available));
}

main();
