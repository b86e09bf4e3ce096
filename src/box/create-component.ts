import type { Chosen } from '../config/index.ts';
import {
  type AnyComponent,
  type ComponentKind,
  errorMessage,
  type Host,
  type InstanceOf,
} from '../core/index.ts';
import { ESSENTIAL } from './closed-processor.ts';

/** The methods that everything of a kind must have; a processor need have none. */
const REQUIRED: Readonly<Record<ComponentKind, readonly string[]>> = {
  exporter: ['describe'],
  propagator: ['inject', 'extract', 'fields'],
  sampler: ['shouldSample'],
  processor: [],
  credentials: ['get'],
  instrumentation: ['enable', 'disable', 'setTracerProvider', 'setMeterProvider'],
};

/** All kinds there are. */
export const COMPONENT_KINDS: readonly string[] = Object.keys(REQUIRED);

/** What the methods of an instance that may be missing must be, if they are there. */
const OPTIONAL: readonly string[] = ['traces', 'metrics', 'logs', 'spans', 'atEnd'];

/**
 * Creates a chosen component. One that throws, or that returns something which would fail later,
 * in the middle of the application, is reported and left out.
 */
export function createComponent<K extends ComponentKind>(
  kind: K,
  chosen: Chosen,
  components: readonly AnyComponent[],
  host: Host,
): InstanceOf[K] | undefined {
  const component = components.find((known) => known.kind === kind && known.name === chosen.name);
  if (!component) return undefined;
  const create = (): InstanceOf[K] => {
    const instance: unknown = component.create(chosen.settings, host);
    for (const part of [instance].flat()) check(kind, part);
    return instance as InstanceOf[K];
  };
  const without = kind === 'processor' ? ESSENTIAL.get(chosen.name) : undefined;
  return attempt(`${kind} ${chosen.name}`, host, create, without);
}

/**
 * Runs a part of a component's creation; if it throws, that is reported.
 *
 * @param without what happens without it
 */
export function attempt<T>(
  source: string,
  host: Host,
  create: () => T,
  without = 'going on without it',
): T | undefined {
  try {
    return create();
  } catch (error) {
    host.report({
      code: 'CMP001',
      source,
      message: `cannot be created: ${errorMessage(error)}`,
      used: without,
    });
    return undefined;
  }
}

function check(kind: ComponentKind, instance: unknown): void {
  if (typeof instance !== 'object' || instance === null)
    throw new Error(`create() returned ${instance === null ? 'null' : typeof instance}`);
  if (instance instanceof Promise) {
    instance.catch(() => {}); // Nobody else will look at it.
    throw new Error('create() returned a promise; it must not be async');
  }
  for (const method of REQUIRED[kind]) {
    if (typeof Reflect.get(instance, method) !== 'function')
      throw new Error(`create() returned something without ${method}()`);
  }
  for (const method of OPTIONAL) {
    const value: unknown = Reflect.get(instance, method);
    if (value !== undefined && typeof value !== 'function') throw new Error(`${method} is not a function`);
  }
}
