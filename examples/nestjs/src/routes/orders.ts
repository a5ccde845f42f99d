// From an order to the seller's money.

import { Body, Controller, Get, Param, ParseIntPipe, Post, Res } from '@nestjs/common';
import { ApiAcceptedResponse, ApiBearerAuth, ApiCreatedResponse, ApiOkResponse, ApiProperty, ApiPropertyOptional, ApiTags } from '@nestjs/swagger';
import { IsInt, IsOptional, IsPositive, IsString, Length } from 'class-validator';
import { Actor, EarnestError, Engine, type MoneyLike, type views } from 'earnest';
import { Idempotent } from 'earnest-nestjs';
import { ActionsDto, ApiRefusals } from 'earnest-nestjs/swagger';
import { IsMoney } from 'earnest-nestjs/validation';
import { CURRENCY, type Order } from '../database.js';
import type { Response } from '../http.js';
import { CurrentActor, CurrentUser, Key, OF_CALLER } from '../login.js';
import { OrderBook, OrderReply } from '../order-book.js';

class NewOrder {
  @ApiProperty()
  @IsInt()
  @IsPositive()
  item!: number;
}

class Shipment {
  @ApiProperty({ example: 'Korea Post' })
  @IsString()
  @Length(1, 100)
  carrier!: string;

  @ApiProperty({ example: 'RR1KR' })
  @IsString()
  @Length(1, 100)
  tracking!: string;
}

export class Reason {
  @ApiProperty({ example: 'it does not fit' })
  @IsString()
  @Length(1, 1000)
  reason!: string;
}

class RefundWish extends Reason {
  @ApiPropertyOptional({ type: String, example: '5000 KRW', description: 'A part of the price; all of it when absent.' })
  @IsOptional()
  @IsMoney({ currency: CURRENCY })
  amount?: MoneyLike;
}

/** The approval of the staff that a call waits for. */
class Waiting {
  @ApiProperty({ example: 'ap_01a21d8c-1175-72ab-b6bf-788a9f2d0ee7' })
  approval!: string;
}

const Id = () => Param('id', ParseIntPipe);

@ApiTags('orders')
@ApiBearerAuth()
@Controller('orders')
export class Orders {
  constructor(
    private readonly book: OrderBook,
    private readonly bank: Engine,
  ) {}

  /** Claims an item: the deal, the order and the item's mark are there together. */
  @Post()
  @ApiCreatedResponse({ type: OrderReply })
  @Idempotent(OF_CALLER)
  @ApiRefusals('account_not_found', 'idempotency_mismatch', 'velocity_blocked')
  open(@Body() { item }: NewOrder, @CurrentUser() buyer: number, @Key() key: Key): Promise<OrderReply> {
    return this.book.open(buyer, item, key);
  }

  @Get()
  list(@CurrentUser() user: number): Promise<Order[]> {
    return this.book.list(user);
  }

  @Get(':id')
  @ApiOkResponse({ type: OrderReply })
  get(@Id() id: number, @CurrentActor() actor: Actor): Promise<OrderReply> {
    return this.book.get(actor, id);
  }

  /** Lists what the caller may do with it now, for buttons. */
  @Get(':id/actions')
  @ApiOkResponse({ type: ActionsDto })
  async actions(@Id() id: number, @CurrentActor() actor: Actor): Promise<views.Actions> {
    const { deal } = await this.book.get(actor, id);
    return this.bank.acting(actor).escrow.allowedActions({ deal: deal.id });
  }

  /** Takes the price from the buyer. From 1,000,000 KRW up two of the staff must consent: 202 says by which id. */
  @Post(':id/payment')
  @ApiCreatedResponse({ type: OrderReply })
  @ApiAcceptedResponse({ type: Waiting })
  @ApiRefusals('insufficient_balance', 'transition_not_allowed', 'not_permitted')
  async pay(@Id() id: number, @CurrentActor() actor: Actor, @Res({ passthrough: true }) response: Response): Promise<OrderReply | Waiting> {
    try {
      return await this.book.act(actor, id, (mine, deal) => mine.escrow.pay({ deal }));
    } catch (error) {
      if (!EarnestError.is(error, 'approval_required')) throw error;
      response.status(202);
      return { approval: error.details.approval };
    }
  }

  @Post(':id/shipment')
  @ApiCreatedResponse({ type: OrderReply })
  @ApiRefusals('transition_not_allowed', 'not_permitted')
  ship(@Id() id: number, @Body() { carrier, tracking }: Shipment, @CurrentActor() actor: Actor): Promise<OrderReply> {
    return this.book.act(actor, id, (mine, deal) => mine.escrow.ship({ deal, carrier, tracking }));
  }

  /** The buyer is content: the seller is paid. */
  @Post(':id/confirmation')
  @ApiCreatedResponse({ type: OrderReply })
  @ApiRefusals('transition_not_allowed', 'not_permitted')
  confirm(@Id() id: number, @CurrentActor() actor: Actor): Promise<OrderReply> {
    return this.book.act(actor, id, (mine, deal) => mine.escrow.confirm({ deal }));
  }

  /** Calls it off; what was paid goes back, and the item is on sale again. */
  @Post(':id/cancellation')
  @ApiCreatedResponse({ type: OrderReply })
  @ApiRefusals('transition_not_allowed', 'not_permitted')
  cancel(@Id() id: number, @Body() { reason }: Reason, @CurrentActor() actor: Actor): Promise<OrderReply> {
    return this.book.act(actor, id, (mine, deal) => mine.escrow.cancel({ deal, reason }));
  }

  /** The buyer asks for the money back, or for a part of it. */
  @Post(':id/refund-request')
  @ApiCreatedResponse({ type: OrderReply })
  @Idempotent(OF_CALLER)
  @ApiRefusals('transition_not_allowed', 'condition_not_met', 'not_permitted')
  askRefund(@Id() id: number, @Body() { reason, amount }: RefundWish, @CurrentActor() actor: Actor, @Key() key: Key): Promise<OrderReply> {
    return this.book.act(actor, id, (mine, deal) => mine.escrow.requestRefund({ deal, reason, amount, key }));
  }

  /** The seller gives back what was asked for. */
  @Post(':id/refund')
  @ApiCreatedResponse({ type: OrderReply })
  @Idempotent(OF_CALLER)
  @ApiRefusals('transition_not_allowed', 'not_permitted')
  refund(@Id() id: number, @CurrentActor() actor: Actor, @Key() key: Key): Promise<OrderReply> {
    return this.book.act(actor, id, (mine, deal) => mine.escrow.approveRefund({ deal, key }));
  }

  /** The seller refuses it: the deal goes on. */
  @Post(':id/refund-refusal')
  @ApiCreatedResponse({ type: OrderReply })
  @Idempotent(OF_CALLER)
  @ApiRefusals('transition_not_allowed', 'not_permitted')
  refuse(@Id() id: number, @Body() { reason }: Reason, @CurrentActor() actor: Actor, @Key() key: Key): Promise<OrderReply> {
    return this.book.act(actor, id, (mine, deal) => mine.escrow.refuseRefund({ deal, reason, key }));
  }
}
