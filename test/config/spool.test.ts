import { load } from './stand-ins.ts';

const MIB = 1024 * 1024;

test('without a directory there is no spool', () => {
  expect(load({}).config.spool).toBeUndefined();
});

test('with one everything else has a default', () => {
  expect(load({ SIGNALBOX_SPOOL_DIR: '/var/spool/shop' }).config.spool).toEqual({
    directory: '/var/spool/shop',
    mode: 'on-failure',
    fsync: false,
    maxBytes: 256 * MIB,
    maxAge: 86_400_000,
  });
});

test('all of it in the file', () => {
  const yaml = `resilience: { spool: { dir: /spool, mode: write-ahead, fsync: true, max_bytes: 1000000, max_age_ms: 60000 } }`;
  const { config, lines } = load({}, yaml);
  expect(config.spool).toEqual({
    directory: '/spool',
    mode: 'write-ahead',
    fsync: true,
    maxBytes: 1_000_000,
    maxAge: 60_000,
  });
  expect(lines).toEqual([]);
});

const MISTAKES: [name: string, value: string][] = [
  ['SIGNALBOX_SPOOL_MODE', 'always'],
  ['SIGNALBOX_SPOOL_FSYNC', 'sometimes'],
  ['SIGNALBOX_SPOOL_MAX_BYTES', '12'],
  ['SIGNALBOX_SPOOL_MAX_AGE', 'a day'],
];
test.each(MISTAKES)('%s=%s is one problem, with or without a directory', (name, value) => {
  for (const directory of [{}, { SIGNALBOX_SPOOL_DIR: '/spool' }]) {
    const { lines } = load({ ...directory, [name]: value });
    expect(lines).toEqual([expect.stringContaining(name)]);
  }
});
