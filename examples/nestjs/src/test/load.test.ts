// The load test of `make load-nestjs`, for five seconds: its bars but those of time hold anywhere.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judge, load } from '../measure/load.js';

test('a short load', async () => {
  const report = await load(64, 5, 2000);
  const anywhere = { averageMs: 60_000, p95Ms: 60_000, errorRate: 0.001 };
  assert.deepEqual(judge(report, anywhere), [], JSON.stringify(report));
  assert.ok(report.requests > 128 && report.unsure === 0, JSON.stringify(report));
  assert.equal(judge({ ...report, mismatches: 1 }, anywhere).length, 1);
});
