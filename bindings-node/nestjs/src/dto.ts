// How a class stands for a schema of the engine in a document of OpenAPI.

import { applyDecorators } from '@nestjs/common';
import { ApiExtraModels, ApiSchema } from '@nestjs/swagger';

/** A JSON Schema. */
export type Schema = Record<string, unknown>;

/** A class whose schema is this; a document that has it has those that it names, too. */
export function Dto(schema: Schema, names: (new () => object)[]): ClassDecorator {
  return (target) => {
    // as it is: decorators of single properties could say less of them
    const whole = { type: undefined, properties: undefined, ...schema, name: target.name };
    applyDecorators(ApiSchema(whole as never), ApiExtraModels(...names))(target);
  };
}
