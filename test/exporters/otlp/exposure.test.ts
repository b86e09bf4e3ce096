import { isExposed, withholdKeys } from '../../../exporters/otlp/exposure.ts';

test.each<[target: Parameters<typeof isExposed>[0], exposed: boolean]>([
  ['http://collector:4318/v1/traces', true],
  ['http://10.0.0.7/v1/traces', true],
  ['http://127.0.0.1.example.com/', true],
  ['https://collector/v1/traces', false],
  ['http://localhost:4318/', false],
  ['http://api.localhost:4318/', false],
  ['http://127.0.0.53:4318/', false],
  ['http://[::1]:4318/', false],
  [{ address: 'collector:4317', secure: false }, true],
  [{ address: 'collector:4317', secure: true }, false],
  [{ address: 'localhost:4317', secure: false }, false],
  [{ address: 'unix:///run/otlp.sock', secure: false }, false],
])('%j is in the clear for others: %s', (target, exposed) => {
  expect(isExposed(target)).toBe(exposed);
});

test('keys are withheld, other headers travel', () => {
  const headers = {
    authorization: 'a',
    'x-api-key': 'b',
    'x-honeycomb-team': 'c',
    'x-scope-orgid': 'tenant',
  };
  const { headers: kept, withheld } = withholdKeys('http://collector:4318/', headers);
  expect(kept).toEqual({ 'x-scope-orgid': 'tenant' });
  expect(withheld).toEqual(['authorization', 'x-api-key', 'x-honeycomb-team']);
  expect(withholdKeys('https://collector/', headers)).toMatchObject({ headers, withheld: [] });
});

test('so are user and password of the endpoint', () => {
  expect(withholdKeys('http://me:secret@collector:4318/', {}).target).toBe('http://collector:4318/');
  const grpc = { address: 'collector:4317', secure: false, credentials: 'me:secret' };
  expect(withholdKeys(grpc, {}).target).toEqual({ address: 'collector:4317', secure: false });
});
