import { ProviderSource } from '../../../exporters/credentials/index.ts';
import type { Credentials } from '../../../src/core/index.ts';
import { manualHost, settle } from '../support/manual-host.ts';

/** A provider whose fetches the test answers one by one. */
function setUp() {
  const time = manualHost();
  const asked: { give(credentials: Credentials): void; fail(error: unknown): void; signal: AbortSignal }[] =
    [];
  const provider = {
    get: (signal: AbortSignal) =>
      new Promise<Credentials>((give, fail) => {
        asked.push({ give, fail, signal });
      }),
  };
  const source = new ProviderSource('vault', provider, time.host);
  const token = (value: string, life?: number): Credentials => ({
    headers: { Authorization: value },
    ...(life === undefined ? {} : { expiresAt: time.now() + life }),
  });
  const first = async (value: string, life?: number) => {
    const got = source.get(1_000);
    asked[0]?.give(token(value, life));
    return got;
  };
  return { ...time, asked, source, token, first };
}

test('however many ask, it is fetched once', async () => {
  const { asked, source, token } = setUp();
  const all = Promise.all([source.get(1_000), source.get(1_000), source.get(1_000)]);
  expect(asked).toHaveLength(1);
  asked[0]?.give(token('a'));
  expect(await all).toEqual(Array(3).fill({ headers: { authorization: 'a' } }));
  await source.get(1_000);
  expect(asked).toHaveLength(1);
});

test('when most of its life is over it is fetched anew, and nobody waits for it', async () => {
  const { asked, source, token, first, advance } = setUp();
  await first('a', 100_000);
  await advance(79_000);
  await source.get(1_000);
  expect(asked).toHaveLength(1);
  await advance(2_000);
  expect(await source.get(1_000)).toEqual({ headers: { authorization: 'a' } });
  expect(await source.get(1_000)).toEqual({ headers: { authorization: 'a' } });
  expect(asked).toHaveLength(2);
  asked[1]?.give(token('b', 100_000));
  await settle();
  expect(await source.get(1_000)).toEqual({ headers: { authorization: 'b' } });
});

test('what has run out is never used, not even when the provider fails', async () => {
  const { asked, source, first, advance } = setUp();
  await first('a', 60_000);
  await advance(60_000);
  const got = source.get(1_000);
  asked[1]?.fail(Object.assign(new Error('token s3cr3t is bad'), { code: 'ECONNREFUSED' }));
  expect(await got).toEqual({ missing: 'the credentials "vault" failed (ECONNREFUSED)' });
});

test('what still holds is used while the provider fails, which is one line without its words', async () => {
  const { asked, source, first, advance, lines } = setUp();
  await first('a', 100_000);
  for (let attempt = 1; attempt <= 3; attempt++) {
    await advance(attempt === 1 ? 85_000 : 2_000);
    expect(await source.get(1_000)).toEqual({ headers: { authorization: 'a' } });
    asked[attempt]?.fail(new Error('s3cr3t'));
    await settle();
  }
  expect(lines).toEqual(['warn the credentials "vault" failed; going on with those it gave before']);
});

test.each<[what: string, given: unknown, missing: string]>([
  ['no headers', { headers: {} }, 'gave no headers that HTTP allows'],
  ['nothing', undefined, 'gave no headers that HTTP allows'],
  ['a line break', { headers: { a: 's3cr3t\r\nb: c' } }, 'gave no headers that HTTP allows'],
  ['a number', { headers: { a: 1 } }, 'gave no headers that HTTP allows'],
  ['what has expired', { headers: { a: '1' }, expiresAt: -1 }, 'gave something that has expired'],
])('a provider that gives %s', async (_what, given, missing) => {
  const { asked, source } = setUp();
  const got = source.get(1_000);
  asked[0]?.give(given as Credentials);
  expect(await got).toEqual({ missing: `the credentials "vault" ${missing}` });
});

test('a provider that throws at once', async () => {
  const { host } = manualHost();
  const provider = {
    get: (): never => {
      throw new Error('s3cr3t');
    },
  };
  expect(await new ProviderSource('vault', provider, host).get(1_000)).toEqual({
    missing: 'the credentials "vault" failed',
  });
});

test('a provider that does not answer is given up, and its late answer is not used', async () => {
  const { asked, source, token, advance } = setUp();
  const got = source.get(60_000);
  await advance(10_000);
  expect(await got).toEqual({ missing: 'the credentials "vault" gave no answer within 10 s' });
  expect(asked[0]?.signal.aborted).toBe(true);
  asked[0]?.give(token('late'));
  await settle();
  expect(source.now()).toEqual({ missing: 'the credentials "vault" gave no answer within 10 s' });
});

test('a request waits no longer than its own time', async () => {
  const { source, advance } = setUp();
  const got = source.get(500);
  await advance(500);
  expect(await got).toEqual({ missing: 'the credentials "vault" has given nothing yet' });
});

test('a provider that fails is not stormed, and is asked again without a request while somebody listens', async () => {
  const { asked, source, token, advance } = setUp();
  let changes = 0;
  const end = source.onChange(() => changes++);
  const got = source.get(1_000);
  asked[0]?.fail(new Error());
  await got;
  await Promise.all([source.get(1_000), source.get(1_000)]);
  expect(asked).toHaveLength(1);
  await advance(1_010);
  expect(asked).toHaveLength(2);
  asked[1]?.give(token('b'));
  await settle();
  expect(changes).toBe(1);
  end();
});

test('refused credentials are fetched anew, unless they are the newest there are', async () => {
  const { asked, source, token, first, advance } = setUp();
  await first('a');
  expect(await source.refused({ authorization: 'a' }, 1_000)).toBe(false);
  await advance(1_000);
  const refused = source.refused({ authorization: 'a' }, 1_000);
  expect(asked).toHaveLength(2);
  asked[1]?.give(token('b'));
  expect(await refused).toBe(true);
  expect(await source.refused({ authorization: 'a' }, 1_000)).toBe(true);
  expect(asked).toHaveLength(2);
});

test('their age', async () => {
  const { source, first, advance } = setUp();
  expect(source.age()).toBeUndefined();
  await first('a');
  await advance(7_000);
  expect(source.age()).toBe(7_000);
});
