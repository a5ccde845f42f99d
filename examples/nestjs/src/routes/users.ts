// Users of the market.

import { Body, Controller, Post } from '@nestjs/common';
import { ApiProperty, ApiTags } from '@nestjs/swagger';
import { IsString, Length } from 'class-validator';
import { Engine } from 'earnest';
import { DataSource, type EntityManager } from 'typeorm';
import { CURRENCY, User } from '../database.js';
import { accountOf, TILL } from '../login.js';

class NewUser {
  @ApiProperty({ example: 'Kim Minji' })
  @IsString()
  @Length(1, 100)
  name!: string;
}

export class Made {
  @ApiProperty()
  id!: number;
}

@ApiTags('users')
@Controller('users')
export class Users {
  constructor(
    private readonly bank: Engine,
    private readonly db: DataSource,
  ) {}

  /** Registers somebody: the user and the account are there together. */
  @Post()
  register(@Body() { name }: NewUser): Promise<Made> {
    const work = async (manager: EntityManager, mine: ReturnType<Engine['using']>): Promise<Made> => {
      const { id } = await manager.save(User, { name });
      await mine.ledger.openAccount({ account: accountOf(id), currency: CURRENCY, kind: 'user', displayName: name });
      return { id };
    };
    return this.bank.run(this.db, work, { actor: TILL });
  }
}
