/** Rules of the formats that propagation.json has no case for. */
import {
  type Context,
  createTraceState,
  defaultTextMapGetter,
  defaultTextMapSetter,
  propagation,
  ROOT_CONTEXT,
  trace,
} from '@opentelemetry/api';
import { suppressTracing } from '@opentelemetry/core';
import { B3InjectEncoding, B3Propagator as StockB3 } from '@opentelemetry/propagator-b3';
import { CompositePropagator, W3CPropagator } from '../../propagators/index.ts';
import { describeContext, fromEnv, ofStyles, recordingHost, splitTraceState } from './support/propagators.ts';

type Headers = Record<string, string | string[]>;

const HIGH = '640cfd8d00000000';
const LOW = 'abcdefab12345678';
const LOW_DECIMAL = String(BigInt(`0x${LOW}`));
const SPAN = '1234567890123456';
const SPAN_DECIMAL = String(BigInt(`0x${SPAN}`));
const DATADOG = { 'x-datadog-trace-id': LOW_DECIMAL, 'x-datadog-parent-id': SPAN_DECIMAL };
const PARENT = `00-${HIGH}${LOW}-${SPAN}-01`;

const read = (styles: string, headers: Headers) =>
  describeContext(ofStyles(styles).extract(ROOT_CONTEXT, headers, defaultTextMapGetter));

/** What a service without an SDK passes on. */
function passOn(extract: string, headers: Headers, inject = extract): Record<string, string> {
  const propagator = ofStyles(extract, inject);
  return written(propagator.extract(ROOT_CONTEXT, headers, defaultTextMapGetter), inject);
}

function written(context: Context, styles = 'datadog,tracecontext,baggage'): Record<string, string> {
  const carrier: Record<string, string> = {};
  ofStyles(styles).inject(context, carrier, defaultTextMapSetter);
  return carrier;
}

function local(traceId: string, spanId = SPAN, traceFlags = 1, more: object = {}): Context {
  return trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags, ...more });
}

describe('ot-baggage-*', () => {
  const items = { 'ot-baggage-account': 'a b', 'ot-baggage-x': '1' };
  const legacyOf = (headers: Record<string, string>) =>
    Object.fromEntries(Object.entries(headers).filter(([name]) => name.startsWith('ot-baggage-')));

  test.each<[string, Headers, Headers]>([
    ['passes through beside Datadog’s ids', { ...DATADOG, ...items }, items],
    [
      'passes through also if the W3C context is the base',
      { traceparent: PARENT, ...DATADOG, ...items },
      items,
    ],
    ['means nothing without ids', items, {}],
    [
      'is made legal',
      { ...DATADOG, 'ot-baggage-a': 'x\r\ny: é' },
      { 'ot-baggage-a': 'x%0D%0Ay%3A%20%C3%A9' },
    ],
    ['needs a name that is a token', { ...DATADOG, 'ot-baggage-': 'x', 'ot-baggage-a b': 'y' }, {}],
    ['of a list is its last value', { ...DATADOG, 'ot-baggage-a': ['1', '2'] }, { 'ot-baggage-a': '2' }],
  ])('%s', (_, headers, expected) => {
    const styles = 'tracecontext,datadog';
    expect(legacyOf(passOn(styles, headers))).toEqual(expected);
    const parent = ofStyles(styles).extract(ROOT_CONTEXT, headers, defaultTextMapGetter);
    const spanContext = trace.getSpanContext(parent);
    // Children inherit it.
    const child = spanContext && { ...spanContext, isRemote: false, spanId: SPAN };
    if (child) expect(legacyOf(written(trace.setSpanContext(ROOT_CONTEXT, child)))).toEqual(expected);
  });

  test('is bounded, and off if a setting says so', () => {
    const many = Object.fromEntries(Array.from({ length: 100 }, (_, at) => [`ot-baggage-${at}`, 'x']));
    expect(Object.keys(legacyOf(passOn('datadog', { ...DATADOG, ...many })))).toHaveLength(64);
    expect(legacyOf(passOn('datadog', { ...DATADOG, 'ot-baggage-a': 'x'.repeat(9000) }))).toEqual({});
    const off = fromEnv({ DD_TRACE_LEGACY_BAGGAGE_ENABLED: 'false' });
    const carrier: Record<string, string> = {};
    const context = off.extract(ROOT_CONTEXT, { ...DATADOG, ...items }, defaultTextMapGetter);
    off.inject(context, carrier, defaultTextMapSetter);
    expect(carrier['x-datadog-trace-id']).toBe(LOW_DECIMAL);
    expect(legacyOf(carrier)).toEqual({});
  });
});

