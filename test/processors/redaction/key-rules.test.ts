import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { KeyRules, splitWords } from '../../../processors/redaction/key-rules.ts';

const VECTORS = JSON.parse(readFileSync(join(__dirname, '../../vectors/redaction-keys.json'), 'utf8')) as {
  block: string[];
  keep: string[];
};

describe('key rules', () => {
  const rules = new KeyRules();

  it.each(VECTORS.block)('block %s', (key) => expect(rules.judge(key).blocked).toBe(true));

  it('touch none of the harmless names', () => {
    expect(VECTORS.keep.filter((key) => rules.judge(key).blocked)).toEqual([]);
  });

  it('honour allowed and blocked keys, with * as wildcard, allowed ones first', () => {
    const own = new KeyRules({
      allowKeys: ['db.password', 'public.*'],
      blockKeys: ['acme.*.pin', 'tenant', 'public.*'],
    });
    expect(own.judge('db.password')).toMatchObject({ blocked: false, allowed: true });
    expect(own.judge('public.secret').blocked).toBe(false);
    expect(own.judge('acme.user.PIN').blocked).toBe(true);
    expect(own.judge('acme.pin').blocked).toBe(false);
    expect(own.judge('tenant').blocked).toBe(true);
    expect(own.judge('tenant.id').blocked).toBe(false);
  });

  it('judge ten thousand different keys and still know the first', () => {
    for (let index = 0; index < 10_000; index++) rules.judge(`key.${index}`);
    expect(rules.judge('user.password').blocked).toBe(true);
  });

  it('judge a key of a million characters by its end', () => {
    expect(rules.judge(`${'a.'.repeat(500_000)}password`).blocked).toBe(true);
  });
});

describe('splitWords', () => {
  it.each([
    ['http.request.header.x-api-key', ['http', 'request', 'header', 'x', 'api', 'key']],
    ['dbPassword', ['db', 'password']],
    ['OPENAI_API_KEY', ['openai', 'api', 'key']],
    ['HTTPSToken', ['https', 'token']],
    ['PHPSESSID', ['phpsessid']],
    ['', []],
    ['...', []],
  ])('splits %s', (key, expected) => expect(splitWords(key)).toEqual(expected));
});
