/** Where dd-trace shows itself in a process. */
export interface DdTraceSigns {
  /** `globalThis`. */
  readonly globals: object;
  /** File names of the modules that are loaded: `Object.keys(require.cache)`. */
  readonly modules: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** What dd-trace does in this process. */
export interface DatadogPresence {
  /** It is loaded: a second tracer would record everything twice, or take the spans away. */
  readonly loaded: boolean;
  /** It is told to take the place of the OpenTelemetry SDK. */
  readonly takesOver: boolean;
  /** One line to say so; undefined if there is nothing to say. */
  readonly message: string | undefined;
}

const PACKAGE = /[\\/]node_modules[\\/]dd-trace[\\/]/;

/**
 * Finds out whether dd-trace is at work. Whoever assembles the SDK asks before it starts, and does
 * not start beside it.
 * Source: dd-trace puts `Symbol.for('dd-trace')` on `globalThis`; it takes over OpenTelemetry when
 * `DD_TRACE_OTEL_ENABLED` is true.
 */
export function datadogTracer({ globals, modules, env }: DdTraceSigns): DatadogPresence {
  const loaded =
    Reflect.get(globals, Symbol.for('dd-trace')) !== undefined || modules.some((file) => PACKAGE.test(file));
  const takesOver = /^(true|1)$/i.test(env.DD_TRACE_OTEL_ENABLED?.trim() ?? '');
  return { loaded, takesOver, message: describe(loaded, takesOver) };
}

function describe(loaded: boolean, takesOver: boolean): string | undefined {
  if (loaded) return 'dd-trace is already loaded in this process; two tracers do not go together';
  return takesOver ? 'DD_TRACE_OTEL_ENABLED lets dd-trace take over OpenTelemetry' : undefined;
}
