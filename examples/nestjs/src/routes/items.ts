// What is on sale.

import { Body, Controller, Get, Param, ParseIntPipe, Post } from '@nestjs/common';
import { ApiBearerAuth, ApiProperty, ApiTags } from '@nestjs/swagger';
import { IsString, Length } from 'class-validator';
import { Money, type MoneyLike } from 'earnest';
import { IsMoney } from 'earnest-nestjs/validation';
import { DataSource } from 'typeorm';
import { CURRENCY, Item } from '../database.js';
import { CurrentUser } from '../login.js';
import { notFound } from '../refused.js';
import { Made } from './users.js';

class NewItem {
  @ApiProperty({ example: 'A blue lamp' })
  @IsString()
  @Length(1, 200)
  title!: string;

  @ApiProperty({ type: String, example: '45000 KRW' })
  @IsMoney({ currency: CURRENCY })
  price!: MoneyLike;
}

@ApiTags('items')
@ApiBearerAuth()
@Controller('items')
export class Items {
  constructor(private readonly db: DataSource) {}

  @Post()
  async offer(@Body() { title, price }: NewItem, @CurrentUser() seller: number): Promise<Made> {
    const { id } = await this.db.manager.save(Item, { title, price: Money.from(price), seller });
    return { id };
  }

  /** Items that nobody has bought yet, newest first. */
  @Get()
  onSale(): Promise<Item[]> {
    return this.db.manager.find(Item, { where: { isSold: false }, order: { id: 'DESC' }, take: 50 });
  }

  @Get(':id')
  async get(@Param('id', ParseIntPipe) id: number): Promise<Item> {
    const item = await this.db.manager.findOneBy(Item, { id });
    if (item === null) throw notFound('item');
    return item;
  }
}
