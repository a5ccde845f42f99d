// When buyer and seller disagree: evidence, and a ruling of the staff that moves the money.

import { Body, Controller, Get, Param, ParseIntPipe, Post } from '@nestjs/common';
import { ApiBearerAuth, ApiCreatedResponse, ApiOkResponse, ApiProperty, ApiPropertyOptional, ApiTags } from '@nestjs/swagger';
import { IsHexadecimal, IsIn, IsOptional, IsString, Length } from 'class-validator';
import { Actor, Engine, type BoundEngine, type MoneyLike, type views } from 'earnest';
import { Idempotent } from 'earnest-nestjs';
import { ApiRefusals, DisputeFileDto, DisputeReplyDto } from 'earnest-nestjs/swagger';
import { IsMoney } from 'earnest-nestjs/validation';
import { CURRENCY } from '../database.js';
import { CurrentActor, Key, OF_CALLER, Staff } from '../login.js';
import { OrderBook } from '../order-book.js';

const TYPES = ['quality_issue', 'non_delivery', 'wrong_item', 'seller_non_response', 'other'];

class NewDispute {
  @ApiProperty({ enum: TYPES })
  @IsIn(TYPES)
  type!: string;

  @ApiProperty({ example: 'the lamp is cracked' })
  @IsString()
  @Length(1, 4000)
  statement!: string;
}

/** A file stays with the market; Earnest keeps its fingerprint, so that nobody exchanges it. */
class Evidence {
  @ApiProperty({ example: 'photo' })
  @IsString()
  @Length(1, 64)
  kind!: string;

  @ApiPropertyOptional()
  @IsOptional()
  @IsString()
  @Length(1, 2000)
  statement?: string;

  @ApiPropertyOptional()
  @IsOptional()
  @IsHexadecimal()
  @Length(64, 64)
  sha256?: string;

  @ApiPropertyOptional()
  @IsOptional()
  @IsString()
  @Length(1, 1000)
  uri?: string;
}

const OUTCOMES = ['release', 'refund', 'split'];

class Ruling {
  @ApiProperty({ enum: OUTCOMES })
  @IsIn(OUTCOMES)
  outcome!: string;

  @ApiProperty({ example: 'the shade is whole' })
  @IsString()
  @Length(1, 4000)
  resolution!: string;

  @ApiPropertyOptional({ type: String, example: '15000 KRW', description: 'Of a split: what goes back to the buyer.' })
  @IsOptional()
  @IsMoney({ currency: CURRENCY })
  refund?: MoneyLike;
}

type Step = (mine: BoundEngine) => Promise<views.DisputeReply>;

@ApiTags('disputes')
@ApiBearerAuth()
@Controller()
export class Disputes {
  constructor(
    private readonly book: OrderBook,
    private readonly bank: Engine,
  ) {}

  /** The deal stands still until it has ended. */
  @Post('orders/:id/dispute')
  @ApiCreatedResponse({ type: DisputeReplyDto })
  @Idempotent(OF_CALLER)
  @ApiRefusals('transition_not_allowed', 'not_permitted')
  async dispute(@Param('id', ParseIntPipe) id: number, @Body() { type, statement }: NewDispute, @CurrentActor() actor: Actor, @Key() key: Key) {
    const { deal } = await this.book.get(actor, id);
    return this.#step(actor, (mine) => mine.escrow.dispute({ deal: deal.id, type, statement, key }));
  }

  @Post('disputes/:dispute/evidence')
  @ApiCreatedResponse({ type: DisputeReplyDto })
  @Idempotent(OF_CALLER)
  @ApiRefusals('dispute_not_found', 'transition_not_allowed', 'not_permitted')
  show(@Param('dispute') dispute: string, @Body() evidence: Evidence, @CurrentActor() actor: Actor, @Key() key: Key) {
    const { kind, statement, sha256, uri } = evidence;
    return this.#step(actor, (mine) => mine.escrow.addEvidence({ dispute, kind, statement, sha256, uri, key }));
  }

  /** All there is about it: the deal, its parties, what was shipped, the evidence, what happened. */
  @Get('disputes/:dispute')
  @ApiOkResponse({ type: DisputeFileDto })
  file(@Param('dispute') dispute: string, @CurrentActor() actor: Actor): Promise<views.DisputeFile> {
    return this.bank.acting(actor).escrow.getDispute({ dispute });
  }

  @Post('disputes/:dispute/investigation')
  @ApiCreatedResponse({ type: DisputeReplyDto })
  investigate(@Param('dispute') dispute: string, @Staff() staff: Actor) {
    return this.#step(staff, (mine) => mine.escrow.investigate({ dispute }));
  }

  /** Decides it: the money goes where the ruling says, and the order with it, in one commit. */
  @Post('disputes/:dispute/ruling')
  @ApiCreatedResponse({ type: DisputeReplyDto })
  @Idempotent(OF_CALLER)
  @ApiRefusals('dispute_not_found', 'transition_not_allowed', 'condition_not_met')
  decide(@Param('dispute') dispute: string, @Body() { outcome, resolution, refund }: Ruling, @Staff() staff: Actor, @Key() key: Key) {
    return this.#step(staff, (mine) => mine.escrow.resolve({ dispute, outcome, resolution, refund, key }));
  }

  #step(actor: Actor, what: Step): Promise<views.DisputeReply> {
    return this.book.with(actor, async (mine) => {
      const answer = await what(mine);
      return { answer, deal: answer.deal };
    });
  }
}
