/** The same environments, read by dd-trace itself and by us: moving over needs no change of them. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import type { DatadogSettings } from '../../../exporters/datadog/component.ts';
import { agentUrl } from '../../../exporters/datadog-agent/address.ts';
import { dogStatsDUrl } from '../../../exporters/dogstatsd/index.ts';
import { readSampling } from '../../../samplers/index.ts';
import { BUILT_IN_COMPONENTS } from '../../../src/box/components.ts';
import { loadConfig } from '../../../src/config/index.ts';
import { SettingsReader } from '../../../src/config/reader.ts';
import { formatProblem } from '../../../src/core/index.ts';

type Environment = Readonly<Record<string, string>>;

interface Understood {
  readonly service?: string;
  readonly environment?: string;
  readonly version?: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly url: string;
  readonly dogstatsd: string;
  readonly flushMinSpans: number;
  readonly sampleRate?: number;
  readonly rateLimit: number;
  readonly samplingRules: readonly number[];
  readonly reportHostname: boolean;
  readonly logInjection: boolean;
  readonly traceId128: boolean;
  readonly extract: readonly string[];
  readonly inject: readonly string[];
}

const rule = JSON.stringify([{ service: 'web', sample_rate: 0.25 }, { sample_rate: 1 }]);
/** What each variable is set to, and how many complaints of ours it is worth. */
const ENVIRONMENTS: readonly (readonly [env: Environment, complaints: number])[] = [
  [{}, 0],
  [{ DD_SERVICE: 'shop', DD_ENV: 'prod', DD_VERSION: '1.2.3' }, 0],
  [{ DD_SERVICE_NAME: 'shop' }, 0],
  [{ DD_SERVICE_NAME: 'second', DD_SERVICE: 'first' }, 0],
  [{ DD_TAGS: 'team:checkout,region:eu' }, 0],
  [{ DD_TAGS: 'team:checkout region:eu' }, 0],
  [{ DD_TAGS: 'url:http://a:1/b, empty:, bare , spaced : value ' }, 0],
  [{ DD_TAGS: 'team:a,:lost,region:eu' }, 1],
  [{ DD_TAGS: 'service:tagged,env:staging,version:3,team:a' }, 0],
  [{ DD_TAGS: 'team:a,region:eu', DD_TRACE_TAGS: 'team:b' }, 0],
  [{ DD_TRACE_GLOBAL_TAGS: 'team:b' }, 0],
  [{ OTEL_RESOURCE_ATTRIBUTES: 'team=otel,other=x', DD_TAGS: 'team:dd' }, 0],
  [{ DD_TRACE_AGENT_URL: 'http://agent:1234', DD_AGENT_HOST: 'ignored' }, 0],
  [{ DD_TRACE_URL: 'unix:///run/apm.socket' }, 0],
  [{ DD_AGENT_HOST: 'agent', DD_TRACE_AGENT_PORT: '1234' }, 0],
  [{ DD_TRACE_AGENT_HOSTNAME: 'agent' }, 0],
  [{ DD_TRACE_AGENT_PORT: '99999' }, 1],
  [{ DD_DOGSTATSD_HOST: 'stats', DD_DOGSTATSD_PORT: '18125' }, 0],
  [{ DD_DOGSTATSD_HOSTNAME: 'stats' }, 0],
  [{ DD_TRACE_PARTIAL_FLUSH_MIN_SPANS: '10' }, 0],
  [{ DD_TRACE_SAMPLE_RATE: '0.5', DD_TRACE_RATE_LIMIT: '7' }, 0],
  [{ DD_TRACE_SAMPLE_RATE: '1.5' }, 1],
  [{ DD_TRACE_SAMPLE_RATE: '-1' }, 1],
  [{ DD_TRACE_SAMPLE_RATE: 'half' }, 1],
  [{ DD_TRACE_RATE_LIMIT: 'many' }, 1],
  [{ DD_TRACE_RATE_LIMIT: '-1' }, 0],
  [{ DD_TRACE_SAMPLING_RULES: rule }, 0],
  [{ DD_TRACE_SAMPLING_RULES: '{"not": "a list"' }, 1],
  [{ DD_TRACE_REPORT_HOSTNAME: '1', DD_LOGS_INJECTION: 'false' }, 0],
  [{ DD_TRACE_REPORT_HOSTNAME: 'TRUE', DD_LOGS_INJECTION: '0' }, 0],
  [{ DD_TRACE_REPORT_HOSTNAME: 'yes', DD_LOGS_INJECTION: 'no' }, 2],
  [{ DD_TRACE_128_BIT_TRACEID_GENERATION_ENABLED: 'false' }, 0],
  [{ DD_TRACE_PROPAGATION_STYLE: 'b3multi, datadog' }, 0],
  [{ DD_TRACE_PROPAGATION_STYLE: 'datadog', DD_TRACE_PROPAGATION_STYLE_INJECT: 'tracecontext' }, 0],
  [{ DD_TRACE_PROPAGATION_STYLE_EXTRACT: 'tracecontext', OTEL_PROPAGATORS: 'b3' }, 0],
];

