/** What happens to a value beyond the limit of its key. */
export const ACTIONS = ['overflow', 'drop'] as const;
export type OverflowAction = (typeof ACTIONS)[number];

/** Limits of the attributes of metrics, and on request of spans. */
export interface CardinalityOptions {
  /** Series of one instrument, beside the overflow series. Default 2,000. */
  readonly limit: number;
  /** Other limits for single instruments, by name. */
  readonly instrumentLimits: Readonly<Record<string, number>>;
  /** Different values of one key. Default 200. */
  readonly keyLimit: number;
  /** Other limits for single keys. */
  readonly keyLimits: Readonly<Record<string, number>>;
  /** What stands in the place of values beyond the limit of a key; `other` where none is given. */
  readonly overflowValues: Readonly<Record<string, string>>;
  /** Put the overflow value in the place of one too many, or leave the attribute out. */
  readonly action: OverflowAction;
  /** Keys that never become attributes of a metric. */
  readonly blockKeys: readonly string[];
  /** Keys that are neither blocked nor limited; the limit of series still holds. */
  readonly allowKeys: readonly string[];
  /** Put `{id}` in the place of ids in paths. */
  readonly paths: boolean;
  /** The same in the names of spans. */
  readonly spanNames: boolean;
  /** Limit the attributes of spans too. */
  readonly spanValues: boolean;
}

export const OVERFLOW_VALUE = 'other';

/** Source of the default limit of series: OpenTelemetry specification, metrics SDK, cardinality limits. */
export const DEFAULTS: CardinalityOptions = Object.freeze({
  limit: 2_000,
  instrumentLimits: {},
  keyLimit: 200,
  keyLimits: {
    'gen_ai.request.model': 50,
    'gen_ai.response.model': 50,
    'gen_ai.agent.name': 100,
    'gen_ai.tool.name': 200,
  },
  overflowValues: { 'gen_ai.agent.name': 'other_agent', 'gen_ai.tool.name': 'other_tool' },
  action: 'overflow',
  blockKeys: [
    'trace_id',
    'trace.id',
    'span_id',
    'span.id',
    'user.id',
    'user_id',
    'userId',
    'enduser.id',
    'session.id',
    'session_id',
    'sessionId',
    'request.id',
    'request_id',
    'requestId',
    'http.request.header.x-request-id',
    'correlation.id',
    'gen_ai.conversation.id',
    'gen_ai.response.id',
    'gen_ai.tool.call.id',
    'messaging.message.id',
    'thread.id',
    'client.port',
    'network.peer.port',
    'aws.request_id',
    'faas.invocation_id',
  ],
  allowKeys: [],
  paths: true,
  spanNames: false,
  spanValues: false,
});

/** Keys whose value is a path. Source: semantic conventions for HTTP, current and former names. */
export const PATH_KEYS: ReadonlySet<string> = new Set(['url.path', 'http.target', 'http.path', 'path']);

/** The options over the defaults; limits and overflow values of single keys add to the built-in ones. */
export function withDefaults(options: Partial<CardinalityOptions>): CardinalityOptions {
  return {
    ...DEFAULTS,
    ...options,
    instrumentLimits: table(options.instrumentLimits),
    keyLimits: table(DEFAULTS.keyLimits, options.keyLimits),
    overflowValues: table(DEFAULTS.overflowValues, options.overflowValues),
    blockKeys: [...DEFAULTS.blockKeys, ...(options.blockKeys ?? [])],
  };
}

/** Looked up by names of the application, `constructor` among them: so without a prototype. */
function table<T>(...parts: (Readonly<Record<string, T>> | undefined)[]): Readonly<Record<string, T>> {
  return Object.assign(Object.create(null), ...parts);
}
