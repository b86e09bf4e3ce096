import { LEGACY_PREFIX } from './legacy-baggage.ts';

/**
 * One trace context for each outgoing HTTP request. If the application sets one itself, its own is
 * what leaves, whole: the instrumentations would overwrite half of it (node:http) or add a second
 * one (fetch and undici). The hooks here tell them; the distro installs them.
 */

/** One for all copies of the package: hook and propagator may come from different ones. */
const OWN_HEADERS = Symbol.for('signalbox.own-headers');

/** Headers that name a trace; an application that sets one of them sets its own context. */
const TRACE_HEADERS = new Set(['traceparent', 'x-datadog-trace-id', 'b3', 'x-b3-traceid']);
/** Everything that belongs to a trace context, and baggage. */
const ALL_HEADERS = new Set([
  ...TRACE_HEADERS,
  'tracestate',
  'x-datadog-parent-id',
  'x-datadog-sampling-priority',
  'x-datadog-origin',
  'x-datadog-tags',
  'x-b3-spanid',
  'x-b3-sampled',
  'x-b3-flags',
  'x-b3-parentspanid',
  'baggage',
]);

/** What the application has set on a request. */
export interface OwnHeaders {
  /** True if it names a trace. */
  readonly trace: boolean;
  /** Lower-case. */
  readonly names: ReadonlySet<string>;
}

/** What {@link keepOwnHttpHeaders} left on the headers of a request. */
export function ownHeadersOf(carrier: unknown): OwnHeaders | undefined {
  if (typeof carrier !== 'object' || carrier === null) return undefined;
  return (carrier as { [OWN_HEADERS]?: OwnHeaders })[OWN_HEADERS];
}

function ownHeadersIn(names: Iterable<string>): OwnHeaders | undefined {
  const own = new Set<string>();
  for (const name of names) {
    const lower = name.toLowerCase();
    if (ALL_HEADERS.has(lower)) own.add(lower);
  }
  if (own.size === 0) return undefined;
  return { trace: [...own].some((name) => TRACE_HEADERS.has(name)), names: own };
}

/** The part of `http.RequestOptions` that matters here. */
interface RequestOptions {
  headers?: unknown;
}

/**
 * `startOutgoingSpanHook` of `@opentelemetry/instrumentation-http`: marks the headers of a request
 * that has a context of its own. Headers given as an array become an object, which is what the
 * instrumentation expects. Works on its copy of the options, never on the application's.
 */
export function keepOwnHttpHeaders(options: RequestOptions): Record<string, never> {
  const headers = headersOf(options.headers);
  const own = headers && ownHeadersIn(Object.keys(headers));
  if (own) options.headers = { ...headers, [OWN_HEADERS]: own };
  else if (Array.isArray(options.headers)) options.headers = headers;
  return {};
}

function headersOf(headers: unknown): Record<string, unknown> | undefined {
  if (typeof headers !== 'object' || headers === null) return undefined;
  return Array.isArray(headers) ? fromPairs(headers) : (headers as Record<string, unknown>);
}

/** `[name, value, …]` or `[[name, value], …]` as an object; repeated names become lists. */
function fromPairs(list: readonly unknown[]): Record<string, unknown> {
  const flat: readonly unknown[] = Array.isArray(list[0]) ? list.flatMap((pair) => pair as unknown[]) : list;
  const headers: Record<string, unknown> = {};
  for (let at = 0; at + 1 < flat.length; at += 2) {
    const name = String(flat[at]);
    const before = headers[name];
    const value = flat[at + 1];
    headers[name] = before === undefined ? value : [before, value].flat();
  }
  return headers;
}

/** The part of undici's request that matters here; v5 keeps its headers as one text. */
interface UndiciRequest {
  readonly headers: string | readonly unknown[];
  addHeader?: (name: string, value: string) => unknown;
}

/**
 * `requestHook` of `@opentelemetry/instrumentation-undici`, which only ever appends: has a request
 * that already carries a context refuse another one. That also covers an instrumentation that is
 * registered twice.
 */
export function keepOwnUndiciHeaders(_span: unknown, request: UndiciRequest): void {
  const own = ownHeadersIn(undiciNames(request.headers));
  const { addHeader } = request;
  if (!own || typeof addHeader !== 'function') return;
  request.addHeader = (name, value) => {
    const lower = name.toLowerCase();
    const refused =
      lower === 'baggage'
        ? own.names.has(lower)
        : own.trace && (ALL_HEADERS.has(lower) || lower.startsWith(LEGACY_PREFIX));
    return refused || own.names.has(lower) ? request : addHeader.call(request, name, value);
  };
}

function* undiciNames(headers: string | readonly unknown[]): Iterable<string> {
  if (typeof headers === 'string') {
    for (const line of headers.split('\r\n')) yield line.slice(0, Math.max(line.indexOf(':'), 0));
    return;
  }
  for (let at = 0; at < headers.length; at += 2) yield String(headers[at]);
}
