// How the application is served: its log, its checks of what is sent, its documentation.

import { ValidationPipe, type Type, type ValidationError } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import { JsonLogger } from './logger.js';
import { Refused } from './refused.js';

/** Says what is wrong, and where; never what was sent. */
function malformed(errors: ValidationError[]): Refused {
  const all = errors.flatMap((error) => Object.values(error.constraints ?? { is: `${error.property} is malformed` }));
  return new Refused(400, 'INVALID_REQUEST', all.join('; '));
}

/** Starts a module of the application. */
export async function serve(module: Type): Promise<void> {
  const logger = new JsonLogger('market');
  const app = await NestFactory.create(module, { logger });
  app.useGlobalPipes(new ValidationPipe({ transform: true, whitelist: true, forbidNonWhitelisted: true, exceptionFactory: malformed }));
  // SIGTERM: no more requests, those under way are answered, then workers, engine and pool are closed
  // named one by one: without names Nest listens to SIGSEGV too, and a process that is broken would go on for ever
  app.enableShutdownHooks(['SIGTERM', 'SIGINT']);

  const about = new DocumentBuilder()
    .setTitle('A second-hand market')
    .setDescription('Amounts are texts such as `45000 KRW`. A route that moves money wants an `Idempotency-Key`.')
    .setOpenAPIVersion('3.1.0')
    .addBearerAuth()
    .build();
  SwaggerModule.setup('docs', app, () => SwaggerModule.createDocument(app, about));

  await app.listen(Number(process.env['PORT'] ?? 3000), process.env['HOST'] ?? '127.0.0.1');
  logger.say('log', `listening on ${await app.getUrl()}`);
}
