// The header of a key in documents of OpenAPI. `@nestjs/swagger` may be absent, so its names stand here.

import 'reflect-metadata';

const OF_ROUTES = 'swagger/apiParameters';
const OF_CONTROLLERS = 'swagger/apiHeaders';

/** The header of a key, as `ApiHeader` would have it. */
function parameter(name: string): object {
  return {
    name,
    in: 'header',
    required: true,
    description: 'One for each request that is meant: a repeat under the same one is answered as the first request was.',
    schema: { type: 'string', minLength: 1, maxLength: 255 },
  };
}

/** Says of a route, or of all of a controller, that it needs a key in a header; what says so already is left as it is. */
export function describeKey(about: object, isRoute: boolean, name: string): void {
  const place = isRoute ? OF_ROUTES : OF_CONTROLLERS;
  const known: { name?: unknown; in?: unknown }[] = Reflect.getMetadata(place, about) ?? [];
  if (known.some((one) => one.in === 'header' && String(one.name).toLowerCase() === name.toLowerCase())) return;
  Reflect.defineMetadata(place, [...known, parameter(name)], about);
}
