import { defineComponent, type EnvReader } from '../../src/core/index.ts';
import type { SpanWatchSettings } from './options.ts';
import { SpanWatchProcessor } from './span-watch-processor.ts';
import * as variables from './variables.ts';

interface SpanWatchConfig extends SpanWatchSettings {
  readonly enabled: boolean;
}

/** The watch over open spans as a component of the distro. */
export const spanWatch = defineComponent({
  kind: 'processor',
  name: 'span-watch',
  stability: 'beta',
  doc: 'Tells about spans that are open for too long, and exports what is open at the end if told to.',
  variables: variables.VARIABLES,
  fromEnv,
  create({ enabled, ...settings }, host) {
    if (!enabled) return {};
    let watch: SpanWatchProcessor | undefined;
    return {
      spans: (next) => {
        watch = new SpanWatchProcessor(next, { ...settings, host });
        return watch;
      },
      atEnd: () => watch?.exportOpen(),
    };
  },
});

function fromEnv(env: EnvReader): SpanWatchConfig {
  return {
    enabled: env.get(variables.ENABLED),
    limit: env.get(variables.LIMIT),
    genaiLimit: env.get(variables.GENAI_LIMIT),
    kindLimits: env.get(variables.KIND_LIMITS),
    action: env.get(variables.ACTION),
    shutdown: env.get(variables.SHUTDOWN),
    maxSpans: env.get(variables.MAX_SPANS),
  };
}