describe('x-datadog-*', () => {
  test.each<[string, Headers]>([
    ['no parent id', { 'x-datadog-trace-id': '1' }],
    ['hex', { 'x-datadog-trace-id': 'abcdef', 'x-datadog-parent-id': '1' }],
    ['too large', { 'x-datadog-trace-id': '18446744073709551616', 'x-datadog-parent-id': '1' }],
    [
      'zero low half',
      { 'x-datadog-trace-id': '0', 'x-datadog-parent-id': '1', 'x-datadog-tags': `_dd.p.tid=${HIGH}` },
    ],
  ])('%s is no context', (_, headers) => {
    expect(read('datadog', headers).traceId).toBeUndefined();
  });

  test.each([
    ['1', 1],
    [' 2 ', 2],
    ['3', 3],
    ['0, 1', 0],
    ['1.5', null],
    ['keep', null],
    ['', null],
  ])('priority %j is %s', (text, priority) => {
    const seen = read('datadog', { ...DATADOG, 'x-datadog-sampling-priority': text });
    expect([seen.priority, seen.spanId]).toEqual([priority, SPAN]);
  });

  test.each([
    ['_dd.p.a=1,', {}],
    ['_dd.p.a=1,other=2', {}],
    ['_dd.p.=1', {}],
    ['_dd.p.a b=1', {}],
    ['_dd.p.a=\u0001', {}],
    ['_dd.p.a=1, _dd.p.b=2', { '_dd.p.a': '1', '_dd.p.b': '2' }],
    [['_dd.p.a=1', '_dd.p.b=2'], { '_dd.p.a': '1', '_dd.p.b': '2' }],
    [`_dd.p.tid=${HIGH.toUpperCase()}`, { '_dd.p.tid': HIGH }],
    [`_dd.p.tid=${'0'.repeat(16)},_dd.p.a=1`, { '_dd.p.a': '1' }],
  ])('tags %j are %j', (tags, expected) => {
    expect(read('datadog', { ...DATADOG, 'x-datadog-tags': tags }).tags).toEqual(expected);
  });

  test('a 128-bit trace id always goes with its high half; other tags make room', () => {
    const tags = `_dd.p.tid=${HIGH},_dd.p.dm=-4,_dd.p.a=${'x'.repeat(440)}`;
    const extracted = ofStyles('datadog').extract(
      ROOT_CONTEXT,
      { ...DATADOG, 'x-datadog-sampling-priority': '2', 'x-datadog-tags': tags },
      defaultTextMapGetter,
    );
    const carrier: Record<string, string> = {};
    const propagator = fromEnv({
      DD_TRACE_PROPAGATION_STYLE: 'datadog',
      DD_TRACE_X_DATADOG_TAGS_MAX_LENGTH: '60',
    });
    propagator.inject(extracted, carrier, defaultTextMapSetter);
    expect(carrier['x-datadog-tags']).toBe(`_dd.p.tid=${HIGH},_dd.p.dm=-4`);
    const off = fromEnv({ DD_TRACE_PROPAGATION_STYLE: 'datadog', DD_TRACE_X_DATADOG_TAGS_MAX_LENGTH: '0' });
    off.inject(extracted, carrier, defaultTextMapSetter);
    expect(carrier['x-datadog-tags']).toBe(`_dd.p.tid=${HIGH}`);
  });

  test('a parent id of 0 passes on as it is, and no other style makes one up', () => {
    const out = passOn(
      'datadog',
      { ...DATADOG, 'x-datadog-parent-id': '0' },
      'datadog,tracecontext,b3,b3multi',
    );
    expect(out).toEqual({ 'x-datadog-trace-id': LOW_DECIMAL, 'x-datadog-parent-id': '0' });
  });

  test('an SQS message attribute is read when nothing else is there', () => {
    const attribute = {
      'x-aws-sqsd-attr-_datadog': JSON.stringify({ ...DATADOG, 'x-datadog-tags': `_dd.p.tid=${HIGH}` }),
    };
    expect(read('datadog,tracecontext', attribute).traceId).toBe(HIGH + LOW);
    expect(
      read('datadog,tracecontext', { ...attribute, traceparent: `00-${'1'.repeat(32)}-${SPAN}-01` }).traceId,
    ).toBe('1'.repeat(32));
    expect(read('datadog', { 'x-aws-sqsd-attr-_datadog': '{broken' }).traceId).toBeUndefined();
    expect(read('datadog', { 'x-aws-sqsd-attr-_datadog': 'null' }).traceId).toBeUndefined();
  });

  test('an origin that no header may carry is made harmless', () => {
    const out = passOn('datadog', { ...DATADOG, 'x-datadog-origin': 'rum\r\nevil: 1é' });
    expect(out['x-datadog-origin']).toBe('rum__evil: 1_');
  });
});

