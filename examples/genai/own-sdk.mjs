/** The processors in an OpenTelemetry set-up of your own, without the rest of Signalbox. */
import { ConsoleSpanExporter, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { GENAI_ATTRIBUTE_COUNT, GenAiProcessor, PriceOverrides } from 'signalbox/processors';

const provider = new TracerProvider({
  spanLimits: { attributeCountLimit: GENAI_ATTRIBUTE_COUNT },
  spanProcessors: [
    new GenAiProcessor(new SimpleSpanProcessor({ exporter: new ConsoleSpanExporter() }), {
      content: { prompts: 'preview', completions: 'preview' },
      prices: [new PriceOverrides({ 'my-model': { input_mtok: 1, output_mtok: 2 } })],
    }),
  ],
});
const span = provider.getTracer('mine').startSpan('ask', {
  attributes: {
    'llm.provider': 'basement',
    'llm.model': 'my-model',
    'llm.prompt_tokens': 9,
    'llm.completion_tokens': 3,
  },
});
span.end();
await provider.shutdown();
