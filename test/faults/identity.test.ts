/** Names, certificates and tokens that are wrong, and become right while the process runs. */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createCertificates, type Flaws } from '../support/certificates.ts';
import { expectAccounted, FAILS, LOST } from './support/accounted.ts';
import { Backend, WIRES } from './support/backend.ts';
import { folder } from './support/folder.ts';
import { APPS, suffer } from './support/sufferer.ts';
import { replace, tlsFiles } from './support/tls-files.ts';

const OTLP = ['http/protobuf', 'grpc'] as const;
const SHORT = { patience: 1_500 };
const LONG = { patience: 40_000 };
/** Longer than the first failure. */
const UNTIL_THEN = { FAULT_DNS_AFTER: '2500' };
const DNS = { nodeArgs: ['--require', join(APPS, 'dns.cjs')] };

const named = (env: Record<string, string>) =>
  Object.fromEntries(
    Object.entries(env).map(([name, value]) => [name, value.replace('127.0.0.1', 'backend.example')]),
  );

test.concurrent.each(WIRES)('%s: a name that nobody knows', async (wire) => {
  await using backend = await Backend.start(wire);
  await using sufferer = suffer({ ...named(backend.env()), FAULT_DNS_AFTER: '1e9' }, SHORT, DNS);
  expectAccounted(await sufferer.outcome, [], { unsent: 60, lines: [FAILS, LOST] });
});

test.concurrent.each(WIRES)('%s: a name that is known later', async (wire) => {
  await using backend = await Backend.start(wire);
  await using sufferer = suffer({ ...named(backend.env()), ...UNTIL_THEN }, LONG, DNS);
  expectAccounted(await sufferer.outcome, backend.ids(), { outages: 1 });
});

const good = createCertificates();

const FLAWS: readonly [what: string, flaws: Flaws, isMutual: boolean][] = [
  ['has expired', { days: -1 }, false],
  ['is for another host', { host: 'elsewhere.example' }, false],
  ['is of another authority', {}, false],
  ['wants one of ours, and there is none', {}, true],
];

const FLAWED = OTLP.flatMap((wire) => FLAWS.map(([what, ...rest]) => [wire, what, ...rest] as const));

test.concurrent.each(FLAWED)(
  '%s: the certificate %s: it waits and says so',
  async (wire, what, flaws, isMutual) => {
    const mine = createCertificates(flaws);
    const theirs = what.includes('authority') ? createCertificates() : mine;
    await using backend = await Backend.start(wire, {
      tls: { ...theirs.server, ...(isMutual ? { ca: theirs.ca } : {}) },
    });
    await using files = folder();
    const env = { ...backend.env(), ...tlsFiles(files.path, mine, !isMutual) };
    await using sufferer = suffer(env, SHORT);
    expectAccounted(await sufferer.outcome, backend.ids(), { unsent: 60, lines: [FAILS, LOST] });
    expect(backend.ids()).toEqual([]);
  },
);

test.concurrent.each(OTLP)('%s: certificates of both sides are replaced while it runs', async (wire) => {
  const next = createCertificates();
  const tls = { ...good.server, ca: good.ca };
  await using backend = await Backend.start(wire, { tls });
  await using files = folder();
  const env = { ...backend.env(), ...tlsFiles(files.path, good) };
  await using sufferer = suffer(env, { spans: 200, chunk: 4, every: 20, ...LONG });
  while (backend.ids().length < 20) await sleep(10);
  await backend.stop();
  Object.assign(tls, { ...next.server, ca: next.ca });
  await backend.start();
  await sleep(500);
  tlsFiles(files.path, next);
  expectAccounted(await sufferer.outcome, backend.ids(), { outages: 3, duplicates: 80 });
});

test.concurrent.each(OTLP)('%s: a token that changes five times', async (wire) => {
  let token = 0;
  await using backend = await Backend.start(wire, {
    authorize: ({ 'x-key': key }) => key === `token-${token}`,
  });
  await using files = folder();
  const path = join(files.path, 'headers');
  replace(path, 'x-key=token-0');
  const env = { ...backend.env(), SIGNALBOX_OTLP_HEADERS_FILE: path };
  await using sufferer = suffer(env, { spans: 300, chunk: 4, every: 20, ...LONG });
  for (let rotation = 1; rotation <= 5; rotation++) {
    const before = backend.ids().length;
    while (backend.ids().length < before + 10) await sleep(5);
    replace(path, `x-key=token-${rotation}`);
    token = rotation;
  }
  const outcome = await sufferer.outcome;
  expectAccounted(outcome, backend.ids(), { outages: 2 });
  expect(outcome.exit.stderr).not.toContain('token-');
});