describe('the dd member of tracestate', () => {
  const inState = (dd: string, flags = '01') => ({
    traceparent: PARENT.replace(/01$/, flags),
    tracestate: `dd=${dd}`,
  });

  test.each([
    ['s:2;t.dm:-4', '01', 2, '-4'],
    ['s:0;t.dm:-4', '01', 1, '-0'],
    ['s:-1', '00', -1, undefined],
    ['s:2;t.dm:-4', '00', 0, undefined],
    ['t.dm:-3', '01', 1, '-3'],
    ['s:x;t.dm:-3', '01', 1, '-3'],
  ])('%s with flags %s is priority %s by %s', (dd, flags, priority, decisionMaker) => {
    const seen = read('tracecontext', inState(dd, flags));
    expect([seen.priority, seen.tags['_dd.p.dm']]).toEqual([priority, decisionMaker]);
  });

  test('pairs are split at the first colon, `~` stands for `=`, and odd pairs are left out', () => {
    const seen = read(
      'tracecontext',
      inState('s:2;o:a~b:c;t.url:http://x;t.e:;;:x;novalue;t.tid:ffffffffffffffff'),
    );
    expect(seen.origin).toBe('a=b:c');
    expect(seen.tags).toEqual({ '_dd.p.tid': HIGH, '_dd.p.url': 'http://x', '_dd.p.e': '' });
  });

  test('characters that would break the list are replaced', () => {
    const headers = {
      ...DATADOG,
      'x-datadog-origin': 'a,b;c~d=eé',
      'x-datadog-tags': '_dd.p.x=1;2~3=4',
      'x-datadog-sampling-priority': '1',
    };
    const out = passOn('datadog', headers, 'tracecontext');
    expect(splitTraceState(out.tracestate).dd).toMatchObject({ o: 'a_b_c_d~e_', 't.x': '1_2_3~4' });
  });

  test('a value never ends with a blank', () => {
    const out = passOn('datadog', { ...DATADOG, 'x-datadog-origin': 'rum  ' }, 'tracecontext');
    expect(out.tracestate).toBe('dd=o:rum');
  });

  test('what does not fit into 256 characters is left out, tag by tag; an origin that is too long takes the member along', () => {
    const tags = `_dd.p.ts=02,_dd.p.big=${'b'.repeat(240)},_dd.p.small=1`;
    const out = passOn(
      'datadog',
      { ...DATADOG, 'x-datadog-sampling-priority': '2', 'x-datadog-tags': tags },
      'tracecontext',
    );
    expect(out.tracestate).toBe('dd=s:2;t.ts:02;t.small:1');
    const long = passOn('datadog', { ...DATADOG, 'x-datadog-origin': 'o'.repeat(300) }, 'tracecontext');
    expect(long).not.toHaveProperty('tracestate');
  });

  test('`p` is the current span, and that of the last Datadog span when only passing through', () => {
    expect(splitTraceState(written(local(HIGH + LOW)).tracestate).dd.p).toBe(SPAN);
    const out = passOn('tracecontext', inState('s:2;p:00f067aa0ba902b7'));
    expect(splitTraceState(out.tracestate).dd.p).toBe('00f067aa0ba902b7');
    expect(splitTraceState(passOn('tracecontext', inState('s:2')).tracestate).dd).not.toHaveProperty('p');
  });
});

