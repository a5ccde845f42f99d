// Orders: the row of the market and the money of the deal change in one transaction, or neither does.

import { Injectable } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { Actor, Engine, type BoundEngine, type IdempotencyKey, type views } from 'earnest';
import { DealDto } from 'earnest-nestjs/swagger';
import { DataSource, type EntityManager } from 'typeorm';
import { Item, Order } from './database.js';
import { accountOf } from './login.js';
import { notFound, Refused } from './refused.js';

/** An order with its deal, as it is answered. */
export class OrderReply implements Pick<Order, 'id' | 'item' | 'buyer' | 'seller' | 'state'> {
  @ApiProperty()
  id!: number;

  @ApiProperty()
  item!: number;

  @ApiProperty()
  buyer!: number;

  @ApiProperty()
  seller!: number;

  @ApiProperty({ example: 'awaiting_shipment' })
  state!: string;

  @ApiProperty({ type: DealDto })
  deal!: views.Deal;
}

/** The market's fee of a sale: 2.5%, from the seller. */
const FEES = [{ to: '@fees', bps: 250, from: 'seller' }] as const;

/** How long a buyer may take to pay, before the item is on sale again. */
const PAY_WITHIN = process.env['PAY_WITHIN'] ?? 'PT1H';

/** Writes down what became of a deal. What is older than the row changes nothing. */
export async function note(manager: EntityManager, deal: views.Deal): Promise<void> {
  const { affected } = await manager
    .createQueryBuilder()
    .update(Order)
    .set({ state: deal.state, version: deal.version })
    .where('deal = :deal AND version < :version', { deal: deal.id, version: deal.version })
    .execute();
  // what was called off is on sale again
  const isOver = deal.state === 'cancelled' || deal.state === 'expired';
  if (affected === 1 && isOver) await manager.update(Item, { id: itemOf(deal) }, { isSold: false });
}

const LOST_ITEMS = `
  SELECT count(*) AS items FROM items AS i WHERE i.is_sold <>
    EXISTS (SELECT 1 FROM orders AS o WHERE o.item = i.id AND o.state NOT IN ('cancelled', 'expired'))`;

const referenceOf = (item: number): string => `item-${item}`;
const itemOf = (deal: views.Deal): number => Number(deal.reference?.slice('item-'.length));

@Injectable()
export class OrderBook {
  constructor(
    private readonly bank: Engine,
    private readonly db: DataSource,
  ) {}

  /** Claims an item. Of all who want it at once, one gets it; the others' deals are rolled back with their claim. */
  open(buyer: number, wanted: number, key: IdempotencyKey): Promise<OrderReply> {
    const work = async (manager: EntityManager, mine: BoundEngine): Promise<OrderReply> => {
      const item = await manager.findOneBy(Item, { id: wanted });
      if (item === null) throw notFound('item');
      const { deal, replayed } = await mine.escrow.open({
        buyer: accountOf(buyer),
        seller: accountOf(item.seller),
        price: item.price,
        item: item.title,
        fees: FEES,
        payWithin: PAY_WITHIN,
        shipWithin: 'P3D',
        reference: referenceOf(item.id),
        key,
      });
      // a double click, or a retry: the row was written with the deal
      if (replayed) return this.#reply(await manager.findOneByOrFail(Order, { deal: deal.id }), deal);
      const { affected } = await manager.update(Item, { id: item.id, isSold: false }, { isSold: true });
      if (affected !== 1) throw new Refused(409, 'ITEM_SOLD', 'Somebody else was faster');
      const row = { item: item.id, buyer, seller: item.seller, deal: deal.id, state: deal.state, version: deal.version };
      return this.#reply(await manager.save(Order, row), deal);
    };
    return this.bank.run(this.db, work, { actor: accountOf(buyer) });
  }

  /** Has the caller do something with the deal of an order. Earnest judges whether he may, and whether it is time. */
  act(actor: Actor, id: number, what: (mine: BoundEngine, deal: string) => Promise<{ deal: views.Deal }>): Promise<OrderReply> {
    const work = async (manager: EntityManager, mine: BoundEngine): Promise<OrderReply> => {
      const order = await manager.findOneBy(Order, { id });
      if (order === null) throw notFound('order');
      const { deal } = await what(mine, order.deal);
      await note(manager, deal);
      return this.#reply({ ...order, state: deal.state }, deal);
    };
    return this.bank.run(this.db, work, { actor });
  }

  /** Runs what changes a deal otherwise, such as a ruling of the staff, with its order. */
  with<T>(actor: Actor, what: (mine: BoundEngine) => Promise<{ answer: T; deal: views.Deal | null }>): Promise<T> {
    const work = async (manager: EntityManager, mine: BoundEngine): Promise<T> => {
      const { answer, deal } = await what(mine);
      if (deal !== null) await note(manager, deal);
      return answer;
    };
    return this.bank.run(this.db, work, { actor });
  }

  /** An order with its deal, for its parties and the staff. */
  async get(actor: Actor, id: number): Promise<OrderReply> {
    const order = await this.db.manager.findOneBy(Order, { id });
    if (order === null) throw notFound('order');
    return this.#reply(order, await this.bank.acting(actor).escrow.get({ deal: order.deal }));
  }

  /** The orders of a user, newest first, as the market's own rows have them. */
  list(user: number): Promise<Order[]> {
    return this.db.manager.find(Order, { where: [{ buyer: user }, { seller: user }], order: { id: 'DESC' }, take: 100 });
  }

  /** Orders that are not in the state of their deal, and items that are neither on sale nor anybody's: there must be none. */
  async strays(): Promise<number> {
    const [{ items }] = await this.db.query(LOST_ITEMS);
    const rows = await this.db.manager.find(Order);
    const states = new Map(rows.map((row) => [row.deal, row.state]));
    let strays = Number(items);
    for await (const deal of this.bank.acting(Actor.system('auditor')).escrow.list({ limit: 500 })) {
      if (states.get(deal.id) !== deal.state) strays += 1;
      states.delete(deal.id);
    }
    return strays + states.size;
  }

  #reply({ id, item, buyer, seller, state }: Omit<Order, 'deal' | 'version'>, deal: views.Deal): OrderReply {
    return { id, item, buyer, seller, state, deal };
  }
}

