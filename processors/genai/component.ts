import { defineComponent } from '../../src/core/index.ts';
import { GenAiLogProcessor } from './genai-log-processor.ts';
import { GenAiProcessor } from './genai-processor.ts';
import { completeOptions, GENAI_VARIABLES, readSettings } from './settings.ts';

/** The GenAI processors as a component of the distro. */
export const genai = defineComponent({
  kind: 'processor',
  name: 'genai',
  stability: 'beta',
  doc: 'Gives GenAI spans of any library one vocabulary, cost, metrics and error kinds, and withholds content unless allowed.',
  variables: GENAI_VARIABLES,
  fromEnv: readSettings,
  create(settings, host) {
    const options = completeOptions(settings, host);
    return {
      spans: (next) => new GenAiProcessor(next, options),
      logs: (next) => new GenAiLogProcessor(next, options),
    };
  },
});
