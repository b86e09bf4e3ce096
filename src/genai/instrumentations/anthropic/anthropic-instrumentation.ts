import {
  InstrumentationBase,
  InstrumentationNodeModuleDefinition,
  InstrumentationNodeModuleFile,
} from '@opentelemetry/instrumentation';
import { VERSION } from '../../../core/index.ts';
import type { GenAiInstrumentationOptions } from '../options.ts';

const PACKAGE = '@anthropic-ai/sdk';

/** The first with tracing of its own, up to what has been tried. */
const SUPPORTED = ['>=0.134.0 <2'];

const SETTLE = 'resolveOpenTelemetryOptions';
const ORIGINAL = Symbol('signalbox.anthropic.original');

/** The `openTelemetry` option of a client, complete. */
interface Settled {
  readonly traces: { readonly contentMode?: unknown };
}

type Settle = ((option?: unknown) => Settled) & { [ORIGINAL]?: Settle };

/**
 * Lets the tracing that `@anthropic-ai/sdk` brings along record content, if content is wanted at
 * all. It makes no spans: those are the SDK's. A client that is given the option `openTelemetry`
 * has said for itself what it records, and is left alone.
 */
export class AnthropicInstrumentation extends InstrumentationBase {
  private readonly captureContent: boolean;

  constructor(options: GenAiInstrumentationOptions = {}) {
    super('signalbox.anthropic', VERSION, { enabled: options.enabled ?? true });
    this.captureContent = options.captureContent ?? false;
  }

  protected override init() {
    const files = ['js', 'mjs'].map(
      (extension) =>
        new InstrumentationNodeModuleFile(
          `${PACKAGE}/internal/tracing.${extension}`,
          SUPPORTED,
          (exports: unknown) => this.patch(exports),
          unpatch,
        ),
    );
    return [new InstrumentationNodeModuleDefinition(PACKAGE, SUPPORTED, undefined, undefined, files)];
  }

  /**
   * Patches `internal/tracing.js` of the package by hand. Returns it; what does not look as expected
   * stays as it is, and then records no content.
   */
  patch<T>(exports: T): T {
    const module = (exports ?? {}) as Record<string, Settle | undefined>;
    const settle = module[SETTLE];
    if (!this.captureContent || typeof settle !== 'function' || settle[ORIGINAL]) return exports;
    const wrapped: Settle = (option) => {
      const settled = settle(option);
      return option === undefined ? withContent(settled) : settled;
    };
    module[SETTLE] = Object.assign(wrapped, { [ORIGINAL]: settle });
    return exports;
  }
}

/** Frozen, as the client's own is. */
function withContent(settled: Settled): Settled {
  return Object.freeze({ ...settled, traces: Object.freeze({ ...settled.traces, contentMode: 'content' }) });
}

function unpatch(exports: unknown): void {
  const module = (exports ?? {}) as Record<string, Settle | undefined>;
  const original = module[SETTLE]?.[ORIGINAL];
  if (original) module[SETTLE] = original;
}
