// The market with the routes that are compared: a gift by each library, with Earnest and by hand.

import 'reflect-metadata';
import { Body, Controller, Module, Param, Post, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { Engine, type BoundEngine } from 'earnest';
import { AppModule } from '../app.module.js';
import { giveByHand } from '../by-hand.js';
import { urlOf } from '../database.js';
import { accountOf, CurrentUser, Key } from '../login.js';
import { notFound } from '../refused.js';
import { GiftOf } from '../routes/wallet.js';
import { serve } from '../serve.js';
import { LIBRARIES, type Library } from './libraries.js';

@Controller('compared/:library')
class Compared implements OnModuleInit, OnApplicationShutdown {
  readonly #open = new Map<string, Library>();

  constructor(private readonly bank: Engine) {}

  async onModuleInit(): Promise<void> {
    for (const [name, opens] of Object.entries(LIBRARIES)) this.#open.set(name, await opens(urlOf(), Number(process.env['POOL'] ?? 16)));
  }

  async onApplicationShutdown(): Promise<void> {
    for (const library of this.#open.values()) await library.close();
  }

  @Post('gifts')
  give(@Param('library') name: string, @Body() gift: GiftOf, @CurrentUser() user: number, @Key() key: Key) {
    const library = this.#named(name);
    const [from, to] = [accountOf(user), accountOf(gift.to)];
    const work = async (tx: object, mine: BoundEngine) => {
      const moved = await mine.ledger.transfer({ from, to, amount: gift.amount, key });
      const insert = 'INSERT INTO gifts (transfer, sender, recipient, note) VALUES ($1, $2::integer, $3::integer, $4)';
      if (!moved.replayed) await library.queryOf(tx)(insert, [moved.transfer.id, user, gift.to, gift.note]);
      return moved;
    };
    return this.bank.run<object, unknown>(library.root, work as never, { actor: from });
  }

  @Post('by-hand/gifts')
  giveByHand(@Param('library') name: string, @Body() gift: GiftOf, @CurrentUser() user: number, @Key() key: Key) {
    const library = this.#named(name);
    return library.transaction((tx) => giveByHand(library.queryOf(tx), user, gift, key.toString()));
  }

  #named(name: string): Library {
    const library = this.#open.get(name);
    if (library === undefined) throw notFound('library');
    return library;
  }
}

@Module({ imports: [AppModule], controllers: [Compared] })
class MeasuredModule {}

await serve(MeasuredModule);
