// Money that a user has in the market.

import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiCreatedResponse, ApiOkResponse, ApiProperty, ApiTags } from '@nestjs/swagger';
import { IsInt, IsPositive, IsString, Length } from 'class-validator';
import { Engine, type BoundEngine, type MoneyLike, type Page, type views } from 'earnest';
import { Idempotent } from 'earnest-nestjs';
import { ApiRefusals, BalanceDto, EntryDto, MovedDto, PageOf } from 'earnest-nestjs/swagger';
import { IsMoney } from 'earnest-nestjs/validation';
import { DataSource, type EntityManager } from 'typeorm';
import { CURRENCY, Gift } from '../database.js';
import { accountOf, CurrentUser, Key, OF_CALLER, TILL } from '../login.js';

export class Amount {
  @ApiProperty({ type: String, example: '10000 KRW' })
  @IsMoney({ currency: CURRENCY })
  amount!: MoneyLike;
}

export class Payment extends Amount {
  @ApiProperty({ description: 'The user who gets it.' })
  @IsInt()
  @IsPositive()
  to!: number;
}

export class GiftOf extends Payment {
  @ApiProperty({ example: 'Happy birthday' })
  @IsString()
  @Length(1, 200)
  note!: string;
}

@ApiTags('wallet')
@ApiBearerAuth()
@Controller('wallet')
export class Wallet {
  constructor(
    private readonly bank: Engine,
    private readonly db: DataSource,
  ) {}

  @Get()
  @ApiOkResponse({ type: BalanceDto })
  balance(@CurrentUser() user: number): Promise<views.Balance> {
    const account = accountOf(user);
    return this.bank.acting(account).ledger.balance({ account });
  }

  /** Lists the entries, newest first. */
  @Get('entries')
  @ApiOkResponse({ type: PageOf(EntryDto) })
  async entries(@CurrentUser() user: number, @Query('after') after?: string): Promise<Page<views.Entry>> {
    const account = accountOf(user);
    return this.bank.acting(account).ledger.entries({ account, after });
  }

  /** Money that the user has paid by card. HERE COMES YOUR PAYMENT PROVIDER. */
  @Post('top-ups')
  @Idempotent(OF_CALLER)
  @ApiCreatedResponse({ type: MovedDto })
  @ApiRefusals('invalid_amount', 'idempotency_mismatch')
  topUp(@Body() { amount }: Amount, @CurrentUser() user: number, @Key() key: Key): Promise<views.Moved> {
    return this.bank.acting(TILL).ledger.topUp({ account: accountOf(user), amount, key });
  }

  /** To another user: on the engine's own connections, which makes groups of such calls. */
  @Post('transfers')
  @Idempotent(OF_CALLER)
  @ApiCreatedResponse({ type: MovedDto })
  @ApiRefusals('insufficient_balance', 'account_not_found', 'idempotency_mismatch')
  transfer(@Body() { amount, to }: Payment, @CurrentUser() user: number, @Key() key: Key): Promise<views.Moved> {
    const from = accountOf(user);
    return this.bank.acting(from).ledger.transfer({ from, to: accountOf(to), amount, key });
  }

  /** The same with a card that goes with it: a row of the market's own, in one transaction with the money. */
  @Post('gifts')
  @Idempotent(OF_CALLER)
  @ApiCreatedResponse({ type: MovedDto })
  @ApiRefusals('insufficient_balance', 'account_not_found', 'idempotency_mismatch')
  give(@Body() { amount, to, note }: GiftOf, @CurrentUser() user: number, @Key() key: Key): Promise<views.Moved> {
    const from = accountOf(user);
    const work = async (manager: EntityManager, mine: BoundEngine): Promise<views.Moved> => {
      const moved = await mine.ledger.transfer({ from, to: accountOf(to), amount, key });
      if (!moved.replayed) await manager.insert(Gift, { transfer: moved.transfer.id, sender: user, recipient: to, note });
      return moved;
    };
    return this.bank.run(this.db, work, { actor: from });
  }

  /** Cards that came with money. */
  @Get('gifts')
  async gifts(@CurrentUser() user: number): Promise<Gift[]> {
    return this.db.manager.find(Gift, { where: { recipient: user }, take: 100 });
  }
}
