import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  datadogExporter,
  datadogTracer,
  reportIgnoredDatadogVariables,
} from '../../../exporters/datadog/index.ts';
import { agentUrl, describeAddress, targetOf } from '../../../exporters/datadog-agent/address.ts';
import { entityHeaders, readEntity, standaloneHost } from '../../../exporters/datadog-agent/index.ts';
import { dogStatsDUrl } from '../../../exporters/dogstatsd/index.ts';
import { loadConfig } from '../../../src/config/index.ts';
import { formatProblem, type Problem } from '../../../src/core/index.ts';
import { DatadogAgent } from '../../support/datadog-agent.ts';
import { span } from '../../support/spans.ts';

function settings(env: Record<string, string>) {
  const { config, problems } = loadConfig({
    env: { OTEL_TRACES_EXPORTER: 'datadog', ...env },
    components: [datadogExporter],
  });
  const chosen = config.exporters.find(({ name }) => name === 'datadog');
  const mistakes = problems.filter(({ source }) => source.startsWith('DD_'));
  return { settings: chosen?.settings as Parameters<typeof datadogExporter.create>[0], mistakes };
}

describe('the address of the trace Agent', () => {
  const none = () => false;
  const socket = (path: string) => path === '/var/run/datadog/apm.socket';

  test.each([
    ['nothing set', {}, none, 'http://127.0.0.1:8126'],
    ['nothing set, the socket is there', {}, socket, 'unix:///var/run/datadog/apm.socket'],
    ['DD_AGENT_HOST', { DD_AGENT_HOST: 'a' }, socket, 'http://a:8126'],
    ['its alias', { DD_TRACE_AGENT_HOSTNAME: 'b' }, socket, 'http://b:8126'],
    ['DD_TRACE_AGENT_PORT', { DD_TRACE_AGENT_PORT: '9' }, socket, 'http://127.0.0.1:9'],
    ['an IPv6 host', { DD_AGENT_HOST: '::1' }, none, 'http://[::1]:8126'],
    ['the URL wins', { DD_TRACE_AGENT_URL: 'http://u:1', DD_AGENT_HOST: 'a' }, socket, 'http://u:1'],
    ['the alias of the URL', { DD_TRACE_URL: 'unix:///x.sock' }, none, 'unix:///x.sock'],
  ] as const)('%s', (_name, env, exists, expected) => {
    expect(agentUrl(settings(env).settings, exists)).toBe(expected);
  });

  test.each([
    ['http://h:1/base/', { host: 'h', port: 1, prefix: '/base', secure: false }],
    ['https://h', { host: 'h', port: 443, prefix: '', secure: true }],
    ['http://[::1]:8126', { host: '::1', port: 8126, prefix: '', secure: false }],
    ['unix:///a/b.sock', { socketPath: '/a/b.sock', prefix: '', secure: false }],
    ['unix://./pipe/dd', { socketPath: '\\\\.\\pipe\\dd', prefix: '', secure: false }],
  ])('%s is reached at its parts', (url, expected) => {
    expect(targetOf(url)).toEqual(expected);
  });

  test('messages show no path and no password', () => {
    expect(describeAddress('http://user:secret@h:1/key')).toBe('h:1');
  });
});

describe('the address of DogStatsD', () => {
  const nothing = () => false;
  const all = () => true;

  test.each([
    ['nothing set', {}, nothing, { url: 'udp://127.0.0.1:8125' }],
    ['the socket is there and usable', {}, all, { url: 'unix:///var/run/datadog/dsd.socket' }],
    ['a URL', { url: 'udp://x:1', hostname: 'y' }, all, { url: 'udp://x:1' }],
    ['host and port', { hostname: 'h', port: 7 }, all, { url: 'udp://h:7' }],
    ['only a port', { port: 7, agentHost: 'a' }, all, { url: 'udp://a:7' }],
    ['the host of the Agent', { agentHost: 'a' }, all, { url: 'udp://a:8125' }],
    [
      'the URL of the Agent',
      { agentUrl: 'http://a:1' },
      all,
      { url: 'http://a:1', fallbackUrl: 'udp://a:8125' },
    ],
    [
      'the socket of the Agent',
      { agentUrl: 'unix:///s' },
      all,
      { url: 'http+unix:///s', fallbackUrl: 'udp://127.0.0.1:8125' },
    ],
  ])('%s', (_name, address, has, expected) => {
    expect(dogStatsDUrl(address, has, has)).toEqual(expected);
  });
});

