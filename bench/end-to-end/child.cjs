// One implementation, one shape, one load, alone in a process: `child.cjs <name> <shape> <load> <n>`.
// Sends back what it cost. The sink counts what arrived.
const { PerformanceObserver, monitorEventLoopDelay, performance } = require('node:perf_hooks');
const { setImmediate: turn, setTimeout: sleep } = require('node:timers/promises');
const { writeFileSync } = require('node:fs');
const { Session } = require('node:inspector/promises');
const { join } = require('node:path');
const { IMPLEMENTATIONS, SPANS_PER_TRACE } = require('./implementations.cjs');
const { SHAPES } = require('./shapes.cjs');

const [name, shapeName, load, size] = process.argv.slice(2);
const shape = SHAPES[shapeName];
const amount = Number(size);

const gc = { total: 0, longest: 0 };
new PerformanceObserver((list) => {
  for (const { duration } of list.getEntries()) {
    gc.total += duration;
    gc.longest = Math.max(gc.longest, duration);
  }
}).observe({ entryTypes: ['gc'] });

const total = ({ user, system }) => (user + system) / 1_000;

/** As fast as the queue allows: a slice, a turn of the loop, and now and then a flush. */
async function flood(implementation, spans) {
  for (let index = 0; index < spans; index += SPANS_PER_TRACE) {
    implementation.trace(shape, index);
    if (index % 200 === 0) await turn();
    if (index % 2_000 === 0 && !name.startsWith('dd')) await implementation.flush();
  }
  await implementation.flush();
}

/** `perSecond` spans, a slice every few milliseconds, for `seconds`. */
async function steady(implementation, perSecond, seconds) {
  const begun = performance.now();
  let made = 0;
  while (performance.now() - begun < seconds * 1_000) {
    const due = ((performance.now() - begun) / 1_000) * perSecond;
    for (; made < due; made += SPANS_PER_TRACE) implementation.trace(shape, made);
    await sleep(1);
  }
  return made;
}

const LOADS = {
  async flood(implementation) {
    await flood(implementation, amount);
    return { made: amount };
  },
  async steady(implementation) {
    const delay = monitorEventLoopDelay({ resolution: 1 });
    delay.enable();
    const made = await steady(implementation, amount, Number(process.env.BENCH_SECONDS ?? 6));
    delay.disable();
    const ms = (nanoseconds) => nanoseconds / 1e6;
    const delays = {
      p50: ms(delay.percentile(50)),
      p99: ms(delay.percentile(99)),
      p999: ms(delay.percentile(99.9)),
      max: ms(delay.max),
    };
    await implementation.flush();
    return { made, delays };
  },
  async burst(implementation) {
    const before = process.memoryUsage.rss();
    const begun = performance.now();
    for (let index = 0; index < amount; index += SPANS_PER_TRACE) implementation.trace(shape, index);
    const loop = performance.now() - begun;
    const growth = process.memoryUsage.rss() - before;
    await implementation.flush();
    return { made: amount, loop, growth };
  },
};

/** What is compiled, connected and grown once is not what is measured: so many spans go first, whoever makes them. */
const WARM_UP = { small: 100_000, http: 100_000, genai: 20_000 };

/** A CPU profile of what is measured, in the folder `BENCH_PROFILE`, if there is one. */
async function profiled(work) {
  const folder = process.env.BENCH_PROFILE;
  if (!folder) return work();
  const session = new Session();
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.setSamplingInterval', { interval: 200 });
  await session.post('Profiler.start');
  const result = await work();
  const { profile } = await session.post('Profiler.stop');
  writeFileSync(join(folder, `${name}, ${shapeName}.cpuprofile`), JSON.stringify(profile));
  return result;
}

async function run() {
  const implementation = IMPLEMENTATIONS[name]();
  for (let index = 0; index < 500; index += SPANS_PER_TRACE) implementation.trace(shape, index);
  await implementation.flush();
  const rss = process.memoryUsage.rss();
  if (load !== 'burst') await flood(implementation, WARM_UP[shapeName]);
  await sleep(200);
  globalThis.gc();
  process.send('ready');
  await new Promise((resolve) => process.once('message', resolve));
  Object.assign(gc, { total: 0, longest: 0 });
  const [cpu, thread, begun] = [process.cpuUsage(), process.threadCpuUsage(), performance.now()];
  const result = await profiled(() => LOADS[load](implementation));
  const spent = {
    cpu: total(process.cpuUsage(cpu)),
    main: total(process.threadCpuUsage(thread)),
    wall: performance.now() - begun,
  };
  process.send({
    ...result,
    ...spent,
    gc,
    rssGrowth: process.resourceUsage().maxRSS * 1_024 - rss,
    stats: implementation.stats?.(),
  });
}

run().catch((error) => {
  process.send({ error: String(error?.stack ?? error) });
});
process.on('disconnect', () => process.exit());
