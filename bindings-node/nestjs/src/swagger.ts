// What is answered, for OpenAPI. The classes of views are generated.

import { applyDecorators } from '@nestjs/common';
import { ApiResponse } from '@nestjs/swagger';
import { errors, type Code } from 'earnest';

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
