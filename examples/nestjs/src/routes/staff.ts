// What waits for the consent of the staff.

import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiCreatedResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { Actor, Engine, views, type Page } from 'earnest';
import { ApiRefusals, ApprovalDto, ApprovalReplyDto, ApproveReplyDto, DisputeStatsDto, PageOf } from 'earnest-nestjs/swagger';
import { Staff } from '../login.js';
import { OrderBook } from '../order-book.js';
import { Reason } from './orders.js';

@ApiTags('staff')
@ApiBearerAuth()
@Controller('staff')
export class StaffRoutes {
  constructor(
    private readonly book: OrderBook,
    private readonly bank: Engine,
  ) {}

  @Get('approvals')
  @ApiOkResponse({ type: PageOf(ApprovalDto) })
  async waiting(@Staff() staff: Actor, @Query('after') after?: string): Promise<Page<views.Approval>> {
    return this.bank.acting(staff).approvals.list({ state: 'pending', after });
  }

  /** The last consent that is needed makes the payment, as the buyer and under his key; the order follows in the same commit. */
  @Post('approvals/:approval/consent')
  @ApiCreatedResponse({ type: ApproveReplyDto })
  @ApiRefusals('approval_not_found', 'approval_expired', 'already_approved', 'self_approval')
  consent(@Param('approval') approval: string, @Staff() staff: Actor): Promise<views.ApproveReply> {
    return this.book.with(staff, async (mine) => {
      const answer = await mine.approvals.approve({ approval });
      const made = answer.executed ? views.DealReply.fromJSON(answer.reply as object) : null;
      return { answer, deal: made?.deal ?? null };
    });
  }

  @Post('approvals/:approval/rejection')
  @ApiCreatedResponse({ type: ApprovalReplyDto })
  @ApiRefusals('approval_not_found', 'approval_expired', 'transition_not_allowed')
  reject(@Param('approval') approval: string, @Body() { reason }: Reason, @Staff() staff: Actor): Promise<views.ApprovalReply> {
    return this.bank.acting(staff).approvals.reject({ approval, reason });
  }

  /** How many disputes of which type, and how long they take. */
  @Get('disputes')
  @ApiOkResponse({ type: DisputeStatsDto })
  disputes(@Staff() staff: Actor): Promise<views.DisputeStats> {
    return this.bank.acting(staff).escrow.disputeStats();
  }
}
