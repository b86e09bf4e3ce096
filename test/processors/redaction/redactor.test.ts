import { createRequire } from 'node:module';
import type { Attributes } from '@opentelemetry/api';
import { createRedactor } from '../../../processors/redaction/index.ts';

const load = createRequire(__filename);
const MAIL = 'ada@example.com';

describe('actions', () => {
  it('hash keeps equal values equal, with the key given', () => {
    const one = createRedactor({ action: 'hash', hmacKey: 'k' });
    const other = createRedactor({ action: 'hash', hmacKey: 'k' });
    expect(one.redactText(MAIL)).toMatch(/^\[EMAIL#[0-9a-f]{16}\]$/);
    expect(other.redactText(MAIL)).toBe(one.redactText(MAIL));
    expect(createRedactor({ action: 'hash', hmacKey: 'l' }).redactText(MAIL)).not.toBe(one.redactText(MAIL));
    expect(createRedactor({ action: 'hash' }).redactText(MAIL)).not.toBe(
      createRedactor({ action: 'hash' }).redactText(MAIL),
    );
  });

  it('mask keeps the last four characters, of long values only', () => {
    const redactor = createRedactor({ actions: { card: 'mask', key: 'mask' } });
    expect(redactor.redactText('4111111111111111')).toBe('****1111');
    expect(redactor.redactAttributes({ password: 'short' })).toEqual({ password: '[REDACTED]' });
  });

  it('drop removes the attribute, and puts a placeholder where there is none', () => {
    const redactor = createRedactor({ action: 'drop' });
    expect(redactor.redactAttributes({ a: MAIL, password: 'x', b: 1 })).toEqual({ b: 1 });
    expect(redactor.redactText(MAIL)).toBe('[REDACTED]');
  });
});

describe('attributes', () => {
  const redactor = createRedactor();

  it('are the same object if nothing was found', () => {
    const attributes = {
      a: 'x',
      n: 1,
      list: ['a'],
      map: { b: 'c' },
      bytes: new Uint8Array([1, 2]),
      none: undefined,
    };
    expect(redactor.redactAttributes(attributes)).toBe(attributes);
  });

  it('under a secret key keep their type or go', () => {
    expect(
      redactor.redactAttributes({
        password: 'x',
        otp: 123_456,
        credentials: { user: 'u' },
        secret: ['a', 'b'],
        jwt: true,
        token: '',
      }),
    ).toEqual({
      password: '[REDACTED]',
      credentials: '[REDACTED]',
      secret: ['[REDACTED]'],
      jwt: true,
      token: '',
    });
  });

  it('say in a neighbour what a value is', () => {
    const attributes = {
      env: [
        { name: 'DB_PASSWORD', value: 'open sesame' },
        { name: 'PORT', value: '80' },
      ],
      request: {
        headers: [
          ['authorization', 'open sesame'],
          ['accept', '*'],
        ],
      },
      'process.command_args': ['serve', '--password', 'open sesame', '--port', '80', '-token', 'x'],
      rawHeaders: ['Accept', '*', 'Cookie', 'a=b'],
      'tool.names': ['reset_password', 'get_user'],
    };
    expect(redactor.redactAttributes(attributes as unknown as Attributes)).toEqual({
      env: [
        { name: 'DB_PASSWORD', value: '[REDACTED]' },
        { name: 'PORT', value: '80' },
      ],
      request: {
        headers: [
          ['authorization', '[REDACTED]'],
          ['accept', '*'],
        ],
      },
      'process.command_args': ['serve', '--password', '[REDACTED]', '--port', '80', '-token', '[REDACTED]'],
      rawHeaders: ['Accept', '*', 'Cookie', '[REDACTED]'],
      'tool.names': ['reset_password', 'get_user'],
    });
  });

  it('keep a key called __proto__ as data', () => {
    const attributes = JSON.parse(`{"__proto__": "${MAIL}"}`) as Record<string, string>;
    const clean = redactor.redactAttributes(attributes);
    expect(Object.getPrototypeOf(clean)).toBe(Object.prototype);
    expect(JSON.stringify(clean)).not.toContain(MAIL);
  });

  it('of other types stay', () => {
    expect(redactor.redactAttributes({ n: 4_111_111_111_111_111, t: true, z: null })).toEqual({
      n: 4_111_111_111_111_111,
      t: true,
      z: null,
    });
  });

  it('fail closed', () => {
    const found: string[] = [];
    const failing = createRedactor({ onFound: (detector) => found.push(detector) });
    const hostile = new Proxy(
      {},
      {
        ownKeys: () => {
          throw new Error('no');
        },
      },
    );
    const throwing = {
      get note(): string {
        throw new Error('no');
      },
    };
    expect(failing.redactValue({ hostile, throwing, ok: 1 } as never)).toBe('[REDACTED:error]');
    expect(failing.redactAttribute('note', throwing as never)).toBe('[REDACTED:error]');
    expect(found).toEqual(['error', 'error']);
  });

  it('fail closed when a detector fails', () => {
    const failing = createRedactor({
      onFound: (detector) => {
        if (detector === 'email') throw new Error('no');
      },
    });
    expect(failing.redactAttributes({ a: MAIL, b: 'x' })).toEqual({ a: '[REDACTED:error]', b: 'x' });
  });
});

describe('length limits', () => {
  const redactor = createRedactor({ valueLength: 100, contentLength: 1_000 });

  it('cut after redaction, never within a secret or a pair', () => {
    const mail = `${'x'.repeat(92)} ${MAIL}`;
    expect(redactor.redactAttribute('a', mail)).not.toContain('ada');
    const emoji = redactor.redactAttribute('a', '😀'.repeat(200)) as string;
    expect(emoji.length).toBeLessThanOrEqual(100);
    expect(emoji.isWellFormed()).toBe(true);
  });

  it('are wider for content', () => {
    expect((redactor.redactAttribute('gen_ai.input.messages', 'x y'.repeat(200)) as string).length).toBe(600);
  });

  it('never let 50 MB through, in bounded time', () => {
    expect(
      (createRedactor().redactAttribute('a', `${MAIL} `.repeat(3_000_000)) as string).length,
    ).toBeLessThanOrEqual(32_768);
  });
});

describe('patterns of users', () => {
  it('are plain expressions, or rules with replacement and keys', () => {
    const redactor = createRedactor({
      load,
      patterns: [
        'EMP-\\d+',
        { name: 'order', pattern: 'order-(\\d+)', replacement: 'order-?', where: ['app.*'] },
      ],
    });
    expect(redactor.redactAttributes({ a: 'EMP-77 order-1', 'app.x': 'order-1 of EMP-8' })).toEqual({
      a: '[REDACTED] order-1',
      'app.x': 'order-? of [REDACTED]',
    });
  });

  it.each(['[A-Z]+', '.', '\\w+'])('never change a placeholder: %s', (pattern) => {
    const redactor = createRedactor({ load, patterns: [pattern] });
    const once = redactor.redactText('Hello ada@example.com WORLD');
    expect(redactor.redactText(once)).toBe(once);
    expect(once).toContain('[EMAIL_REDACTED]');
  });

  it.each(['(a+)+$', '(a|a)*b', '(.*a){20}'])('cannot hang: %s', (pattern) => {
    const redactor = createRedactor({ load, patterns: [pattern] });
    expect(typeof redactor.redactText(`${'a'.repeat(5_000)}!`)).toBe('string');
  });

  it('hide the whole value if they are invalid, and say so', () => {
    const invalid: string[] = [];
    const redactor = createRedactor({
      load,
      patterns: [{ name: 'mine', pattern: '(?<=x)y(', where: ['app.note'] }],
      onInvalid: (name, _pattern, reason) => invalid.push(`${name}: ${reason !== ''}`),
    });
    expect(invalid).toEqual(['mine: true']);
    expect(redactor.redactAttributes({ 'app.note': 'anything', other: 'stays' })).toEqual({
      'app.note': '[REDACTED]',
      other: 'stays',
    });
  });

  it('use the engine of JavaScript only if asked to', () => {
    const redactor = createRedactor({ patterns: [{ pattern: '(?<=id-)\\d+', unsafe: true }] });
    expect(redactor.redactText('id-55')).toBe('id-[REDACTED]');
  });
});

describe('the query of URLs', () => {
  it.each([
    ['b=[^&]+', '/a?b=5&x=1', '/a?<redacted>&x=1'],
    ['.*', '/a?b=c', '/a?<redacted>'],
    ['(', '/a?b=c', '/a?<redacted>'],
    ['.*', '/a/b', '/a/b'],
  ])('with the pattern %s of dd-trace', (queryPattern, url, expected) => {
    const redactor = createRedactor({ load, queryPattern });
    expect(redactor.redactAttribute('http.target', url)).toBe(expected);
    expect(redactor.redactAttribute('other', url)).toBe(url);
  });
});

describe('a dry run', () => {
  it('counts and changes nothing', () => {
    const found: string[] = [];
    const redactor = createRedactor({
      dryRun: true,
      load,
      patterns: ['EMP-\\d+'],
      onFound: (detector) => found.push(detector),
    });
    const attributes = { a: `${MAIL} EMP-1`, password: 'x', otp: 1 };
    expect(redactor.redactAttributes(attributes)).toBe(attributes);
    expect(found).toEqual(expect.arrayContaining(['email', 'pattern-1', 'key']));
  });
});

it('explains what it would do', () => {
  expect(createRedactor().explain(`to ${MAIL}`)).toMatchObject([
    { start: 3, end: 18, kind: 'email', replacement: '[EMAIL_REDACTED]' },
  ]);
});
