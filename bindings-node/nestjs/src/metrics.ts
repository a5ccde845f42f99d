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
  /** The name of the engine that it is of. */
  engine?: string | undefined;
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
  const of = family.engine === undefined ? {} : { engine: family.engine };
  return family.lines.map((line) => {
    const [, metricName = family.name, labels = '', value = '0'] = SAMPLE.exec(line) ?? [];
    const named = [...labels.matchAll(/([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)"/g)].map(([, name, text]) => [name!, text!.replace(/\\(.)/g, (_, c: string) => (c === 'n' ? '\n' : c))]);
    return { value: value === '+Inf' ? Number.POSITIVE_INFINITY : Number(value), labels: { ...Object.fromEntries(named), ...of } as Record<string, string>, metricName };
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

/** An engine whose metrics are asked for. */
interface Source {
  bank: Pick<Engine, 'metrics'>;
  name: string | undefined;
}

/** Engines that share a registry: each family stands there once, with the samples of all of them. */
class Registered {
  readonly sources: Source[] = [];
  readonly #registry: Registry;
  readonly #names = new Set<string>();
  // one question serves all families of a reading
  #asked: Promise<Family[]> | undefined;

  constructor(registry: Registry) {
    this.#registry = registry;
  }

  async add(source: Source): Promise<void> {
    this.sources.push(source);
    familiesOf(await source.bank.metrics()).forEach((family) => this.#names.has(family.name) || this.#register(family));
    for (const [name, type] of Object.entries(LATER)) this.#meet({ name, type, help: 'Nothing was counted yet.' });
  }

  remove(source: Source): void {
    const place = this.sources.indexOf(source);
    if (place >= 0) this.sources.splice(place, 1);
    if (this.sources.length > 0) return;
    this.#names.forEach((name) => this.#registry.removeSingleMetric(name));
    this.#names.clear();
  }

  #families(): Promise<Family[]> {
    const answer = (this.#asked ??= this.#read());
    setImmediate(() => (this.#asked = undefined));
    return answer;
  }

  async #read(): Promise<Family[]> {
    const texts = this.sources.map(async ({ bank, name }) => named(familiesOf(await bank.metrics()), name));
    const found = (await Promise.all(texts)).flat();
    found.forEach((family) => this.#meet(family));
    return found;
  }

  #register({ name, help, type }: Omit<Family, 'lines'>): void {
    const get = async () => {
      const families = (await this.#families()).filter((one) => one.name === name);
      const [first] = families;
      return { name, help: first?.help ?? help, type: first?.type ?? type, aggregator: 'sum', values: families.flatMap(valuesOf) };
    };
    this.#registry.registerMetric({ name, help, type, aggregator: 'sum', get, reset: () => undefined } as never);
    this.#names.add(name);
  }

  /** Registers a family that is new, unless the application has a metric of that name. */
  #meet(family: Omit<Family, 'lines'>): void {
    const isOver = this.sources.length === 0;
    if (!isOver && !this.#names.has(family.name) && this.#registry.getSingleMetric(family.name) === undefined) this.#register(family);
  }
}

/** Families whose samples say of which engine they are, where that has a name. */
function named(families: Family[], engine: string | undefined): Family[] {
  return families.map((family) => ({ ...family, engine }));
}

const registries = new WeakMap<Registry, Registered>();

/**
 * Registers the metrics of an engine; they are asked for when somebody reads the registry. Where an engine has a `name` its
 * samples have it as their label `engine`: several may share a registry, at most one of them without a name.
 */
export async function registerMetrics(bank: Pick<Engine, 'metrics'>, registry: Registry, options: { name?: string | undefined } = {}): Promise<() => void> {
  const registered = registries.get(registry) ?? new Registered(registry);
  registries.set(registry, registered);
  const source = { bank, name: options.name };
  if (registered.sources.some((one) => one.name === source.name)) {
    const which = source.name === undefined ? 'without a name' : `with the name \`${source.name}\``;
    throw new Error(`the metrics of an engine ${which} are in this registry already: \`registerMetrics(bank, registry, { name })\``);
  }
  try {
    await registered.add(source);
  } catch (error) {
    registered.remove(source);
    throw error;
  }
  return () => registered.remove(source);
}
