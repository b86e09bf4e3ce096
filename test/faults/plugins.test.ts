/** Plug-ins that break their contract, beside a backend that works. */
import { join } from 'node:path';
import { Backend, WIRES } from './support/backend.ts';
import { APPS, suffer } from './support/sufferer.ts';

/** What becomes of the 20 spans at the plug-in's exporter. */
const EXPORTERS: readonly [what: string, doors: readonly string[]][] = [
  ['throws', ['rejected']],
  ['calls back twice', ['delivered']],
  ['calls back and throws', ['delivered']],
  ['calls back with nothing', ['rejected']],
  ['never calls back', ['exit', 'unconfirmed']],
];
const ORDERS = { spans: 20, chunk: 20, patience: 6_000 };
const PLUGIN = { SIGNALBOX_PLUGINS: join(APPS, 'bad-plugins.cjs'), OTEL_BSP_EXPORT_TIMEOUT: '1000' };

const BESIDE = WIRES.flatMap((wire) => EXPORTERS.map(([what, doors]) => [wire, what, doors] as const));

test.concurrent.each(BESIDE)('%s beside an exporter that %s', async (wire, what, doors) => {
  await using backend = await Backend.start(wire);
  const own = wire === 'datadog' ? 'datadog' : 'otlp';
  const env = { ...backend.env(), ...PLUGIN, FAULT_PLUGIN: what, OTEL_TRACES_EXPORTER: `acme,${own}` };
  await using sufferer = suffer(env, ORDERS);
  const { exit, report, ended } = await sufferer.outcome;
  expect([exit.code, exit.signal, report?.errors]).toEqual([0, null, []]);
  expect([...backend.ids()].sort()).toEqual([...ended].sort());
  const stats = report?.stats ?? [];
  expect(stats.find(({ destination }) => destination === own)).toMatchObject({ accepted: 20, delivered: 20 });
  const { accepted, delivered, rejected, dropped } =
    stats.find(({ destination }) => destination === 'acme') ?? {};
  const counts: Record<string, number | undefined> = { delivered, rejected, ...dropped };
  expect(accepted).toBe(20);
  expect(doors.reduce((sum, door) => sum + (counts[door] ?? 0), 0)).toBe(20);
});

test.concurrent.each(
  WIRES.flatMap((wire) => ['processor throws', 'processor rejects'].map((what) => [wire, what] as const)),
)('%s behind a %s', async (wire, what) => {
  await using backend = await Backend.start(wire);
  await using sufferer = suffer({ ...backend.env(), ...PLUGIN, FAULT_PLUGIN: what }, ORDERS);
  const { exit, report, ended } = await sufferer.outcome;
  expect([exit.code, exit.signal, report?.errors]).toEqual([0, null, []]);
  expect([...backend.ids()].sort()).toEqual([...ended].sort());
  expect(report?.stats).toEqual([expect.objectContaining({ accepted: 20, delivered: 20 })]);
});
