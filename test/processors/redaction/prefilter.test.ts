import { CandidateFinder } from '../../../processors/redaction/candidates.ts';
import { PAIRS } from '../../../processors/redaction/detect/pairs.ts';
import { KeyRules } from '../../../processors/redaction/key-rules.ts';
import { LAST_PAIRS, LAST_WORDS, QUERY_KEYS } from '../../../processors/redaction/key-words.ts';
import { KIND_NAMES, KINDS, type Kind } from '../../../processors/redaction/kinds.ts';
import { Placeholders } from '../../../processors/redaction/placeholders.ts';
import { Scanner } from '../../../processors/redaction/scanner.ts';
import { CONTEXTS, TELLING_CONTEXTS } from './corpus/contexts.ts';
import { HOSTILE } from './corpus/hostile.ts';
import { PERSONAL } from './corpus/personal.ts';
import { ALNUM, Random } from './corpus/random.ts';
import { CONTEXT_SECRETS, SECRETS } from './corpus/secrets.ts';
import { SUITE_SECRETS } from './corpus/suite-secrets.ts';

/**
 * Sorts of filling, among them characters whose low byte, or low byte without its highest bit, is
 * that of a trigger (`@`, `=`, `:`, digits), as the tables of the filter see no more of them.
 */
const FILLINGS: readonly ((r: Random) => string)[] = [
  () => '',
  (r) => String.fromCharCode(r.below(128)),
  (r) => String.fromCharCode(128 + r.below(128)),
  (r) => String.fromCharCode(r.pick([0x40, 0x3d, 0x3a, 0x31, 0x6b, 0x2d]) + 256 * (1 + r.below(200))),
  (r) => String.fromCharCode(r.pick([0x40, 0x3d, 0x3a, 0x31, 0x6b, 0x2d]) + 128),
  (r) => String.fromCharCode(r.below(0x1_0000)),
  (r) => String.fromCodePoint(0x1_0000 + r.below(0x1_000)),
  (r) => r.of(ALNUM, 1 + r.below(12)),
  (r) =>
    r.pick([
      ' ',
      '\n',
      ', ',
      '"',
      '\\n',
      '\\"',
      '%3D',
      '%40',
      '\\u0040',
      '\\u003d',
      '\\u2014',
      '\\u4e2d',
      '\\t',
      '%20',
      '%2F',
      '%C3%A9',
      '--',
      '://',
      '=',
      ': ',
    ]),
  (r) =>
    r.pick(['eyJ', 'sk-', 'ghp_', 'AKIA', 'Bearer ', 'password', 'token', '-----', 'Q~', '4111', 'DE89']),
];

const ALL: readonly ((r: Random) => string)[] = [SECRETS, PERSONAL, CONTEXT_SECRETS].flatMap((kinds) =>
  Object.values(kinds),
);
/** Every name that stands beside its value. */
const NAMED: readonly ((r: Random) => string)[] = PAIRS.map(({ prefix }) => (r) => {
  const name = r.pick([prefix, prefix.toUpperCase(), `Acme-${prefix}`]);
  const secret = r.of(ALNUM, 12) + 1;
  return r.pick([
    `<${name}>${secret}</${name}>`,
    `"${name}", "${secret}"`,
    `'${name}','${secret}'`,
    `{\\"name\\":\\"${name}\\",\\"value\\":\\"${secret}\\"}`,
  ]);
});
const PLACES = [...Object.values(CONTEXTS), ...Object.values(TELLING_CONTEXTS)];

function fill(r: Random, most: number): string {
  return Array.from({ length: r.below(most) }, () => r.pick(FILLINGS)(r)).join('');
}

/** A secret, whole or cut off, among characters of all sorts, at an even or an odd place. */
function planted(r: Random, make: (r: Random) => string): string {
  const secret = make(r);
  const part = r.below(4) === 0 ? secret.slice(0, 1 + r.below(secret.length)) : secret;
  return fill(r, 9) + (r.below(2) === 0 ? part : r.pick(PLACES)(part)) + fill(r, 6);
}

function scannerOf(kinds: ReadonlySet<Kind>, blockKeys: readonly string[] = []): Scanner {
  const assignments = { keys: new KeyRules({ blockKeys }), placeholders: new Placeholders() };
  return new Scanner({ kinds, assignments });
}

