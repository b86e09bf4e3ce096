/** Traces as recipes, so that the same ones can be played with different settings. */
import {
  type Attributes,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import type { IdGenerator } from '@opentelemetry/sdk-trace';
import { seeded, traceId } from '../../samplers/support.ts';

/** One span; times are milliseconds after the start of the trace. */
interface SpanRecipe {
  readonly name: string;
  readonly kind: SpanKind;
  readonly from: number;
  readonly to: number;
  readonly atStart: Attributes;
  readonly atEnd: Attributes;
  readonly isError: boolean;
  readonly events: readonly string[];
}

export interface TraceRecipe {
  readonly traceId: string;
  readonly root: SpanRecipe;
  readonly children: readonly SpanRecipe[];
}

const START = 1_700_000_000_000;

/** Traces that differ in all that rules can ask, the same for the same seed. */
export function makeRecipes(count: number, seed: number): readonly TraceRecipe[] {
  const random = seeded(seed);
  const chance = (share: number) => random() < share;
  const pick = <T>(...items: T[]): T => items[Math.floor(random() * items.length)] as T;
  const child = (): SpanRecipe => ({
    name: pick('db', 'call', 'step'),
    kind: pick(SpanKind.INTERNAL, SpanKind.CONSUMER),
    from: 10,
    to: chance(0.05) ? 2500 : 50,
    atStart: chance(0.06) ? { 'gen_ai.operation.name': pick('chat', 'embeddings', 'invoke_agent') } : {},
    atEnd: {
      ...(chance(0.05) ? { 'user.tier': pick('gold', 'Platinum', 'none') } : {}),
      ...(chance(0.05) ? { 'feature.flag': pick<string | boolean>(true, false, 'true') } : {}),
      ...(chance(0.05) ? { 'rows.count': pick(5, 700, 0.5) } : {}),
    },
    isError: chance(0.03),
    events: chance(0.05) ? ['exception'] : [],
  });
  return Array.from({ length: count }, () => ({
    traceId: traceId(random),
    root: {
      name: pick('GET /', 'POST /buy'),
      kind: SpanKind.SERVER,
      from: 0,
      to: chance(0.05) ? 6000 : 100,
      atStart: { 'url.path': pick('/health', '/api', '/metrics', '/buy', '/x') },
      atEnd: {
        ...(chance(0.1) ? { tenant: pick('acme', 'other') } : {}),
        ...(chance(0.1) ? { 'http.response.status_code': pick(200, 404, 503) } : {}),
      },
      isError: chance(0.02),
      events: [],
    },
    children: Array.from({ length: Math.floor(random() * (chance(0.1) ? 10 : 4)) }, child),
  }));
}

/** Gives every trace the id of its recipe. */
export class RecipeIds implements IdGenerator {
  traceId = '';
  private spans = 0;

  generateTraceId = (): string => this.traceId;
  generateSpanId = (): string => (++this.spans).toString(16).padStart(16, '0');
}

/** Makes the trace with the SDK, from its first start to its last end. */
export function play({ root, children, traceId: id }: TraceRecipe, tracer: Tracer, ids: RecipeIds): void {
  ids.traceId = id;
  const begin = (recipe: SpanRecipe, parent?: Span) =>
    tracer.startSpan(
      recipe.name,
      { kind: recipe.kind, startTime: START + recipe.from, attributes: recipe.atStart },
      parent ? trace.setSpan(ROOT_CONTEXT, parent) : ROOT_CONTEXT,
    );
  const end = (span: Span, recipe: SpanRecipe) => {
    span.setAttributes(recipe.atEnd);
    for (const event of recipe.events) span.addEvent(event, START + recipe.to);
    if (recipe.isError) span.setStatus({ code: SpanStatusCode.ERROR });
    span.end(START + recipe.to);
  };
  const rootSpan = begin(root);
  for (const recipe of children) end(begin(recipe, rootSpan), recipe);
  end(rootSpan, root);
}
