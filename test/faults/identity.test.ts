/** Names, certificates and tokens that are wrong, and become right while the process runs. */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createCertificates, type Flaws } from '../support/certificates.ts';
import { expectAccounted, FAILS, LOST } from './support/accounted.ts';
import { Backend, WIRES } from './support/backend.ts';
import { folder } from './support/folder.ts';
import { Gate } from './support/gate.ts';
import { APPS, type Orders, suffer } from './support/sufferer.ts';
import { replace, tlsFiles } from './support/tls-files.ts';

const OTLP = ['http/protobuf', 'grpc'] as const;
const SHORT = { patience: 1_500 };
const LONG = { patience: 40_000 };
/** Less than the half minute for which some clients keep an address. */
const MOVES = { patience: 20_000 };
/** What apps/spans.cjs says if it need not deliver anything at its end. */
const NOTHING_WAITS = 'ending 0\n';

/** An application that asks a DNS server of its own for the backend; `answer` says what that knows. */
function withDns(directory: string, env: Record<string, string>, orders: Orders, address: string) {
  const path = join(directory, 'dns');
  const answer = (now: string): void => replace(path, now);
  answer(address);
  const nodeArgs = ['--require', join(APPS, 'dns.cjs')];
  const sufferer = suffer({ ...named(env), FAULT_DNS: path }, orders, { nodeArgs });
  return { sufferer, answer, [Symbol.asyncDispose]: () => sufferer[Symbol.asyncDispose]() };
}

const NOBODY = '';
const HERE = '127.0.0.1';
/** Also this machine. */
const ELSEWHERE = '127.0.0.2';

const named = (env: Record<string, string>) =>
  Object.fromEntries(
    Object.entries(env).map(([name, value]) => [name, value.replace('127.0.0.1', 'backend.example')]),
  );

test.concurrent.each(WIRES)('%s: a name that nobody knows', async (wire) => {
  await using backend = await Backend.start(wire);
  await using files = folder();
  await using run = withDns(files.path, backend.env(), SHORT, NOBODY);
  expectAccounted(await run.sufferer.outcome, [], { unsent: 60, lines: [FAILS, LOST] });
});

const FIRST = [
  ['that is known later', NOBODY],
  ['of a dead address, and then of the right one', ELSEWHERE],
] as const;

test.concurrent.each(FIRST.flatMap(([what, address]) => WIRES.map((wire) => [wire, what, address] as const)))(
  '%s: a name %s',
  async (wire, _what, address) => {
    await using backend = await Backend.start(wire);
    await using files = folder();
    await using run = withDns(files.path, backend.env(), MOVES, address);
    await run.sufferer.app.waitForLine(FAILS, 'stderr');
    run.answer(HERE);
    const outcome = await run.sufferer.outcome;
    expectAccounted(outcome, backend.ids(), { outages: 1 });
    expect(outcome.exit.stdout).toBe(NOTHING_WAITS);
  },
);

test.concurrent.each(WIRES)('%s: a name that moves to another backend while it runs', async (wire) => {
  await using before = await Backend.start(wire);
  await using after = await Backend.start(wire);
  await using gate = await Gate.open(after.port, 'pass', { host: ELSEWHERE, port: before.port });
  await using files = folder();
  await using run = withDns(files.path, before.env(), { spans: 200, chunk: 4, every: 20, ...MOVES }, HERE);
  while (before.ids().length < 20) await sleep(10);
  run.answer(ELSEWHERE);
  await before.stop();
  const outcome = await run.sufferer.outcome;
  expectAccounted(outcome, [...before.ids(), ...after.ids()], { outages: 2, duplicates: 80 });
  expect(outcome.exit.stdout).toBe(NOTHING_WAITS);
  expect(after.ids().length).toBeGreaterThan(0);
  expect(gate.connections).toBeGreaterThan(0);
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
