import { ROOT_CONTEXT, trace } from '@opentelemetry/api';
import {
  decisionMakerOf,
  getPropagationState,
  PropagationState,
  priorityOf,
  propagationStateOf,
  setPropagationState,
  W3CTraceState,
} from '../../src/core/index.ts';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const OTHER = '1af7651916cd43dd8448eb211c80319c';

function span(traceFlags: number, state?: PropagationState, more: object = {}) {
  const traceState = W3CTraceState.EMPTY.withState(state);
  return { traceId: TRACE, spanId: '00f067aa0ba902b7', traceFlags, traceState, ...more };
}

function inbound(priority: number | undefined, decisionMaker?: string): PropagationState {
  const state = new PropagationState(TRACE);
  state.priority = priority;
  state.decisionMaker = decisionMaker;
  return state;
}

test('children see the record through the trace state, whatever Context they are in', () => {
  const state = inbound(2);
  const context = trace.setSpanContext(ROOT_CONTEXT, span(1, state));
  expect(getPropagationState(context)).toBe(state);
  expect(propagationStateOf(span(1, state))).toBe(state);
  expect(propagationStateOf(span(1, state, { traceId: OTHER }))).toBeUndefined();
});

test('what is in the Context belongs to its trace only, or to whoever comes without a span', () => {
  const state = inbound(2);
  const context = setPropagationState(ROOT_CONTEXT, state);
  expect(getPropagationState(context)).toBe(state);
  expect(getPropagationState(trace.setSpanContext(context, span(1)))).toBe(state);
  expect(
    getPropagationState(trace.setSpanContext(context, span(1, undefined, { traceId: OTHER }))),
  ).toBeUndefined();
  expect(getPropagationState(setPropagationState(context, undefined))).toBeUndefined();
});

test.each([
  // inbound priority, dm, sampled here → priority, dm sent
  [2, '-4', 1, 2, '-4'],
  [1, '-3', 1, 1, '-3'],
  [-1, undefined, 0, -1, undefined],
  [-2, undefined, 0, -2, undefined],
  [2, '-4', 0, 0, undefined],
  [0, '-4', 1, 1, '-0'],
  [undefined, undefined, 1, 1, '-0'],
  [undefined, undefined, 0, 0, undefined],
])('priority %s by %s, and a sampler that says %s, is %s by %s', (priority, dm, flags, sent, sentDm) => {
  const state = inbound(priority, dm);
  expect(priorityOf(span(flags, state), state)).toBe(sent);
  expect(decisionMakerOf(span(flags, state), state)).toBe(sentDm);
});

test('a decision made here wins over the flag, and can change for all spans at once', () => {
  const before = inbound(1, '-1');
  const state = before.decided(2, '-3', [['_dd.p.ksr', '0.5']]);
  expect(priorityOf(span(0, state), state)).toBe(2);
  expect([...state.tags]).toEqual([['_dd.p.ksr', '0.5']]);
  expect(before.priority).toBe(1);
  propagationStateOf(span(1, state))?.decide(-1, '-4');
  expect([state.priority, state.decisionMaker]).toEqual([-1, undefined]);
});
