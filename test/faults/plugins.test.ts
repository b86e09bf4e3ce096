/** Plug-ins that break their contract, beside a backend that works. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ExpectedBooks, expectAccounted, expectBooks, LOST } from './support/accounted.ts';
import { Backend, WIRES } from './support/backend.ts';
import { APPS, suffer } from './support/sufferer.ts';

/** What becomes of the 20 spans at the plug-in's exporter, and what is said about it. */
const EXPORTERS: readonly [what: string, books: ExpectedBooks, lines: readonly RegExp[]][] = [
  ['throws', { lost: { rejected: 20 } }, [/acme.* fails: the plug-in is broken/, LOST]],
  ['calls back twice', {}, []],
  ['calls back and throws', {}, []],
  ['calls back with nothing', { lost: { rejected: 20 } }, [/acme.* fails: .*gave no reason/, LOST]],
  ['never calls back', { unsent: 20, duplicates: 1_000 }, [/acme.* fails: no answer within/, LOST]],
];
const ORDERS = { spans: 20, chunk: 20, patience: 6_000 };
const PLUGIN = { SIGNALBOX_PLUGINS: join(APPS, 'bad-plugins.cjs'), OTEL_BSP_EXPORT_TIMEOUT: '1000' };

/** What apps/bad-plugins.cjs was given to export. */
function givenTo(directory: string): string[] {
  const path = join(directory, 'acme');
  return existsSync(path) ? readFileSync(path, 'utf8').split('\n').slice(0, -1) : [];
}

const BESIDE = WIRES.flatMap((wire) => EXPORTERS.map(([what, ...rest]) => [wire, what, ...rest] as const));

test.concurrent.each(BESIDE)('%s beside an exporter that %s', async (wire, what, books, lines) => {
  await using backend = await Backend.start(wire);
  const own = wire === 'datadog' ? 'datadog' : 'otlp';
  const env = { ...backend.env(), ...PLUGIN, FAULT_PLUGIN: what, OTEL_TRACES_EXPORTER: `acme,${own}` };
  await using sufferer = suffer(env, ORDERS);
  const outcome = await sufferer.outcome;
  expectAccounted(outcome, backend.ids(), { destination: own, lines });
  expectBooks(outcome, givenTo(sufferer.directory), { destination: 'acme', ...books });
  expect(outcome.report?.stats.map(({ destination }) => destination)).toEqual(['acme', own]);
});

const PROCESSORS = [
  ['processor throws', /ERROR a span processor failed: the plug-in is broken/],
  ['processor rejects', /ERROR the last flush failed: the plug-in is broken/],
] as const;

test.concurrent.each(WIRES.flatMap((wire) => PROCESSORS.map(([what, line]) => [wire, what, line] as const)))(
  '%s behind a %s',
  async (wire, what, line) => {
    await using backend = await Backend.start(wire);
    await using sufferer = suffer({ ...backend.env(), ...PLUGIN, FAULT_PLUGIN: what }, ORDERS);
    expectAccounted(await sufferer.outcome, backend.ids(), { lines: [line] });
  },
);
