// What happens without a request: deals that the clock moved, and people who must hear of something.

import { Injectable, Logger } from '@nestjs/common';
import { Actor, Engine, type views } from 'earnest';
import { EarnestEvents, EarnestJob } from 'earnest-nestjs';
import { DataSource } from 'typeorm';
import { Order } from './database.js';
import { note } from './order-book.js';

@Injectable()
export class Following {
  readonly #logger = new Logger('following');

  constructor(
    private readonly bank: Engine,
    private readonly db: DataSource,
  ) {}

  /** Nobody paid, nobody shipped, nobody complained: a timer ends the deal, and its order follows. */
  @EarnestEvents({ sink: 'orders', types: ['deal.*'] })
  async follow(event: views.Event): Promise<void> {
    const order = await this.db.manager.findOneBy(Order, { deal: event.objectId });
    // what a request did is in its order since the same commit
    if (order === null || order.version >= event.version) return;
    const deal = await this.bank.acting(Actor.system('following')).escrow.get({ deal: event.objectId });
    // the order and its item: if it stopped between them, nobody would come again
    await this.db.transaction((manager) => note(manager, deal));
    this.#logger.log(`order ${order.id} is ${deal.state}`);
  }

  /** Somebody of the staff must decide. HERE COMES YOUR MESSENGER. */
  @EarnestJob('notify.admins')
  async tellStaff(job: views.Job): Promise<void> {
    this.#logger.warn(`staff must look at ${JSON.stringify(job.payload)}`);
  }

  /** The buyer or the seller should know. HERE COMES YOUR MAIL. */
  @EarnestJob('notify.parties')
  async tellParties(job: views.Job): Promise<void> {
    this.#logger.debug(`parties should know of ${JSON.stringify(job.payload)}`);
  }
}
