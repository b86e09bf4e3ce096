/**
 * The Collector's `tail_sampling` decision, after its documentation: enough of it to judge what we
 * export. It is itself held against the vectors taken from the Collector's tests.
 */
import { SpanStatusCode } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';

// biome-ignore lint/suspicious/noExplicitAny: policies are foreign configuration, read by their documented keys.
export type AnyPolicy = { type: string } & Record<string, any>;

/** The share of traces like this one that the policies keep: 0, 1 or a probability. */
export function collectorShare(policies: readonly AnyPolicy[], spans: readonly ReadableSpan[]): number {
  const drops = policies.filter(({ type }) => type === 'drop');
  for (const { drop } of drops) {
    if ((drop.drop_sub_policy as AnyPolicy[]).every((sub) => policyShare(sub, spans) > 0)) return 0;
  }
  const shares = policies.filter(({ type }) => type !== 'drop').map((policy) => policyShare(policy, spans));
  return Math.max(0, ...shares);
}

/** The same of one policy. */
export function policyShare(policy: AnyPolicy, spans: readonly ReadableSpan[]): number {
  const body = policy[policy.type];
  switch (policy.type) {
    case 'always_sample':
      return 1;
    case 'probabilistic':
      return Math.max(0, body.sampling_percentage) / 100;
    case 'and':
      return Math.min(...(body.and_sub_policy as AnyPolicy[]).map((sub) => policyShare(sub, spans)));
    case 'not':
      return policyShare(body.not_sub_policy, spans) > 0 ? 0 : 1;
    default:
      return matches(policy.type, body ?? {}, spans) ? 1 : 0;
  }
}

function matches(type: string, body: AnyPolicy, spans: readonly ReadableSpan[]): boolean {
  switch (type) {
    case 'status_code':
      return spans.some(({ status }) => body.status_codes.includes(SpanStatusCode[status.code]));
    case 'latency':
      return latency(body, spans);
    case 'span_count': {
      const { min_spans: min, max_spans: max = 0 } = body;
      return spans.length >= min && (max === 0 || spans.length <= max);
    }
    case 'string_attribute':
      return stringAttribute(body, spans) !== (body.invert_match === true);
    case 'numeric_attribute': {
      const hit = values(body.key, spans).some(
        (value) => typeof value === 'number' && value >= body.min_value && value <= body.max_value,
      );
      return hit !== (body.invert_match === true);
    }
    case 'boolean_attribute':
      return values(body.key, spans).includes(body.value) !== (body.invert_match === true);
    case 'trace_state':
      return spans.some((span) => body.values.includes(span.spanContext().traceState?.get(body.key)));
    case 'trace_flags':
      return spans.some((span) => (span.spanContext().traceFlags & 1) === 1);
    case 'ottl_condition':
      return ottl(body, spans);
    default:
      throw new Error(`the policy ${type} is not modelled`);
  }
}

function values(key: string, spans: readonly ReadableSpan[]): unknown[] {
  return spans.flatMap(({ attributes, resource }) => [attributes[key], resource.attributes[key]]);
}

function latency({ threshold_ms, upper_threshold_ms: upper = 0 }: AnyPolicy, spans: readonly ReadableSpan[]) {
  const millis = ([seconds, nanos]: ReadableSpan['startTime']) => seconds * 1000 + nanos / 1e6;
  const duration =
    Math.max(...spans.map(({ endTime }) => millis(endTime))) -
    Math.min(...spans.map(({ startTime }) => millis(startTime)));
  return upper === 0 ? duration >= threshold_ms : duration > threshold_ms && duration <= upper;
}

function stringAttribute(body: AnyPolicy, spans: readonly ReadableSpan[]): boolean {
  const wanted = body.values as string[];
  return values(body.key, spans).some((value) => {
    if (typeof value !== 'string') return false;
    return body.enabled_regex_matching
      ? wanted.some((re) => goRegex(re).test(value))
      : wanted.includes(value);
  });
}

/** Go writes flags in front of the expression, JavaScript beside it. */
function goRegex(source: string): RegExp {
  const flags = /^\(\?([is]+)\)/.exec(source);
  return flags ? new RegExp(source.slice(flags[0].length), flags[1]) : new RegExp(source);
}

function ottl({ span, spanevent }: AnyPolicy, spans: readonly ReadableSpan[]): boolean {
  if (span) return spans.some((one) => span.some((text: string) => compileOttl(text)(one, one.name)));
  return spans.some((one) =>
    one.events.some(({ name }) => spanevent.some((text: string) => compileOttl(text)(one, name))),
  );
}

type Ottl = (span: ReadableSpan, name: string) => boolean;
const compiled = new Map<string, Ottl>();

/** OTTL to JavaScript: the words differ, the structure does not. */
function compileOttl(text: string): Ottl {
  let known = compiled.get(text);
  if (!known) {
    const parts = text.split(/("(?:\\.|[^"\\])*")/);
    const body = parts.map((part, at) => (at % 2 === 1 ? part : translate(part))).join('');
    known = new Function('IsMatch', 'IsRoot', 'nanos', `return (span, name) => Boolean(${body})`)(
      (value: unknown, regex: string) => value !== undefined && goRegex(regex).test(String(value)),
      (one: ReadableSpan) => one.parentSpanContext === undefined,
      ([seconds, nanos]: ReadableSpan['startTime']) => seconds * 1e9 + nanos,
    ) as Ottl;
    compiled.set(text, known);
  }
  return known;
}

function translate(part: string): string {
  return part
    .replaceAll(/\band\b/g, '&&')
    .replaceAll(/\bor\b/g, '||')
    .replaceAll(/\bnot\b/g, '!')
    .replaceAll(/\bnil\b/g, 'undefined')
    .replaceAll('IsRootSpan()', 'IsRoot(span)')
    .replaceAll(/(?<!resource\.)\battributes\[/g, 'span.attributes[')
    .replaceAll('resource.attributes[', 'span.resource.attributes[')
    .replaceAll('status.code', 'span.status.code')
    .replaceAll(/STATUS_CODE_(\w+)/g, (_, word: string) => String(['UNSET', 'OK', 'ERROR'].indexOf(word)))
    .replaceAll(/\bkind\b/g, 'span.kind')
    .replaceAll(/SPAN_KIND_(\w+)/g, (_, word: string) =>
      String(['INTERNAL', 'SERVER', 'CLIENT', 'PRODUCER', 'CONSUMER'].indexOf(word)),
    )
    .replaceAll('end_time_unix_nano', '(nanos(span.endTime) - nanos(span.startTime))')
    .replaceAll('start_time_unix_nano', '0');
}
