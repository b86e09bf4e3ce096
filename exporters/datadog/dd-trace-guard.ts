/** Where dd-trace shows itself in a process. */
export interface DdTraceSigns {
  /** `globalThis`. */
  readonly globals: object;
  /** File names of the modules that are loaded: `Object.keys(require.cache)`. */
  readonly modules: readonly string[];
  /** What Node.js was told to load first: `process.execArgv`, `NODE_OPTIONS`. */
  readonly preloads?: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** What dd-trace does in this process. */
export interface DatadogPresence {
  /** It is loaded: a second tracer would record everything twice, or take the spans away. */
  readonly loaded: boolean;
  /** It will be loaded before the application. */
  readonly preloaded: boolean;
  /** It is told to take the place of the OpenTelemetry SDK. */
  readonly takesOver: boolean;
  /** What to say behind its name, in one line; undefined if there is nothing to say. */
  readonly message: string | undefined;
}

const PACKAGE = /[\\/]node_modules[\\/]dd-trace[\\/]/;
const PRELOAD = /(?:^|[\s=/\\])dd-trace(?:$|[\s/\\])/;

/**
 * Finds out whether dd-trace is at work. Whoever assembles the SDK asks before it starts, and does
 * not start beside it.
 * Source: dd-trace puts `Symbol.for('dd-trace')` on `globalThis`; it takes over OpenTelemetry when
 * `DD_TRACE_OTEL_ENABLED` is true.
 */
export function datadogTracer({ globals, modules, preloads = [], env }: DdTraceSigns): DatadogPresence {
  const loaded =
    Reflect.get(globals, Symbol.for('dd-trace')) !== undefined || modules.some((file) => PACKAGE.test(file));
  const takesOver = /^(true|1)$/i.test(env.DD_TRACE_OTEL_ENABLED?.trim() ?? '');
  const preloaded = preloads.some((argument) => PRELOAD.test(argument));
  return { loaded, preloaded, takesOver, message: describe(loaded, preloaded, takesOver) };
}

function describe(loaded: boolean, preloaded: boolean, takesOver: boolean): string | undefined {
  if (loaded) return 'is already loaded in this process, and two tracers do not go together';
  if (preloaded) return 'is to be loaded in this process as well, and two tracers do not go together';
  return takesOver ? 'is told by DD_TRACE_OTEL_ENABLED to take over OpenTelemetry' : undefined;
}
