// What may be left out may be `undefined` as well, also with `exactOptionalPropertyTypes`: this file only has to compile.

import { EarnestEvents, EarnestJob, EarnestModule, Idempotent } from 'earnest-nestjs';
import { registerMetrics } from 'earnest-nestjs/metrics';
import { DealDto } from 'earnest-nestjs/swagger';
import { IsMoney } from 'earnest-nestjs/validation';

declare const form: { text?: string; count?: number; flag?: boolean };

const about = EarnestEvents({ sink: 's', types: undefined, from: undefined, lease: form.text, name: form.text });
export const all = [
  EarnestModule.forRoot({ url: 'memory:', name: form.text, filter: form.flag, metrics: form.flag, correlation: { header: form.text }, keyring: form.text }),
  EarnestModule.forRootAsync({ useFactory: () => ({ url: 'memory:' }), inject: undefined, name: form.text, isGlobal: form.flag }),
  EarnestJob('shop.mail', { concurrency: form.count, name: form.text }),
  Idempotent({ scope: undefined, header: form.text }),
  IsMoney({ currency: form.text, positive: form.flag }),
  registerMetrics, DealDto, about,
]; // prettier-ignore
