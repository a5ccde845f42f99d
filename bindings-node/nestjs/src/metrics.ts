// What an engine has done, among the metrics of prom-client.

import timers from 'node:timers';
import type { Engine } from 'earnest';
import type { Registry } from 'prom-client';

// tests put timers of their own in its place, by which a reading would never end
const { setImmediate } = timers;

/** A family of metrics, as Prometheus reads it. */
interface Family {
  name: string;
  help: string;
  type: string;
  lines: string[];
}

/** The families of a text that Prometheus reads. */
export function familiesOf(text: string): Family[] {
  const found: Family[] = [];
  for (const line of text.split('\n')) {
    const about = /^# (HELP|TYPE) (\S+) (.*)$/.exec(line);
    if (about !== null) {
      const [, what, name, said] = about as unknown as [string, string, string, string];
      let family = found.find((one) => one.name === name);
      if (family === undefined) found.push((family = { name, help: '', type: 'untyped', lines: [] }));
      if (what === 'HELP') family.help = said;
      else family.type = said;
    } else if (line !== '' && !line.startsWith('#')) {
      found.at(-1)?.lines.push(line);
    }
  }
  return found;
}

const SAMPLE = /^([^\s{]+)(?:\{(.*)\})? (\S+)/;

/** The samples of a family, as prom-client has them. */
function valuesOf(family: Family): { value: number; labels: Record<string, string>; metricName: string }[] {
  return family.lines.map((line) => {
    const [, metricName = family.name, labels = '', value = '0'] = SAMPLE.exec(line) ?? [];
    const named = [...labels.matchAll(/([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)"/g)].map(([, name, text]) => [name!, text!.replace(/\\(.)/g, (_, c: string) => (c === 'n' ? '\n' : c))]);
    return { value: value === '+Inf' ? Number.POSITIVE_INFINITY : Number(value), labels: Object.fromEntries(named) as Record<string, string>, metricName };
  });
}

/**
 * Families that the engine tells of only once something was counted. They are registered from the beginning:
 * what a reading meets for the first time is in the next one, and an alarm should not wait for that.
 */
const LATER: Readonly<Record<string, string>> = {
  earnest_delivered_total: 'counter',
  earnest_gateway_calls_total: 'counter',
  earnest_lane_in_flight: 'gauge',
  earnest_rpc_failures_in_a_row: 'gauge',
  earnest_rpc_total: 'counter',
  earnest_webhooks_total: 'counter',
  earnest_withdrawal_seconds: 'histogram',
  earnest_withdrawals_total: 'counter',
  purchase_attempt_total: 'counter',
};

/** Registers the metrics of an engine; they are asked for when somebody reads the registry. */
export async function registerMetrics(bank: Pick<Engine, 'metrics'>, registry: Registry): Promise<() => void> {
  const names = new Set<string>();
  let isOver = false;
  // one question serves all families of a reading
  let asked: Promise<Family[]> | undefined;
  const families = (): Promise<Family[]> => {
    const answer = (asked ??= bank.metrics().then(read));
    setImmediate(() => (asked = undefined));
    return answer;
  };
  const register = ({ name, help, type }: Omit<Family, 'lines'>): void => {
    const get = async () => {
      const family = (await families()).find((one) => one.name === name);
      const values = family === undefined ? [] : valuesOf(family);
      return { name, help: family?.help ?? help, type: family?.type ?? type, aggregator: 'sum', values };
    };
    registry.registerMetric({ name, help, type, aggregator: 'sum', get, reset: () => undefined } as never);
    names.add(name);
  };
  /** What was not met before, unless something of the application's own has that name. */
  const add = (family: Omit<Family, 'lines'>): void => {
    if (!isOver && !names.has(family.name) && registry.getSingleMetric(family.name) === undefined) register(family);
  };
  const read = (text: string): Family[] => {
    const found = familiesOf(text);
    found.forEach(add);
    return found;
  };
  familiesOf(await bank.metrics()).forEach(register);
  for (const [name, type] of Object.entries(LATER)) add({ name, type, help: 'Nothing was counted yet.' });
  return () => {
    isOver = true;
    names.forEach((name) => registry.removeSingleMetric(name));
  };
}
