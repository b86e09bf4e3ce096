const IS_QUICK = Boolean(process.env.BENCH_QUICK);
const ROUNDS = IS_QUICK ? 9 : 25;
const ROUND_MS = IS_QUICK ? 24 : 60;
const WARM_UP_MS = IS_QUICK ? 100 : 300;

/** CPU time of this thread in ms, so that waiting for the processor does not count. */
function cpuTime() {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
}

/** Runs for a while; ns of CPU per item. Begins and ends with a tick of the clock, which is coarse. */
export function measure(run, ms, batch) {
  const before = cpuTime();
  let start = before;
  for (; start === before; start = cpuTime()) run();
  let count = 0;
  let elapsed = 0;
  while (elapsed < ms) {
    run();
    count++;
    elapsed = cpuTime() - start;
  }
  return (elapsed * 1e6) / (count * batch);
}

/**
 * Takes turns, so that what else the machine does hits all alike. The ratio is the median of those
 * of each round: neighbours in time are compared with each other.
 *
 * @param runs functions by name; each does `batch` items
 * @param peerName the one that the others are compared with
 * @returns of each: `name`, `ns` per item and `ratio`
 */
export function race(runs, peerName, batch) {
  const names = Object.keys(runs);
  const times = new Map(names.map((name) => [name, []]));
  for (const name of names) measure(runs[name], WARM_UP_MS, batch);
  for (let round = 0; round < ROUNDS; round++) {
    for (const name of names) times.get(name).push(measure(runs[name], ROUND_MS, batch));
  }
  const peer = times.get(peerName);
  return names.map((name) => ({
    name,
    ns: median(times.get(name)),
    ratio: median(times.get(name).map((ns, round) => ns / peer[round])),
  }));
}

const REPEATS = 3;
const BATCH = 1_000;

/** The median of several measurements of one call, warm. For what is alone in its process. */
export function measureCall(call) {
  let index = 0;
  const run = () => {
    for (let end = index + BATCH; index < end; index++) call(index);
  };
  measure(run, WARM_UP_MS, BATCH);
  return median(Array.from({ length: REPEATS }, () => measure(run, ROUND_MS, BATCH)));
}

const median = (numbers) => numbers.toSorted((one, other) => one - other)[numbers.length >> 1];
