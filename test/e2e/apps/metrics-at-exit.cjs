// Counts, and exits before anything has read it. Arguments: how, and with which code.
const { metrics } = require('@opentelemetry/api');

const meter = metrics.getMeter('last');
const jobs = meter.createCounter('jobs');
for (const count of [1, 1, 1]) jobs.add(count, { kind: 'a' });
meter.createHistogram('took', { unit: 'ms' }).record(5);
meter.createObservableGauge('rooms').addCallback(async (result) => result.observe(await Promise.resolve(7)));

if (process.argv[2] === 'exit') process.exit(4);
if (process.argv[2] === 'throw') throw new Error('thrown by the application');
