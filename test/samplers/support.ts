import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Context, context, type Span, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { ExportResultCode } from '@opentelemetry/core';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  type ReadableSpan,
  type Sampler,
  SimpleSpanProcessor,
  type SpanExporter,
  type SpanProcessor,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import { TailSamplingProcessor } from '../../processors/index.ts';
import {
  createSampling,
  readSampling,
  type SamplingConfig,
  type SamplingDependencies,
} from '../../samplers/index.ts';
import { SettingsReader } from '../../src/config/reader.ts';
import type { Host, Problem, Timer } from '../../src/core/index.ts';

/** A host whose time only moves when told to. */
export class FakeHost implements Host {
  private time = 1000;
  private timers: { at: number; task: () => void }[] = [];
  readonly problems: Problem[] = [];
  readonly counts = new Map<string, number>();

  readonly clock = { now: () => Date.now(), monotonic: () => this.time };
  readonly log = { error: () => {}, warn: () => {}, info: () => {}, debug: () => {} };
  readonly counters = {
    add: (name: string, value = 1, attributes: Readonly<Record<string, string>> = {}) => {
      const labels = Object.entries(attributes).map(([key, label]) => `${key}=${label}`);
      const key = labels.length > 0 ? `${name}{${labels.join(',')}}` : name;
      this.counts.set(key, (this.counts.get(key) ?? 0) + value);
    },
  };
  readonly report = (problem: Problem) => {
    this.problems.push(problem);
  };

  load<T>(): T {
    throw new Error('nothing to load');
  }

  after(delay: number, task: () => void): Timer {
    const timer = { at: this.time + delay, task };
    this.timers.push(timer);
    return { cancel: () => this.cancel(timer) };
  }

  private cancel(timer: object): void {
    this.timers = this.timers.filter((other) => other !== timer);
  }

  every(): Timer {
    throw new Error('not used');
  }

  /** Sum of a counter, over all attributes. */
  total(name: string): number {
    let sum = 0;
    for (const [key, value] of this.counts) if (key === name || key.startsWith(`${name}{`)) sum += value;
    return sum;
  }

  /** Moves time on, running what is due in order. */
  advance(milliseconds: number): void {
    const end = this.time + milliseconds;
    for (;;) {
      const next = this.timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
      if (!next) break;
      this.timers = this.timers.filter((timer) => timer !== next);
      this.time = Math.max(this.time, next.at);
      next.task();
    }
    this.time = end;
  }
}

export interface Rig {
  readonly host: FakeHost;
  readonly config: SamplingConfig;
  readonly provider: TracerProvider;
  readonly sampler: Sampler;
  readonly tail: TailSamplingProcessor | undefined;
  /** What was exported, in order. */
  exported(): ReadableSpan[];
  reset(): unknown;
  /** Starts a span below `parent`, or a root. */
  start(
    name: string,
    options?: Parameters<ReturnType<typeof trace.getTracer>['startSpan']>[1],
    parent?: Span | Context,
  ): Span;
}

/** The real SDK with sampling as the environment says, and what it exported. */
export function rig(env: Record<string, string>, deps: SamplingDependencies = {}, more?: SpanProcessor): Rig {
  const host = new FakeHost();
  const reader = new SettingsReader({ env });
  const config = readSampling(reader);
  host.problems.push(...reader.problems);
  const exported: ReadableSpan[] = [];
  const exporter: SpanExporter = {
    export: (spans, done) => {
      exported.push(...spans);
      done({ code: ExportResultCode.SUCCESS });
    },
    shutdown: async () => {},
  };
  const end: SpanProcessor = new SimpleSpanProcessor({ exporter });
  let tail: TailSamplingProcessor | undefined;
  const { sampler, processor } = createSampling(config, host, {
    service: 'shop',
    tail: class extends TailSamplingProcessor {
      constructor(...args: ConstructorParameters<typeof TailSamplingProcessor>) {
        super(...args);
        tail = this;
      }
    },
    ...deps,
  });
  const provider = new TracerProvider({
    sampler,
    spanProcessors: [...(more ? [more] : []), processor ? processor(end) : end],
    resource: resourceFromAttributes({ 'service.name': 'shop' }),
  });
  const tracer = provider.getTracer('test');
  return {
    host,
    config,
    provider,
    sampler,
    tail,
    exported: () => [...exported],
    reset: () => exported.splice(0),
    start(name, options = {}, parent) {
      if (parent === undefined) return tracer.startSpan(name, { ...options, root: true }, ROOT());
      return tracer.startSpan(
        name,
        options,
        'spanContext' in parent ? trace.setSpan(ROOT(), parent) : parent,
      );
    },
  };
}

function ROOT(): Context {
  return context.active();
}

/** Headers are read and written through the active context. */
export function useContextManager(): void {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
}

/** Conformance cases of a group. */
export function vectors<T>(group: string): (T & { id: string })[] {
  const file = join(__dirname, '..', 'vectors', 'sampling.json');
  const { cases } = JSON.parse(readFileSync(file, 'utf8')) as { cases: { id: string; group: string }[] };
  const chosen = cases.filter((one) => one.group === group);
  if (chosen.length === 0) throw new Error(`no vectors of group ${group}`);
  return chosen as unknown as (T & { id: string })[];
}

/** A seeded generator of numbers in [0, 1) (mulberry32), so that statistics repeat. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A random trace id of 128 bits. */
export function traceId(random: () => number): string {
  let id = '';
  for (let part = 0; part < 4; part++) {
    id += Math.floor(random() * 2 ** 32)
      .toString(16)
      .padStart(8, '0');
  }
  return id;
}
