// One trace of every kind that rules tell apart. Each calls the service at DOWNSTREAM, by a path
// that names the kind; those called "quiet …" call nobody.
const { context, propagation, ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } = require('@opentelemetry/api');

const tracer = trace.getTracer('sampled');
const HTTP = { kind: SpanKind.SERVER, attributes: { 'http.request.method': 'GET', 'url.path': '/buy' } };
const genai = (operation, more = {}) => ({
  child: (span) => span.setAttributes({ 'gen_ai.operation.name': operation, ...more }),
});
const remote = (id, flags, tracestate) => ({
  headers: { traceparent: `00-${id.repeat(32)}-00f067aa0ba902b7-${flags}`, tracestate },
});
const fails = (span) => span.setStatus({ code: SpanStatusCode.ERROR });

/** What is special about each kind: the options of its root, and what happens to its spans. */
const KINDS = {
  plain: {},
  health: { options: { attributes: { 'url.path': '/healthz' } } },
  job: { options: { kind: SpanKind.CONSUMER, attributes: { 'messaging.destination.name': 'firehose' } } },
  batch: { options: { attributes: { 'service.name': 'batch' } } },
  error: { child: fails },
  slow: { options: { startTime: Date.now() - 6000 } },
  step: { childOptions: { startTime: Date.now() - 3000 } },
  chat: genai('chat', { 'gen_ai.usage.input_tokens': 10 }),
  tokens: genai('chat', { 'gen_ai.usage.input_tokens': 900, 'gen_ai.usage.output_tokens': 101 }),
  agent: genai('invoke_agent'),
  many: { extra: 8 },
  event: { child: (span) => span.addEvent('retry') },
  ok: { child: (span) => span.setStatus({ code: SpanStatusCode.OK }) },
  gold: { child: (span) => span.setAttribute('user.tier', 'Gold') },
  route: { root: (span) => span.setAttributes({ 'http.response.status_code': 503, tenant: 'acme' }) },
  'remote kept': remote('a', '01', 'ot=rv:80000000000000;th:8,vendor=x'),
  'remote dropped': remote('b', '00', 'vendor=x'),
  'remote failed': { ...remote('c', '00', 'vendor=x'), child: fails },
  'manual keep': { options: { attributes: { 'manual.keep': true } } },
  'manual drop': { options: { attributes: { 'manual.drop': true } } },
  'quiet plain': { quiet: true },
  'quiet error': { quiet: true, child: fails },
  // Calls only after the child has failed.
  'late call': { late: true, child: fails },
};

const call = (kind) =>
  fetch(`${process.env.DOWNSTREAM}/${encodeURIComponent(kind)}`).then((response) => response.text());

async function make(kind, { options, childOptions, headers, child, root, extra = 0, quiet, late }) {
  const parent = headers ? propagation.extract(ROOT_CONTEXT, headers) : ROOT_CONTEXT;
  const rootSpan = tracer.startSpan(kind, { ...HTTP, ...options }, parent);
  rootSpan.setAttribute('test.kind', kind);
  await context.with(trace.setSpan(parent, rootSpan), async () => {
    const childSpan = tracer.startSpan('child', childOptions);
    if (!quiet && !late) await call(kind);
    child?.(childSpan);
    childSpan.end();
    for (let at = 0; at < extra; at++) tracer.startSpan('extra').end();
    if (late) await call(kind);
  });
  root?.(rootSpan);
  rootSpan.end();
}

async function main() {
  for (const [kind, recipe] of Object.entries(KINDS)) await make(kind, recipe);
  console.log('ready');
}

void main();