describe('traceparent and tracestate', () => {
  test.each(['01', 'cc'])('version %s goes on as version 00', (version) => {
    const out = passOn('tracecontext', { traceparent: `${version}-${HIGH}${LOW}-${SPAN}-01-more` });
    expect(out.traceparent).toBe(PARENT);
  });

  test.each([
    ['ff', '03'],
    ['fd', '01'],
    ['02', '02'],
    ['fc', '00'],
  ])('of flags %s go on %s', (flags, sent) => {
    const out = passOn('tracecontext', { traceparent: PARENT.replace(/01$/, flags) });
    expect(out.traceparent?.slice(-2)).toBe(sent);
  });

  test('two traceparent headers are none, one in a list is one', () => {
    expect(read('tracecontext', { traceparent: [PARENT, PARENT] }).traceId).toBeUndefined();
    expect(read('tracecontext', { traceparent: [PARENT] }).traceId).toBe(HIGH + LOW);
  });

  test('an empty tracestate is not sent', () => {
    const style = new W3CPropagator();
    const carrier: Record<string, string> = {};
    const deferred = ofStyles('b3').extract(
      ROOT_CONTEXT,
      { b3: `${HIGH}${LOW}-${SPAN}` },
      defaultTextMapGetter,
    );
    style.inject(deferred, carrier, defaultTextMapSetter);
    expect(Object.keys(carrier)).toEqual(['traceparent']);
  });

  test('ot= and other members go on untouched, ours in front, at most 32 in all', () => {
    const list = ['ot=rv:6e6d1a75832a2f;th:e666', ...Array.from({ length: 31 }, (_, at) => `k${at}=v`)].join(
      ',',
    );
    const { members } = splitTraceState(
      passOn('tracecontext', { traceparent: PARENT, tracestate: list }).tracestate,
    );
    expect(members).toHaveLength(32);
    expect(members.slice(0, 2)).toEqual(['dd=s:1', 'ot=rv:6e6d1a75832a2f;th:e666']);
    expect(members.at(-1)).toBe('k29=v');
  });

  test('members of others are cut to 512 characters, the long ones first', () => {
    const list = ['a=1', `b=${'x'.repeat(250)}`, `c=${'x'.repeat(60)}`, `d=${'x'.repeat(250)}`, 'e=1'].join(
      ',',
    );
    const { others } = splitTraceState(
      passOn('tracecontext', { traceparent: PARENT, tracestate: list }).tracestate,
    );
    expect(others.map(([key]) => key)).toEqual(['a', 'b', 'c', 'e']);
    const short = Array.from({ length: 20 }, (_, at) => `k${at}=${'x'.repeat(60)}`).join(',');
    const cut = splitTraceState(
      passOn('tracecontext', { traceparent: PARENT, tracestate: short }).tracestate,
    ).others;
    expect(cut.join(',').length).toBeLessThanOrEqual(512);
    expect(cut[0]).toMatch(/^k0=/);
  });

  test('our own traces say that their ids are random; of others only what they said goes on', () => {
    expect(written(local(HIGH + LOW)).traceparent?.slice(-2)).toBe('03');
    expect(written(local(HIGH + LOW, SPAN, 1, { isRemote: true })).traceparent?.slice(-2)).toBe('01');
  });

  test('the trace state of another implementation is checked before it is sent', () => {
    const out = written(local(HIGH + LOW, SPAN, 1, { traceState: createTraceState('a=1,dd=s:-1') }));
    expect(splitTraceState(out.tracestate).members).toEqual([expect.stringContaining('dd=s:1;'), 'a=1']);
  });
});

