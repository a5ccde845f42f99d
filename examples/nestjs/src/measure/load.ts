// A load test from nothing: starts the market, lets users in, and judges what they saw.
//
//     scripts/with-postgres node examples/nestjs/dist/measure/load.js [USERS] [SECONDS]
//
// It fails when a bar is missed.

import { Client } from './client.js';
import { freshDatabase, percentile, Served } from './serving.js';
import { Crowd } from './users.js';

/** A user does something every so many milliseconds. */
const PACE = 8000;

export interface Report {
  users: number;
  requests: number;
  requestsPerSecond: number;
  averageMs: number;
  p50Ms: number;
  p95Ms: number;
  p99Ms: number;
  errorRate: number;
  errors: string[];
  mismatches: number;
  unsure: number;
  balanced: boolean;
  verified: boolean;
  strays: number;
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Runs so many users for so many seconds. */
export async function load(users: number, seconds: number, pace = PACE): Promise<Report> {
  // who buys every minute is no thief here
  const server = await Served.start(await freshDatabase(), { LOG_LEVEL: 'warn', ORDERS_AN_HOUR: '1000000' });
  const client = new Client(server.base);
  try {
    const crowd = new Crowd(client);
    const began = performance.now();
    const until = began + seconds * 1000;
    // they come one after the other, for 25 seconds, or half the time
    const coming = Math.min(25, seconds / 2) * 1000;
    const live = async (number: number): Promise<void> => {
      await pause((number / users) * coming);
      const user = await crowd.join(number);
      while (performance.now() < until) {
        const next = performance.now() + pace * (0.75 + Math.random() / 2);
        await crowd.act(user);
        await pause(Math.max(0, Math.min(next, until) - performance.now()));
      }
    };
    await Promise.all(Array.from({ length: users }, (_, number) => live(number)));
    const took = (performance.now() - began) / 1000;
    return { ...about(crowd, users, took), ...(await crowd.audit()) };
  } finally {
    client.close();
    await server.end();
  }
}

function about(crowd: Crowd, users: number, took: number): Omit<Report, 'mismatches' | 'unsure' | 'balanced' | 'verified' | 'strays'> {
  const { times, errors } = crowd.seen;
  const rounded = (ms: number): number => Math.round(ms * 10) / 10;
  return {
    users,
    requests: times.length,
    requestsPerSecond: rounded(times.length / took),
    averageMs: rounded(times.reduce((all, one) => all + one, 0) / times.length),
    p50Ms: rounded(percentile(times, 0.5)),
    p95Ms: rounded(percentile(times, 0.95)),
    p99Ms: rounded(percentile(times, 0.99)),
    errorRate: errors.length / times.length,
    errors: errors.slice(0, 5),
  };
}

/** The bars that were missed. */
export function judge(report: Report, bars = { averageMs: 200, p95Ms: 500, errorRate: 0.001 }): string[] {
  const missed: string[] = [];
  if (report.averageMs >= bars.averageMs) missed.push(`the average is ${report.averageMs} ms, not under ${bars.averageMs}`);
  if (report.p95Ms >= bars.p95Ms) missed.push(`P95 is ${report.p95Ms} ms, not under ${bars.p95Ms}`);
  if (report.errorRate >= bars.errorRate) missed.push(`${(report.errorRate * 100).toFixed(2)}% of the requests failed`);
  if (report.mismatches > 0 || report.strays > 0) missed.push(`${report.mismatches} balances and ${report.strays} orders are not what they must be`);
  if (!report.balanced || !report.verified) missed.push('the books are not balanced');
  return missed;
}

if (process.argv[1] === import.meta.filename) {
  const report = await load(Number(process.argv[2] ?? 1000), Number(process.argv[3] ?? 60));
  console.log(JSON.stringify(report, null, 2));
  const missed = judge(report);
  console.log(missed.join('\n') || 'all bars are met');
  process.exitCode = missed.length > 0 ? 1 : 0;
}