let theirs: Understood[];

beforeAll(() => {
  const app = join(import.meta.dirname, 'apps', 'dd-trace-config.cjs');
  const input = JSON.stringify(ENVIRONMENTS.map(([env]) => env));
  const { PATH = '' } = process.env;
  const answer = execFileSync(process.execPath, [app], { input, env: { PATH }, encoding: 'utf8' });
  // Warnings of dd-trace's own come before.
  theirs = JSON.parse(answer.trim().split('\n').at(-1) ?? '') as Understood[];
}, 60_000);

/** The same out of our configuration. */
function ours(env: Environment) {
  const { config, problems } = loadConfig({
    env: { SIGNALBOX_BACKEND: 'datadog', ...env },
    components: BUILT_IN_COMPONENTS,
  });
  const settings = config.exporters.find(({ name }) => name === 'datadog')?.settings as DatadogSettings;
  const none = () => false;
  const statsd = dogStatsDUrl({ ...settings.dogstatsd, agentHost: settings.hostname }, none, none);
  const sampling = readSampling(new SettingsReader({ env }));
  const rates = sampling.rules.map(({ rate }) => (rate.kind === 'fixed' ? rate.rate : Number.NaN));
  const hasRate = env.DD_TRACE_SAMPLE_RATE !== undefined && rates.length > 0;
  const { attributes } = config.resource;
  const tags = Object.entries(attributes).filter(([key]) => !DEDICATED.has(key));
  const { name, environment, version } = config.service;
  const understood: Understood = {
    ...(name === undefined ? {} : { service: name }),
    ...(environment === undefined ? {} : { environment }),
    ...(version === undefined ? {} : { version }),
    tags: Object.fromEntries(tags),
    url: agentUrl(settings, none),
    dogstatsd: statsd.url.replace('udp://', ''),
    flushMinSpans: settings.maxChunkSpans,
    ...(hasRate ? { sampleRate: rates.at(-1) as number } : {}),
    rateLimit: sampling.rateLimit,
    samplingRules: hasRate ? rates.slice(0, -1) : rates,
    reportHostname: settings.reportHostname,
    logInjection: settings.logsInjection,
    traceId128: config.propagation.traceId128,
    extract: config.propagation.extract,
    inject: config.propagation.inject,
  };
  return { understood, lines: problems.map(formatProblem) };
}

/** What has a place of its own, and what only we say. */
const DEDICATED = new Set(['service', 'env', 'version', 'dd_llmobs_enabled']);

/** Where nothing is set, each looks at the package.json in its own way; with a URL, each finds DogStatsD so. */
function comparable(all: Understood, env: Environment): Partial<Understood> {
  const { service, version, dogstatsd, ...rest } = all;
  const hasName = /SERVICE|service:/.test(JSON.stringify(env));
  const hasVersion = /VERSION|version:/.test(JSON.stringify(env));
  const hasUrl = env.DD_TRACE_AGENT_URL !== undefined || env.DD_TRACE_URL !== undefined;
  return {
    ...rest,
    ...(hasName ? { service } : {}),
    ...(hasVersion ? { version } : {}),
    ...(hasUrl ? {} : { dogstatsd }),
  };
}

test.each(ENVIRONMENTS.map(([env, complaints], index) => [env, complaints, index] as const))(
  '%j',
  (env, complaints, index) => {
    const { understood, lines } = ours(env);
    expect(comparable(understood, env)).toEqual(comparable(theirs[index] as Understood, env));
    expect(lines).toHaveLength(complaints);
  },
);