describe('B3', () => {
  test.each([
    ['single', { b3: `${HIGH}${LOW}-${SPAN}` }],
    ['multi', { 'x-b3-traceid': HIGH + LOW, 'x-b3-spanid': SPAN }],
  ])('%s without a state stays undecided on the way through', (_, headers) => {
    expect(passOn('b3', headers, 'b3,b3multi,datadog')).toEqual({
      b3: `${HIGH}${LOW}-${SPAN}`,
      'x-b3-traceid': HIGH + LOW,
      'x-b3-spanid': SPAN,
      'x-datadog-trace-id': LOW_DECIMAL,
      'x-datadog-parent-id': SPAN_DECIMAL,
      'x-datadog-tags': `_dd.p.tid=${HIGH}`,
    });
  });

  test.each([
    [{ b3: `${HIGH}${LOW}-${SPAN}-d` }],
    [{ 'x-b3-traceid': HIGH + LOW, 'x-b3-spanid': SPAN, 'x-b3-flags': '1' }],
  ])('debug survives in both encodings: %j', (headers) => {
    expect(passOn('b3', headers, 'b3,b3multi')).toEqual({
      b3: `${HIGH}${LOW}-${SPAN}-d`,
      'x-b3-traceid': HIGH + LOW,
      'x-b3-spanid': SPAN,
      'x-b3-flags': '1',
    });
  });

  test.each([
    ['0', { b3: '0' }, { b3: '0', 'x-b3-sampled': '0' }],
    ['1', { 'x-b3-sampled': 'true' }, { b3: '1', 'x-b3-sampled': '1' }],
    ['d', { b3: 'd' }, { b3: 'd', 'x-b3-flags': '1' }],
  ])('the decision %s without ids goes on', (_, headers, out) => {
    expect(passOn('b3', headers, 'b3,b3multi,tracecontext,datadog')).toEqual(out);
  });

  test('single wins over multi; a wrong one does not stand in the way', () => {
    const multi = { 'x-b3-traceid': HIGH + LOW, 'x-b3-spanid': SPAN, 'x-b3-sampled': '1' };
    expect(read('b3', { ...multi, b3: `${'1'.repeat(32)}-${SPAN}-1` }).traceId).toBe('1'.repeat(32));
    for (const b3 of [
      `zzz${HIGH}${LOW}-${SPAN}-1zzz`,
      `${HIGH}${LOW}-${SPAN}-1-x`,
      `${HIGH}${LOW}-${SPAN}-2`,
      'x',
      '',
      '-',
    ]) {
      expect(read('b3', { ...multi, b3 }).traceId).toBe(HIGH + LOW);
    }
  });

  test('a context with ids beats a decision without', () => {
    expect(read('b3,tracecontext', { b3: '0', traceparent: PARENT })).toMatchObject({
      traceId: HIGH + LOW,
      priority: 1,
    });
  });

  test.each(['single', 'multi'] as const)(
    '%s is understood by OpenTelemetry’s propagator, and the other way',
    (encoding) => {
      const stock = new StockB3({
        injectEncoding:
          encoding === 'single' ? B3InjectEncoding.SINGLE_HEADER : B3InjectEncoding.MULTI_HEADER,
      });
      const theirs: Record<string, string> = {};
      stock.inject(local(HIGH + LOW), theirs, defaultTextMapSetter);
      expect(read('b3', theirs)).toMatchObject({
        traceId: HIGH + LOW,
        spanId: SPAN,
        sampled: 1,
        priority: 1,
      });
      const ours = written(local(LOW.padStart(32, '0')), encoding === 'single' ? 'b3' : 'b3multi');
      const seen = trace.getSpanContext(stock.extract(ROOT_CONTEXT, ours, defaultTextMapGetter));
      expect(seen).toMatchObject({ traceId: LOW.padStart(32, '0'), spanId: SPAN, traceFlags: 1 });
    },
  );
});

