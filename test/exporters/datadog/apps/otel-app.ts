// Makes the same spans as dd-trace-app.cjs with the OpenTelemetry SDK and our exporter.
// Usage: node --experimental-transform-types otel-app.ts <url>
import { ROOT_CONTEXT, SpanKind, trace } from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, type Sampler, SamplingDecision, TracerProvider } from '@opentelemetry/sdk-trace';
import { DatadogTraceExporter, entityHeaders, readEntity } from '../../../../exporters/datadog/index.ts';
import { keepsTrace, rateOf } from '../../../../samplers/agent-rates.ts';
import { PropagationState, W3CTraceState } from '../../../../src/core/index.ts';

let rates: Readonly<Record<string, number>> = {};

const sampler: Sampler = {
  toString: () => 'agent rates',
  shouldSample(context, traceId) {
    const parent = trace.getSpanContext(context);
    if (parent?.traceState) {
      return { decision: SamplingDecision.RECORD_AND_SAMPLED, traceState: parent.traceState };
    }
    const rate = rateOf(rates, 'conformance', 'test');
    const keep = keepsTrace(traceId, rate ?? 1);
    const state = new PropagationState(traceId).decide(keep ? 1 : 0, rate === undefined ? '-0' : '-1');
    return {
      decision: SamplingDecision.RECORD_AND_SAMPLED,
      traceState: W3CTraceState.EMPTY.withState(state),
      attributes: { '_dd.agent_psr': rate ?? 1 },
    };
  },
};

const exporter = new DatadogTraceExporter({
  url: process.argv[2] as string,
  headers: entityHeaders(readEntity()),
  rates: {
    update: (byService) => {
      rates = byService;
    },
  },
});
const provider = new TracerProvider({
  sampler,
  spanProcessors: [new BatchSpanProcessor({ exporter })],
  resource: resourceFromAttributes({
    'service.name': 'conformance',
    'deployment.environment.name': 'test',
    'service.version': '1.0',
  }),
});
const tracer = provider.getTracer('conformance');

process.on('message', (traces: number) => {
  for (let index = 0; index < traces; index++) {
    const options = { kind: SpanKind.SERVER, attributes: { text: 'value', whole: 7 } };
    const root = tracer.startSpan('root', options, ROOT_CONTEXT);
    const context = trace.setSpan(ROOT_CONTEXT, root);
    tracer.startSpan('child', { kind: SpanKind.CLIENT }, context).end();
    root.end();
  }
  void provider.forceFlush().then(() => process.send?.('flushed'));
});
process.send?.('ready');
