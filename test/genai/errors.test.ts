import { retryAfter } from '../../src/genai/errors.ts';
import { errorAttributes, errorChain } from '../../src/genai/index.ts';

class RateLimitError extends Error {
  status = 429;
  code = 'rate_limit_exceeded';
  headers = new Headers({ 'retry-after': '7' });
}

describe('errorAttributes', () => {
  test.each<[string, unknown, object]>([
    [
      'a provider code',
      new RateLimitError('slow'),
      {
        'error.type': 'rate_limit_exceeded',
        'signalbox.genai.error.category': 'rate_limited',
        'signalbox.genai.retry_after': 7,
        'http.response.status_code': 429,
      },
    ],
    [
      'the type in the body, as Anthropic has it',
      Object.assign(new Error('x'), {
        status: 529,
        error: { type: 'error', error: { type: 'overloaded_error' } },
      }),
      { 'error.type': 'overloaded_error', 'signalbox.genai.error.category': 'overloaded' },
    ],
    [
      'a token limit',
      Object.assign(new Error('x'), { code: 'context_length_exceeded', status: 400 }),
      { 'signalbox.genai.error.category': 'token_limit' },
    ],
    [
      'a filter',
      Object.assign(new Error('x'), { code: 'content_filter', status: 400 }),
      { 'signalbox.genai.error.category': 'content_filtered' },
    ],
    ['a class', new TypeError('x'), { 'error.type': 'TypeError' }],
    ['an abort', new DOMException('x', 'AbortError'), { 'signalbox.genai.error.category': 'cancelled' }],
    ['a text', 'broken', { 'error.type': '_OTHER' }],
    ['nothing', undefined, { 'error.type': '_OTHER' }],
    [
      'a free text in the code',
      Object.assign(new Error('x'), { code: 'user said hello' }),
      { 'error.type': 'Error' },
    ],
  ])('%s', (_what, error, expected) => {
    expect(errorAttributes(error)).toMatchObject(expected);
  });

  test('follows causes and stops at a cycle', () => {
    const inner = new RangeError('inner');
    const outer = new Error('outer', { cause: inner });
    inner.cause = outer;
    expect(errorChain(outer)).toEqual(['Error: outer', 'RangeError: inner']);
  });
});

describe('retryAfter', () => {
  const now = Date.parse('2026-11-20T12:00:00Z');
  test.each<[unknown, number | undefined]>([
    [{ 'retry-after': '7' }, 7],
    [{ 'retry-after': '1.5' }, 1.5],
    [{ 'retry-after-ms': '250', 'retry-after': '7' }, 0.25],
    [{ 'retry-after': 'Fri, 20 Nov 2026 12:00:30 GMT' }, 30],
    [{ 'retry-after': 'Fri, 20 Nov 2020 12:00:30 GMT' }, 0],
    [{ 'retry-after': 'soon' }, undefined],
    [{ 'retry-after': '' }, undefined],
    [undefined, undefined],
  ])('%j', (headers, expected) => expect(retryAfter(headers, now)).toBe(expected));
});
