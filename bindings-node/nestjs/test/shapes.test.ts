// What documents of OpenAPI say of the engine's views: the schemas that the engine itself says.

import 'reflect-metadata';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { after, before, test } from 'node:test';
import { Controller, Get, Module, Post, type INestApplication } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ApiExtraModels, ApiHeader, ApiOkResponse, DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import { views } from 'earnest';
import { EarnestModule, IdempotencyKey, Idempotent } from 'earnest-nestjs';
import * as dtos from 'earnest-nestjs/swagger';

const { ApiRefusals, DealDto, EntryDto, MovedDto, PageOf } = dtos;
const all = Object.entries(dtos).filter(([name]) => name.endsWith('Dto')).map(([, dto]) => dto as new () => object);

@Controller()
@ApiExtraModels(...all)
class Shop {
  @Get('deal')
  @ApiOkResponse({ type: DealDto })
  @ApiRefusals('deal_not_found', 'not_permitted', 'insufficient_balance', 'account_locked')
  deal() {}

  @Get('moved')
  @ApiOkResponse({ type: MovedDto })
  moved() {}

  @Get('entries')
  @ApiOkResponse({ type: PageOf(EntryDto) })
  entries() {}
}

@Controller('keyed')
class Keyed {
  @Post('route')
  @Idempotent()
  route(@IdempotencyKey() _key: unknown) {}

  @Post('parameter')
  parameter(@IdempotencyKey({ header: 'X-Key' }) _key: unknown) {}

  @Post('said')
  @Idempotent()
  @ApiHeader({ name: 'Idempotency-Key', description: 'Ours.' })
  said() {}

  @Post('said-first')
  @ApiHeader({ name: 'idempotency-key', description: 'Ours.' })
  @Idempotent()
  saidFirst() {}

  @Get('none')
  none() {}
}

@Controller('all')
@Idempotent({ header: 'X-Key' })
class AllKeyed {
  @Post('route')
  route() {}
}

@Module({ imports: [EarnestModule.forTest()], controllers: [Shop, Keyed, AllKeyed] })
class App {}

let app: INestApplication;
let document: any;

before(async () => {
  app = await NestFactory.create(App, { logger: false });
  document = JSON.parse(JSON.stringify(SwaggerModule.createDocument(app, new DocumentBuilder().setOpenAPIVersion('3.1.0').build())));
});
after(() => app?.close());

/** A schema of the engine as it stands in a document. */
function hosted(node: any, names: Map<string, string>): any {
  if (Array.isArray(node)) return node.map((one) => hosted(one, names));
  if (typeof node !== 'object' || node === null) return node;
  return Object.fromEntries(
    Object.entries(node).map(([key, value]) => [key, key === '$ref' ? `#/components/schemas/${names.get(String(value).replace('#/$defs/', ''))}` : hosted(value, names)]),
  );
}

test('every view has a DTO', () => {
  for (const [name, view] of Object.entries(views)) {
    if (typeof view === 'function' && 'known' in view) assert.equal(typeof (dtos as any)[`${name}Dto`], 'function', name);
  }
  assert.equal(typeof dtos.MoneyDto, 'function');
});

test('its schema is that of `earnest operations --json`', () => {
  const program = process.env['EARNEST_PROGRAM'];
  assert.ok(program, 'EARNEST_PROGRAM names the command line: run `make test-node`');
  const operations: any[] = JSON.parse(execFileSync(program, ['operations', '--json'], { encoding: 'utf8', maxBuffer: 1 << 26 }));
  const { schemas } = document.components;
  let compared = 0;
  for (const { reply } of operations) {
    const { $defs = {}, $schema, title, ...own } = reply;
    void $schema;
    // the second type of a name in one schema, and closed sets, are called after what has them
    const names = new Map<string, string>();
    for (const [name, schema] of Object.entries<any>($defs)) {
      const called = Object.keys(schemas).find((one) => one.endsWith(`${name.replace(/\d+$/, '')}Dto`) && 'oneOf' in schemas[one] && sameSet(schemas[one], schema));
      names.set(name, 'oneOf' in schema ? called! : `${name.replace(/\d+$/, '')}Dto`);
    }
    for (const [name, schema] of Object.entries<any>($defs)) {
      assert.deepEqual(schemas[names.get(name)!], hosted(schema, names), `${title}: ${name}`);
      compared += 1;
    }
    if (title === 'Page') continue;
    assert.deepEqual(schemas[`${title}Dto`], hosted(own, names), title);
    compared += 1;
  }
  assert.ok(compared > 200, String(compared));
});

const sameSet = (one: any, other: any): boolean =>
  JSON.stringify(one.oneOf?.map((value: any) => value.const)) === JSON.stringify(other.oneOf?.map((value: any) => value.const));

test('routes that take a key say so', () => {
  const headers = (path: string, method = 'post') =>
    (document.paths[path][method].parameters ?? []).filter((one: any) => one.in === 'header').map((one: any) => [one.name, one.required ?? false]);
  assert.deepEqual(headers('/keyed/route'), [['idempotency-key', true]]);
  assert.deepEqual(headers('/keyed/parameter'), [['X-Key', true]]);
  assert.deepEqual(headers('/keyed/said'), [['Idempotency-Key', false]]);
  assert.equal(headers('/keyed/said-first').length, 1);
  assert.deepEqual([headers('/keyed/none', 'get'), headers('/all/route')], [[], [['X-Key', true]]]);
  const [parameter] = document.paths['/keyed/route'].post.parameters;
  assert.deepEqual(parameter.schema, { type: 'string', minLength: 1, maxLength: 255 });
});

test('pages, and refusals by their status', () => {
  const page = document.paths['/entries'].get.responses['200'].content['application/json'].schema;
  assert.deepEqual(page, { $ref: '#/components/schemas/PageOfEntryDto' });
  const { properties, required } = document.components.schemas.PageOfEntryDto;
  assert.deepEqual([properties.items.items, required], [{ $ref: '#/components/schemas/EntryDto' }, ['items']]);
  assert.equal(PageOf(EntryDto), PageOf(EntryDto));
  const { responses } = document.paths['/deal'].get;
  assert.deepEqual(Object.keys(responses).sort(), ['200', '403', '404', '409']);
  assert.match(responses['409'].description, /INSUFFICIENT_BALANCE.*ACCOUNT_LOCKED/);
  assert.throws(() => ApiRefusals('nonsense' as never), /nonsense/);
});
