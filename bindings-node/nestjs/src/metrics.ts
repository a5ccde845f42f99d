// What an engine has done, among the metrics of prom-client.

import type { Engine } from 'earnest';
import type { Registry } from 'prom-client';

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

/** Registers the metrics of an engine; they are asked for when somebody reads the registry. */
export async function registerMetrics(bank: Engine, registry: Registry): Promise<() => void> {
  const names = familiesOf(await bank.metrics()).map(({ name, help, type }) => ({ name, help, type }));
  // one question serves all families of a reading
  let asked: Promise<Family[]> | undefined;
  const families = (): Promise<Family[]> => {
    const answer = (asked ??= bank.metrics().then(familiesOf));
    setImmediate(() => (asked = undefined));
    return answer;
  };
  for (const { name, help, type } of names) {
    const metric = {
      name,
      help,
      type,
      aggregator: 'sum',
      get: async () => {
        const family = (await families()).find((one) => one.name === name);
        return { name, help, type, aggregator: 'sum', values: family === undefined ? [] : valuesOf(family) };
      },
      reset: () => undefined,
    };
    registry.registerMetric(metric as never);
  }
  return () => names.forEach(({ name }) => registry.removeSingleMetric(name));
}
