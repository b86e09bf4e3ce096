// Much of everything, so that each limit shows; lives on for as many milliseconds as asked.
const { logs, trace } = require('@opentelemetry/api');

const ids = { traceId: '1'.repeat(32), spanId: '2'.repeat(16), traceFlags: 1 };
const attributes = Object.fromEntries([...'abcde'].map((key) => [key, key.repeat(10)]));
const span = trace.getTracer('app').startSpan('plenty', {
  attributes,
  links: [1, 2, 3, 4, 5].map(() => ({ context: ids, attributes })),
});
for (const name of Object.keys(attributes)) span.addEvent(name, attributes);
span.end();
for (let i = 0; i < 9; i++) trace.getTracer('app').startSpan(`span ${i}`).end();
for (let i = 0; i < 10; i++) logs.getLogger('app').emit({ body: `line ${i}`, attributes });
console.log('ready');
setTimeout(() => console.log('end'), Number(process.argv[2] ?? 0));