describe('several styles', () => {
  const W3C = { traceparent: PARENT, tracestate: 'dd=s:2;o:rum;t.dm:-4;t.a:1,foo=1' };
  const FOREIGN = { traceparent: `00-${'2'.repeat(32)}-${SPAN}-01`, tracestate: 'foo=1' };

  test('Datadog headers that lost the high half take it from a traceparent of the same trace', () => {
    expect(read('datadog,tracecontext', { ...DATADOG, ...W3C })).toMatchObject({
      traceId: HIGH + LOW,
      priority: 2,
      origin: 'rum',
      tracestate: 'foo=1',
      links: [],
    });
    expect(read('tracecontext,datadog', { ...DATADOG, ...W3C })).toMatchObject({
      traceId: HIGH + LOW,
      links: [],
    });
  });

  test('of another trace nothing leaks in, and a link remains', () => {
    const seen = read('datadog,tracecontext', { ...DATADOG, ...FOREIGN });
    expect(seen).toMatchObject({ traceId: LOW.padStart(32, '0'), tracestate: '' });
    expect(seen.links).toEqual([
      {
        traceId: '2'.repeat(32),
        spanId: SPAN,
        reason: 'terminated_context',
        context_headers: 'tracecontext',
      },
    ]);
    expect(
      read('tracecontext,datadog', { ...FOREIGN, ...DATADOG, 'x-datadog-parent-id': '0' }).links,
    ).toEqual([]);
    const b3 = read('tracecontext,b3', { ...FOREIGN, b3: `${HIGH}${LOW}-${SPAN}-1` });
    expect(b3.links).toMatchObject([{ traceId: HIGH + LOW, context_headers: 'b3' }]);
  });

  test('if the two disagree about keeping, the first one is right', () => {
    const seen = read('datadog,tracecontext', { ...DATADOG, ...W3C, 'x-datadog-sampling-priority': '-1' });
    expect(seen).toMatchObject({ priority: -1, sampled: 0 });
  });

  test('extract first: no merging, no links, baggage all the same', () => {
    const propagator = ofStyles('datadog,tracecontext,baggage', 'datadog', { extractFirst: true });
    const context = propagator.extract(
      ROOT_CONTEXT,
      { ...DATADOG, ...FOREIGN, baggage: 'a=1' },
      defaultTextMapGetter,
    );
    expect(describeContext(context)).toMatchObject({ tracestate: '', links: [], baggage: { a: '1' } });
  });

  test('every style names the same trace and the same span', () => {
    const out = written(local(HIGH + LOW), 'datadog,tracecontext,b3,b3multi');
    expect(out).toMatchObject({
      traceparent: `00-${HIGH}${LOW}-${SPAN}-03`,
      b3: `${HIGH}${LOW}-${SPAN}-1`,
      'x-b3-traceid': HIGH + LOW,
      'x-b3-spanid': SPAN,
      'x-datadog-trace-id': LOW_DECIMAL,
      'x-datadog-parent-id': SPAN_DECIMAL,
      'x-datadog-tags': `_dd.p.tid=${HIGH},_dd.p.dm=-0`,
      'x-datadog-sampling-priority': '1',
    });
  });

  test('ids in upper case are written in lower case, invalid ones not at all', () => {
    expect(written(local((HIGH + LOW).toUpperCase())).traceparent).toBe(`00-${HIGH}${LOW}-${SPAN}-03`);
    expect(written(local('x'.repeat(32)))).toEqual({});
    expect(written(local(HIGH + LOW, '0'.repeat(16)))).toEqual({});
  });

  test('nothing is written while tracing is suppressed', () => {
    expect(written(suppressTracing(local(HIGH + LOW)))).toEqual({});
  });

  test('headers that are there are replaced', () => {
    const carrier: Record<string, string> = { traceparent: 'old', tracestate: 'old', baggage: 'old' };
    ofStyles('tracecontext').inject(local(HIGH + LOW), carrier, defaultTextMapSetter);
    expect(carrier).toMatchObject({ traceparent: `00-${HIGH}${LOW}-${SPAN}-03`, baggage: 'old' });
  });

  test('a propagator of a plug-in takes part: as base, as link, and in inject', () => {
    const acme = {
      inject: (context: Context, carrier: Record<string, string>) => {
        carrier['x-acme'] = trace.getSpanContext(context)?.traceId ?? '';
      },
      extract: (context: Context, carrier: Record<string, string>) =>
        carrier['x-acme']
          ? trace.setSpanContext(context, {
              traceId: carrier['x-acme'],
              spanId: SPAN,
              traceFlags: 1,
              isRemote: true,
            })
          : context,
      fields: () => ['x-acme'],
    };
    const list = [
      { name: 'tracecontext', propagator: new W3CPropagator() },
      { name: 'acme', propagator: acme },
    ];
    const propagator = new CompositePropagator({ extract: list, inject: list });
    const both = propagator.extract(
      ROOT_CONTEXT,
      { traceparent: PARENT, 'x-acme': '3'.repeat(32) },
      defaultTextMapGetter,
    );
    expect(describeContext(both)).toMatchObject({
      traceId: HIGH + LOW,
      links: [{ traceId: '3'.repeat(32), context_headers: 'acme' }],
    });
    const alone = propagator.extract(ROOT_CONTEXT, { 'x-acme': '3'.repeat(32) }, defaultTextMapGetter);
    const carrier: Record<string, string> = {};
    propagator.inject(alone, carrier, defaultTextMapSetter);
    expect(carrier).toMatchObject({
      'x-acme': '3'.repeat(32),
      traceparent: `00-${'3'.repeat(32)}-${SPAN}-01`,
    });
    expect(propagator.fields()).toEqual(['traceparent', 'tracestate', 'x-acme']);
  });

  test('a carrier that throws is reported and hurts nobody', () => {
    const host = recordingHost();
    const propagator = fromEnv({}, host);
    const broken = new Proxy(
      {},
      {
        get: () => {
          throw new Error('boom');
        },
      },
    );
    expect(propagator.extract(ROOT_CONTEXT, broken, defaultTextMapGetter)).toBe(ROOT_CONTEXT);
    const closed = new Proxy(
      {},
      {
        set: () => {
          throw new Error('closed');
        },
      },
    );
    propagator.inject(local(HIGH + LOW), closed, defaultTextMapSetter);
    expect(host.lines).toEqual([
      'trace context was not propagated: boom',
      'trace context was not propagated: closed',
    ]);
    expect(host.counts.get('signalbox.propagation.errors')).toBe(2);
  });
});

