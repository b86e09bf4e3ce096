// Makes SPANS_PER_SECOND spans for SECONDS, and says every two seconds how much memory it takes.
//   steady.cjs <directory>
const { setTimeout: sleep } = require('node:timers/promises');
const { trace } = require('@opentelemetry/api');
const { forceFlush } = require('signalbox');
const { keepJournal } = require('../../support/apps/journal.cjs');

keepJournal(process.argv[2]);

const rate = Number(process.env.SPANS_PER_SECOND);
const seconds = Number(process.env.SECONDS);
const tracer = trace.getTracer('steady');
const say = (words) => console.log(JSON.stringify(words));

function makeSpan(number) {
  tracer
    .startSpan('GET /users/{id}', {
      attributes: {
        number,
        'http.request.method': 'GET',
        'http.route': '/users/{id}',
        'url.path': `/users/${number % 10_000}`,
      },
    })
    .end();
}

async function main() {
  const begun = performance.now();
  let made = 0;
  let said = begun;
  while (performance.now() - begun < seconds * 1_000) {
    const due = ((performance.now() - begun) / 1_000) * rate;
    while (made < due) makeSpan(made++);
    if (performance.now() - said > 2_000) {
      said = performance.now();
      say({ made, rss: process.memoryUsage.rss() });
    }
    await sleep(5);
  }
  say({ made, isOver: true });
  for (let attempt = 0; attempt < 10; attempt++) {
    const isDone = await forceFlush().then(
      () => true,
      () => false,
    );
    if (isDone) break;
    await sleep(500);
  }
  say({ made });
}

void main();