describe('the component', () => {
  test('an empty environment is right; nonsense is reported and replaced', () => {
    expect(settings({}).mistakes).toEqual([]);
    const { mistakes, settings: used } = settings({
      DD_TRACE_AGENT_PORT: 'many',
      DD_TRACE_AGENT_URL: 'ftp://x',
    });
    expect(mistakes.map(({ source }) => source).sort()).toEqual([
      'DD_TRACE_AGENT_PORT',
      'DD_TRACE_AGENT_URL',
    ]);
    expect(used.url).toBeUndefined();
  });

  test('both signals reach the Agent that the environment names', async () => {
    const agent = await DatadogAgent.start();
    const env = { DD_TRACE_AGENT_URL: agent.url, DD_HOSTNAME: 'web-1', DD_EXTERNAL_ENV: 'it-1' };
    const instance = datadogExporter.create(settings(env).settings, standaloneHost());
    expect(instance.describe()).toBe(`Datadog Agent at 127.0.0.1:${agent.port}`);
    const exporter = instance.traces?.();
    await new Promise<void>((resolve) => exporter?.export([span()], () => resolve()));
    expect(agent.spans[0]?.meta['_dd.hostname']).toBe('web-1');
    expect(agent.requests[0]?.headers['datadog-external-env']).toBe('it-1');
    await exporter?.shutdown();
    await instance.metrics?.().shutdown();
    await agent.stop();
  });
});

describe('who this process is', () => {
  const ID = 'a'.repeat(64);
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'sb-cgroup-'));
    mkdirSync(join(root, 'proc/self'), { recursive: true });
    mkdirSync(join(root, 'sys/fs/cgroup/memory/job'), { recursive: true });
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));
  const cgroup = (text: string) => writeFileSync(join(root, 'proc/self/cgroup'), text);

  test.each([
    ['Docker', `13:name=systemd:/docker/${ID}\n`, ID],
    ['a systemd scope', `1:name=systemd:/kubepods.slice/docker-${ID}.scope\n`, ID],
    ['ECS', `9:perf_event:/ecs/task/${'b'.repeat(32)}-1234567\n`, `${'b'.repeat(32)}-1234567`],
    ['a UUID', '1:x:/ecs/34dc0b5e-626f-2c5c-4c51-70e34b10e765\n', '34dc0b5e-626f-2c5c-4c51-70e34b10e765'],
    [
      'PCF',
      '1:x:/system.slice/garden.service/34dc0b5e-626f-2c5c-4c51-70e3\n',
      '34dc0b5e-626f-2c5c-4c51-70e3',
    ],
  ])('%s', (_name, text, containerId) => {
    cgroup(text);
    const entity = readEntity(root);
    expect(entity).toEqual({ containerId, entityId: `ci-${containerId}` });
  });

  test('without a container id, the inode of the cgroup', () => {
    cgroup('4:memory:/job\n0::/nowhere\n');
    expect(readEntity(root).entityId).toMatch(/^in-\d+$/);
  });

  test('outside Linux nothing is known', () => {
    expect(readEntity(join(root, 'nowhere'))).toEqual({});
    expect(entityHeaders({})).toEqual({});
  });
});

describe('dd-trace beside us', () => {
  test('variables of dd-trace that mean nothing here are named once', () => {
    const problems: Problem[] = [];
    const env = {
      DD_PROFILING_ENABLED: 'true',
      DD_APPSEC_ENABLED: '1',
      DD_SERVICE: 'x',
      DD_MINE: 'y',
      DD_IAST_ENABLED: '',
    };
    reportIgnoredDatadogVariables(env, new Set(['DD_SERVICE']), (problem) => problems.push(problem));
    expect(problems.map(formatProblem)).toEqual([
      'DD_APPSEC_ENABLED, DD_PROFILING_ENABLED: are settings of dd-trace. Ignoring them. [CFG013]',
    ]);
  });

  test.each([
    ['nothing', { globals: {}, modules: ['/app/node_modules/express/index.js'], env: {} }, undefined],
    ['a preload', { globals: {}, modules: [], preloads: ['-r', 'dd-trace/init'], env: {} }, /to be loaded/],
    [
      'a preload in NODE_OPTIONS',
      { globals: {}, modules: [], preloads: ['--import=dd-trace/register.js'], env: {} },
      /to be loaded/,
    ],
    ['its global', { globals: { [Symbol.for('dd-trace')]: {} }, modules: [], env: {} }, /already loaded/],
    [
      'its module',
      { globals: {}, modules: ['/app/node_modules/dd-trace/init.js'], env: {} },
      /already loaded/,
    ],
    ['its switch', { globals: {}, modules: [], env: { DD_TRACE_OTEL_ENABLED: 'true' } }, /take over/],
    ['its switch, off', { globals: {}, modules: [], env: { DD_TRACE_OTEL_ENABLED: 'false' } }, undefined],
  ])('%s is seen', (_name, signs, message) => {
    const found = datadogTracer(signs);
    if (message) expect(found.message).toMatch(message);
    else expect(found.message).toBeUndefined();
  });
});
