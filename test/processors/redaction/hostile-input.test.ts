import { performance } from 'node:perf_hooks';
import { describe, expect, it } from '@jest/globals';
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

function timeOf(text: string): number {
  const start = performance.now();
  redactor.redactText(text);
  return performance.now() - start;
}

/** The best of some runs, so that another process on the machine does not decide. */
function best(text: string, runs: number): number {
  return Math.min(...Array.from({ length: runs }, () => timeOf(text)));
}

describe('hostile input', () => {
  it.each(Object.entries(HOSTILE))('takes time in proportion to its length: %s', (_name, piece) => {
    const small = best(fill(piece, 16_384), 4);
    const large = best(fill(piece, 65_536), 4);
    // 20 ms is the promise on a quiet machine; six times that leaves room for a busy one,
    // and a quadratic detector needs seconds.
    expect(large).toBeLessThan(120);
    expect(large / Math.max(small, 0.5)).toBeLessThan(16);
  });

  it.each(Object.entries(HOSTILE))('finishes a megabyte: %s', (_name, piece) => {
    expect(best(fill(piece, 1_048_576), 1)).toBeLessThan(2_000);
  });
});
