// What is answered, for OpenAPI. Schemas are those of JSON Schema 2020-12: a document of OpenAPI 3.1 takes them as they are.

import { applyDecorators } from '@nestjs/common';
import { ApiResponse } from '@nestjs/swagger';
import { errors, type Code } from 'earnest';
import { Dto } from './dto.js';
import { PAGE } from './generated/page.js';

export * from './generated/dtos.js';

const pages = new WeakMap<object, new () => object>();

/** A page of items of a DTO, as lists answer them: `PageOf(EntryDto)`. */
export function PageOf(item: new () => object): new () => object {
  let page = pages.get(item);
  if (page === undefined) {
    const { properties, ...about } = PAGE as unknown as { properties: Record<string, object> };
    const items = { ...properties['items'], items: { $ref: `#/components/schemas/${item.name}` } };
    page = { [`PageOf${item.name}`]: class {} }[`PageOf${item.name}`]!;
    Dto({ ...about, properties: { ...properties, items } }, [item])(page);
    pages.set(item, page);
  }
  return page;
}

/** The envelope of a refusal. */
const ENVELOPE = {
  type: 'object',
  required: ['error'],
  properties: {
    error: {
      type: 'object',
      required: ['code', 'message', 'retryable'],
      properties: { code: { type: 'string' }, message: { type: 'string' }, retryable: { type: 'boolean' } },
    },
  },
};

/** Says which refusals a route answers, by their status. */
export function ApiRefusals(...codes: Code[]): MethodDecorator & ClassDecorator {
  const byStatus = new Map<number, string[]>();
  for (const code of codes) {
    const about = errors.ALL.find((one) => one.code === code);
    if (about === undefined) throw new Error(`\`${code}\` is no code`);
    byStatus.set(about.httpStatus, [...(byStatus.get(about.httpStatus) ?? []), code.toUpperCase()]);
  }
  return applyDecorators(
    ...[...byStatus].map(([status, names]) => ApiResponse({ status, description: names.map((name) => `\`${name}\``).join(', '), schema: ENVELOPE as never })),
  );
}
