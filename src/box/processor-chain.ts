import type { SpanProcessor } from '@opentelemetry/sdk-trace';
import { BUILT_IN_PROCESSORS } from '../../processors/index.ts';
import type { Chosen } from '../config/index.ts';
import type { Host, ProcessorInstance } from '../core/index.ts';
import { CLOSED, ESSENTIAL } from './closed-processor.ts';
import { attempt } from './create-component.ts';

/** One processor at work. */
export interface Processor {
  readonly name: string;
  readonly instance: ProcessorInstance;
}

/** Makes a link that stands in front of the one it is given. */
type SpanLink = (next: SpanProcessor) => SpanProcessor;

/**
 * The links of the chain, first to last: plug-ins' processors, then the built-in ones in their
 * order. The tail sampler stands in front of redaction, so that traces it drops are never redacted.
 */
export function createProcessors(
  chosen: readonly Chosen[],
  tailSampler: SpanLink | undefined,
  create: (chosen: Chosen) => ProcessorInstance | undefined,
): Processor[] {
  const order = BUILT_IN_PROCESSORS.map(({ name }) => name);
  const links: Processor[] = [];
  for (const one of chosen.toSorted((a, b) => order.indexOf(a.name) - order.indexOf(b.name))) {
    if (tailSampler && one.name === 'redaction')
      links.push({ name: 'tail sampling', instance: tailLink(tailSampler) });
    const instance = create(one) ?? (ESSENTIAL.has(one.name) ? CLOSED : undefined);
    if (instance) links.push({ name: one.name, instance });
  }
  return links;
}

/** The tail sampler as a link that decides what is undecided when the process ends. */
function tailLink(create: SpanLink): ProcessorInstance {
  let tail: (SpanProcessor & { atEnd?(): void }) | undefined;
  return {
    spans: (next) => {
      tail = create(next);
      return tail;
    },
    atEnd: () => tail?.atEnd?.(),
  };
}

/**
 * The chain in front of `last`, with the links that `pick` takes out of each processor. One that
 * fails is left out, unless it is essential: then nothing passes.
 */
export function chain<T>(
  processors: readonly Processor[],
  host: Host,
  last: T,
  pick: (processor: ProcessorInstance, next: T) => T | undefined,
): T {
  return processors.toReversed().reduce((next, { name, instance }) => {
    const without = ESSENTIAL.get(name);
    const made = attempt(`processor ${name}`, host, () => ({ link: pick(instance, next) }), without);
    if (made) return made.link ?? next;
    return (without === undefined ? undefined : pick(CLOSED, next)) ?? next;
  }, last);
}
