// Earnest in NestJS.

export { EarnestModule, type AsyncModuleOptions, type ModuleOptions, type ModuleOptionsFactory } from './module.js';
export { getEarnestToken, InjectEarnest } from './tokens.js';
export { IdempotencyKey, type KeyOptions } from './keys.js';
export { Idempotent, IdempotencyInterceptor } from './idempotent.js';
export { EarnestEvents, EarnestJob } from './handlers.js';
export { EarnestExceptionFilter } from './refusals.js';
export { EarnestHealthIndicator } from './health.js';
export { EarnestLogger } from './logger.js';
export { CorrelationMiddleware } from './correlation.js';
export { WebhookGuard } from './webhook.js';
