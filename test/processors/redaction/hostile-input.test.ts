import { createRedactor } from '../../../processors/redaction/index.ts';

/** Texts made to make a matcher go over the same characters again and again. */
const HOSTILE: Readonly<Record<string, string>> = {
  a: 'a',
  'a.a.': 'a.',
  'near-miss addresses': 'a@a.',
  'many @': '@',
  'long local parts': `${'a.'.repeat(32)}@`,
  'header runs': 'eyJ',
  'header runs with dashes': 'eyJ-',
  'header runs with dots': 'eyJ.',
  'known headers': 'eyJhbGci-',
  'sk- runs': 'sk-',
  'sk-ant- runs': 'sk-ant-api-',
  'near-miss keys': 'ghp_abc-',
  digits: '1',
  'digits in groups': '1234 ',
  'dashed digits': '4111-',
  'key blocks': '-----BEGIN PRIVATE KEY-----',
  'key blocks interrupted': '-----BEGIN PRIVATE KEY-----!',
  dashes: '-',
  schemes: '://',
  'schemes with colons': '://a:',
  'cookie headers': 'cookie:',
  'authorization headers': 'authorization: bearer ',
  'token assignments': 'token:',
  references: 'token::',
  'open quotations': 'token="',
  'escaped quotations': 'token=\\"',
  'tight assignments': 'password=',
  'json depth': '{"a":[',
  'json keys': '"password":{',
  bearer: 'bearer%20',
  basic: 'basic ',
  prose: 'password ',
  'prose with values': 'token aaaaaaaaaaaaaaaaaaaaa1/',
  tildes: 'aaa8Q~',
  percent: '%40%3d',
  backslashes: '\\',
  escapes: '\\u0040',
  'bot tokens': '123456789:A',
  ibans: 'DE12 ',
  webhooks: 'hooks.slack.com/services/',
  atlas: 'atlasv1.',
  'discord-like': 'MTaaaaaaaaaaaaaaaaaaaaaaaa.aaaaaa.',
  surrogates: '😀',
  'lone surrogates': '\ud83d',
  flags: '--password ',
  'wide keys': 'a-b_c.',
};

const redactor = createRedactor({
  kinds: { phone: true, ip: true, mac: true, national_id: true },
  valueLength: 2_000_000,
  contentLength: 2_000_000,
});

function fill(piece: string, length: number): string {
  return piece.repeat(Math.ceil(length / piece.length)).slice(0, length);
}

/**
 * How many characters are looked at while a text is redacted: those read one by one, and those of
 * every piece that is cut out and searched. Unlike time it is the same on every machine.
 */
function stepsOf(text: string): number {
  const { charCodeAt, slice } = String.prototype;
  let steps = 0;
  String.prototype.charCodeAt = function (this: string, index: number) {
    steps++;
    return charCodeAt.call(this, index);
  };
  String.prototype.slice = function (this: string, ...range: [number?, number?]) {
    const piece = slice.call(this, ...range);
    steps += piece.length;
    return piece;
  };
  try {
    redactor.redactText(text);
  } finally {
    String.prototype.charCodeAt = charCodeAt;
    String.prototype.slice = slice;
  }
  return steps;
}

describe('hostile input', () => {
  it.each(Object.entries(HOSTILE))('is looked at in proportion to its length: %s', (_name, piece) => {
    const small = stepsOf(fill(piece, 2_048));
    const large = stepsOf(fill(piece, 16_384));
    expect(large).toBeLessThan(8 * small * 1.25 + 16_384);
    expect(large / 16_384).toBeLessThan(150);
  });

  it.each(Object.entries(HOSTILE))('of 256 KB is finished: %s', (_name, piece) => {
    expect(redactor.redactText(fill(piece, 262_144)).length).toBeLessThanOrEqual(4_000_000);
  });
});
