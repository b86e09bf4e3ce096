// Records metrics and logs, some of them inside a span, then ends; twin of logs-and-metrics.mjs.
const { logs, metrics, SeverityNumber, trace } = require('@opentelemetry/api');

const meter = metrics.getMeter('logs-and-metrics', '1.2.3');
const counter = meter.createCounter('jobs.done', { unit: '{job}', description: 'Jobs done.' });
counter.add(2, { kind: 'small' });
counter.add(3, { kind: 'large' });
const histogram = meter.createHistogram('job.duration', { unit: 's' });
for (const seconds of [0.1, 0.2, 4]) histogram.record(seconds);
meter.createObservableGauge('queue.length').addCallback((result) => result.observe(7));

const logger = logs.getLogger('logs-and-metrics', '1.2.3');
logger.emit({ severityNumber: SeverityNumber.INFO, severityText: 'INFO', body: 'started' });
trace.getTracer('logs-and-metrics').startActiveSpan('job', (span) => {
  logger.emit({
    severityNumber: SeverityNumber.ERROR,
    severityText: 'ERROR',
    body: 'failed',
    attributes: { attempt: 1, reason: 'no reason' },
  });
  span.end();
});
console.log('ready');