/** Looks closer at every place that is not inside of a word that was looked at, whatever stands there. */
function withoutFilter<T>(run: () => T): T {
  const spies = [
    jest.spyOn(CandidateFinder.prototype, 'load').mockImplementation(() => true),
    jest.spyOn(CandidateFinder.prototype, 'next').mockImplementation((_text, from) => from),
  ];
  try {
    return run();
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
}

const byDefault = new Set(KIND_NAMES.filter((kind) => KINDS[kind].default));
const SETTINGS: readonly (readonly [name: string, scanner: Scanner])[] = [
  ['all kinds', scannerOf(byDefault)],
  ['a blocked key', scannerOf(byDefault, ['*note*'])],
  ['credentials alone', scannerOf(new Set<Kind>(['api_key', 'jwt', 'private_key']))],
  ['numbers alone', scannerOf(new Set<Kind>(['card', 'ssn', 'iban']))],
  ['assignments alone', scannerOf(new Set<Kind>(['secret', 'token', 'url_credentials', 'email']))],
];

function differences(scanner: Scanner, texts: readonly string[]): unknown[] {
  return texts.flatMap((text) =>
    [true, false].flatMap((numbers) => {
      const filtered = scanner.scan(text, numbers);
      const thorough = withoutFilter(() => scanner.scan(text, numbers));
      return JSON.stringify(filtered) === JSON.stringify(thorough) ? [] : [{ text, filtered, thorough }];
    }),
  );
}

describe('the filter before the detectors', () => {
  const random = new Random(20_261_121);
  const texts = [...ALL, ...NAMED, ...Object.values(SUITE_SECRETS)].flatMap((make) =>
    Array.from({ length: 40 }, () => planted(random, make)),
  );
  const noise = Array.from({ length: 2_000 }, () => fill(random, 40));

  describe.each(SETTINGS)('%s', (name, scanner) => {
    it('passes all that a search of every place finds in texts with secrets', () => {
      expect(texts.some((text) => scanner.scan(text, true).length > 0)).toBe(true);
      expect(differences(scanner, texts).slice(0, 5)).toEqual([]);
    });

    it('passes all that a search of every place finds in noise', () =>
      expect(differences(scanner, name === 'all kinds' ? noise : noise.slice(0, 300)).slice(0, 5)).toEqual(
        [],
      ));
  });

  it('passes all in every context and at every offset', () => {
    const [, scanner] = SETTINGS[0] as (typeof SETTINGS)[number];
    const cases = ALL.flatMap((make) =>
      PLACES.flatMap((put) => {
        const text = put(make(random));
        return [text, `.${text}`, `é ${text}`, `\\u2014${text}`, `%20${text}`, `x\\n${text}`];
      }),
    );
    expect(differences(scanner, cases).slice(0, 5)).toEqual([]);
  });

  it('passes every key before every operator', () => {
    const [, scanner] = SETTINGS[0] as (typeof SETTINGS)[number];
    const between = ['', '"', "'", '\\"', ' ', '"]', ' ?', '" ', '\\\\\\"', '_', '1', '"]  +'];
    const keys = [...LAST_WORDS, ...LAST_PAIRS, ...QUERY_KEYS].flatMap((key) => {
      const name = key.replaceAll(' ', random.pick(['_', '-', '.', ' ']));
      return [name, name.toUpperCase(), `${name}${random.below(100)}`];
    });
    const cases = keys.flatMap((key) =>
      between.map((marks) => {
        const before = random.pick(['', ' ', '?', '&', 'x ', '{"', 'acme.']);
        return `${before}${key}${marks}${random.pick(['=', ':', ': ', ' => '])}${marks}${random.of(ALNUM, 9)}1`;
      }),
    );
    expect(cases.filter((text) => scanner.scan(text, true).length > 0).length).toBeGreaterThan(1_000);
    expect(differences(scanner, cases).slice(0, 5)).toEqual([]);
  });

  it('passes all around the ends of the stretches that long texts are searched in', () => {
    const [, scanner] = SETTINGS[0] as (typeof SETTINGS)[number];
    const stretch = 65_536;
    const cases = [1, 2, 3].flatMap((count) =>
      Array.from({ length: 12 }, () => {
        const secrets = Array.from({ length: 3 }, () => random.pick(PLACES)(random.pick(ALL)(random)));
        const before = count * stretch - 64 * count - random.below(200);
        return `${'lorem ipsum '.repeat(20_000).slice(0, before)} ${secrets.join(' ')} ${'x'.repeat(stretch)}`;
      }),
    );
    expect(differences(scanner, cases).slice(0, 5)).toEqual([]);
  });

  it('passes all in hostile and long texts', () => {
    const [, scanner] = SETTINGS[0] as (typeof SETTINGS)[number];
    const hostile = Object.values(HOSTILE).map((piece) => piece.repeat(Math.ceil(600 / piece.length)));
    const long = [65_530, 65_535, 65_536, 65_537].map(
      (length) => `${'x'.repeat(length - 30)} mail ada@example.com, pan 4111111111111111`,
    );
    expect(differences(scanner, [...hostile, ...long]).slice(0, 5)).toEqual([]);
  });
});