describe('baggage', () => {
  const withBaggage = (entries: Record<string, { value: string; metadata?: string }>) =>
    propagation.setBaggage(
      ROOT_CONTEXT,
      propagation.createBaggage(
        Object.fromEntries(
          Object.entries(entries).map(([key, { value, metadata }]) => [
            key,
            { value, ...(metadata === undefined ? {} : { metadata: metadataOf(metadata) }) },
          ]),
        ),
      ),
    );

  test.each([
    ['a=1;p=2;q , b = 2 ; r', 'a=1;p=2;q ,b=2; r'],
    ['no-equal-sign,a=1,=x,b c=1,d="x",e=é', 'a=1'],
    ['a=', 'a='],
    ['a=1\r\nevil: 2,b=2', 'b=2'],
    ['a=1,a=2', 'a=1,a=2'],
  ])('%j goes on as %j', (header, sent) => {
    expect(passOn('baggage', { baggage: header }).baggage?.replace(/ ,/g, ',')).toBe(
      sent.replace(/ ,/g, ','),
    );
  });

  test('what came in goes out byte by byte unless it was changed', () => {
    const header = 'a=%20x;meta=1,b=%e9';
    const propagator = ofStyles('baggage');
    const context = propagator.extract(ROOT_CONTEXT, { baggage: header }, defaultTextMapGetter);
    expect(written(context).baggage).toBe(header);
    const baggage = propagation.getBaggage(context);
    expect(baggage?.getEntry('a')).toMatchObject({ value: ' x' });
    expect(baggage?.getEntry('b')).toEqual({ value: '\ufffd' });
    const changed = baggage?.setEntry('c', { value: 'ü' }).removeEntry('b');
    expect(changed && written(propagation.setBaggage(context, changed)).baggage).toBe(
      'a=%20x;meta=1,c=%C3%BC',
    );
    expect(baggage?.removeEntries('a', 'b').getAllEntries()).toEqual([]);
    expect(baggage?.clear().getAllEntries()).toEqual([]);
  });

  test('nothing can end the header', () => {
    const sent = written(
      withBaggage({
        'k\r\ne': { value: 'v\r\nevil: 1,;"\\' },
        m: { value: '1', metadata: 'x\r\nevil: 1' },
        l: { value: '\ud800' },
        '': { value: 'x' },
      }),
    ).baggage;
    expect(sent).toMatch(/^[\x21-\x7e]+$/);
    expect(sent).toBe('k%0D%0Ae=v%0D%0Aevil%3A%201%2C%3B%22%5C,m=1,l=%EF%BF%BD');
  });

  test('members beyond the limits are left out whole, counted, and told about', () => {
    const host = recordingHost();
    const propagator = fromEnv(
      { OTEL_PROPAGATORS: 'baggage', DD_TRACE_BAGGAGE_MAX_ITEMS: '2', DD_TRACE_BAGGAGE_MAX_BYTES: '12' },
      host,
    );
    const context = propagator.extract(
      ROOT_CONTEXT,
      { baggage: 'a=1,b=23456789,c=3,d=4' },
      defaultTextMapGetter,
    );
    expect(describeContext(context).baggage).toEqual({ a: '1', c: '3' });
    const carrier: Record<string, string> = {};
    propagator.inject(
      withBaggage({ a: { value: '123456789' }, b: { value: '1' } }),
      carrier,
      defaultTextMapSetter,
    );
    expect(carrier.baggage).toBe('a=123456789');
    expect(host.counts.get('signalbox.propagation.baggage.dropped')).toBe(3);
    expect(host.lines[0]).toBe('baggage is over its limits; the last members are left out');
  });

  test('exactly 8192 bytes are within the limit', () => {
    const header = `a=${'x'.repeat(8190)}`;
    expect(passOn('baggage', { baggage: header }).baggage).toBe(header);
    expect(passOn('baggage', { baggage: `${header}x` })).toEqual({});
  });
});

function metadataOf(text: string) {
  const context = ofStyles('baggage').extract(ROOT_CONTEXT, { baggage: 'a=1;x' }, defaultTextMapGetter);
  const type = propagation.getBaggage(context)?.getEntry('a')?.metadata;
  return { ...(type as object), toString: () => text } as NonNullable<typeof type>;
}
