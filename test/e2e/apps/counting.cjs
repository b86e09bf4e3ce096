// Counts to 30 within a second and a half, then ends.
const { metrics } = require('@opentelemetry/api');

const counter = metrics.getMeter('counting').createCounter('jobs.done');
let left = 30;
const timer = setInterval(() => {
  counter.add(1, { kind: 'tick' });
  if (--left === 0) clearInterval(timer);
}, 50);
