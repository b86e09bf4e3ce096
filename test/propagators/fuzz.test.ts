import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { defaultTextMapGetter, defaultTextMapSetter, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { ofStyles } from './support/propagators.ts';

const SETS = 100_000;
const STYLES = 'datadog,tracecontext,b3,b3multi,baggage';

/** A small generator with a seed, so that a failure can be repeated. */
function randomFrom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const SEEDS: Readonly<Record<string, readonly string[]>> = {
  traceparent: [
    '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    'cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-03-more',
    '00-00000000000000008448eb211c80319c-b7ad6b7169203331-00',
  ],
  tracestate: [
    'dd=s:2;o:rum;p:00f067aa0ba902b7;t.dm:-4;t.usr.id:baz64~~,congo=t61rcWkgMzE,ot=rv:1;th:0',
    'a=1 , b=2,,dd=s:-1',
  ],
  'x-datadog-trace-id': ['9532127138774266268', '-1', '18446744073709551616', '0'],
  'x-datadog-parent-id': ['13235353014750950193', '0', '7, 8'],
  'x-datadog-sampling-priority': ['2', '-1', '1, 1'],
  'x-datadog-origin': ['rum', 'synthetics;=web,z', 'a\r\nb', ' '],
  'x-datadog-tags': [
    '_dd.p.tid=0af7651916cd43dd,_dd.p.dm=-4,_dd.p.x=1',
    '_dd.p.dm=\u00e9',
    '_dd.p.dm=a;b=c~',
  ],
  b3: [
    '0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-d',
    '0',
    '8448eb211c80319c-b7ad6b7169203331-1-b7ad6b7169203331',
  ],
  'x-b3-traceid': ['0AF7651916CD43DD8448EB211C80319C'],
  'x-b3-spanid': ['b7ad6b7169203331'],
  'x-b3-sampled': ['1', 'true', 'x'],
  'x-b3-flags': ['1'],
  baggage: ['a=1,b=%C3%28;p=1,c = x', '__proto__=1,a=%,b=%zz', 'k=v\r\nx: y'],
};
const NAMES = Object.keys(SEEDS);
const NOISE = [...'0a9fZ-=,;:~% \t\r\n\u0000\u007fé\ud83d_'];

function mutate(text: string, random: (below: number) => number): string {
  let result = text;
  for (let edits = random(4); edits > 0; edits--) {
    const at = random(result.length + 1);
    const noise = NOISE[random(NOISE.length)] as string;
    const kinds = [
      () => result.slice(0, at) + noise + result.slice(at),
      () => result.slice(0, at) + result.slice(at + 1 + random(3)),
      () => result.slice(0, at) + noise.repeat(1 + random(300)) + result.slice(at),
      () => `${result},${result}`,
    ];
    result = (kinds[random(kinds.length)] as () => string)();
  }
  return result;
}

function headerSet(random: (below: number) => number): Record<string, unknown> {
  const headers: Record<string, unknown> = {};
  for (const name of NAMES) {
    if (random(3) === 0) continue;
    const seeds = SEEDS[name] as readonly string[];
    const value = mutate(seeds[random(seeds.length)] as string, random);
    const odd = random(200);
    headers[name] =
      odd === 0 ? undefined : odd === 1 ? 42 : odd === 2 ? [null, value] : odd < 12 ? [value, value] : value;
  }
  return headers;
}

const ID = '(?!0+\\b)[0-9a-f]';
const UINT64 = /^(0|[1-9]\d{0,19})$/;
/** What each header may look like, whatever came in. */
const VALID: Readonly<Record<string, RegExp>> = {
  traceparent: new RegExp(`^00-${ID}{32}-${ID}{16}-0[0-3]$`),
  tracestate:
    /^[a-z0-9][a-z0-9_\-*/@]{0,255}=[ -+\--<>-~]{0,255}[!-+\--<>-~](,[a-z0-9][a-z0-9_\-*/@]{0,255}=[ -+\--<>-~]{0,255}[!-+\--<>-~]){0,31}$/,
  'x-datadog-trace-id': UINT64,
  'x-datadog-parent-id': UINT64,
  'x-datadog-sampling-priority': /^-?\d+$/,
  'x-datadog-origin': /^[ -~]+$/,
  'x-datadog-tags': /^_dd\.p\.[!-+\--<>-~]+=[ -+\--~]*(,_dd\.p\.[!-+\--<>-~]+=[ -+\--~]*)*$/,
  b3: new RegExp(`^(${ID}{16}|${ID}{32}|[0-9a-f]{32})-${ID}{16}(-[01d])?$|^[01d]$`),
  'x-b3-traceid': /^([0-9a-f]{16}|[0-9a-f]{32})$/,
  'x-b3-spanid': new RegExp(`^${ID}{16}$`),
  'x-b3-sampled': /^[01]$/,
  'x-b3-flags': /^1$/,
  baggage: /^[ -~\t]+$/,
};

test(`${SETS} odd header sets: none throws, and none comes out as an invalid header`, () => {
  const random = randomFrom(4);
  const propagator = ofStyles(STYLES);
  const bad: unknown[] = [];
  let traces = 0;
  let sent = 0;
  for (let at = 0; at < SETS; at++) {
    const headers = headerSet(random);
    const context = propagator.extract(ROOT_CONTEXT, headers, defaultTextMapGetter);
    const parent = trace.getSpanContext(context);
    if (parent) traces++;
    const isLocal = parent && random(2) === 0;
    const sender = isLocal
      ? trace.setSpanContext(context, {
          ...parent,
          spanId: 'b7ad6b7169203332',
          isRemote: false,
          traceFlags: random(2),
        })
      : context;
    const out: Record<string, string> = {};
    propagator.inject(sender, out, defaultTextMapSetter);
    for (const [name, value] of Object.entries(out)) {
      sent++;
      if (!VALID[name]?.test(value) || value.length > 8192) bad.push({ headers, name, value });
    }
    if ((out.tracestate?.length ?? 0) > 512 + 3 + 256 + 1) bad.push({ headers, tracestate: out.tracestate });
  }
  expect(bad.slice(0, 3)).toEqual([]);
  // The sets are neither all broken nor all good.
  expect(traces / SETS).toBeGreaterThan(0.3);
  expect(traces / SETS).toBeLessThan(0.99);
  expect(sent).toBeGreaterThan(SETS);
});

test('nothing is kept of what went through', () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const random = randomFrom(7);
  const propagator = ofStyles(STYLES);
  const heapAfter = (count: number): number => {
    for (let at = 0; at < count; at++) {
      const context = propagator.extract(ROOT_CONTEXT, headerSet(random), defaultTextMapGetter);
      propagator.inject(context, {}, defaultTextMapSetter);
    }
    collect();
    return process.memoryUsage().heapUsed;
  };
  const before = heapAfter(5_000);
  expect(heapAfter(20_000) - before).toBeLessThan(5 * 1024 * 1024);
});
