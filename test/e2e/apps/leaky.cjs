// Puts a secret into every place telemetry has. The secret is made at run time, from pieces.
const {
  context,
  logs,
  metrics,
  propagation,
  SpanKind,
  SpanStatusCode,
  trace,
} = require('@opentelemetry/api');

const secret = process.env.CANARY;
const tracer = trace.getTracer('leaky');
const baggage = propagation.createBaggage({ token: { value: secret } });

context.with(propagation.setBaggage(context.active(), baggage), () => {
  tracer.startActiveSpan(`login with ${secret}`, { kind: SpanKind.CLIENT }, (span) => {
    span.setAttributes({
      password: secret,
      'http.request.header.authorization': [`Bearer ${secret}`],
      'url.full': `https://user:${secret}@example.com/?api_key=${secret}`,
      text: `the key is ${secret}, keep it`,
      json: JSON.stringify({ deep: { key: secret } }),
      'gen_ai.usage.input_tokens': 42,
      'http.route': '/users/:id',
    });
    span.setAttribute('nested', { list: [{ note: secret }], bytes: new TextEncoder().encode(secret) });
    span.addEvent(`event ${secret}`, { note: secret });
    span.addLink({ context: span.spanContext(), attributes: { note: secret } });
    const error = new Error(`failed with ${secret}`);
    span.recordException(error);
    span.setStatus({ code: SpanStatusCode.ERROR, message: `refused ${secret}` });
    metrics.getMeter('leaky').createCounter('logins').add(1, { key: secret });
    metrics.getMeter('leaky').createHistogram('time').record(1, { key: secret });
    logs.getLogger('leaky').emit({ body: { text: `body ${secret}` }, attributes: { note: secret } });
    logs.getLogger('leaky').emit({ body: `plain ${secret}` });
    span.updateName(`renamed ${secret}`);
    span.end();
  });
});
console.log('ready');
