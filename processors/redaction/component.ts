import {
  defineComponent,
  type EnvReader,
  errorMessage,
  type Host,
  readBoundedFile,
} from '../../src/core/index.ts';
import { RedactionLogProcessor } from './log-processor.ts';
import { RedactionMetricExporter } from './metric-exporter.ts';
import type { RedactorOptions } from './options.ts';
import { createRedactor, type Redactor } from './redactor.ts';
import { RedactionProcessor } from './span-processor.ts';
import type { Summary } from './summary.ts';
import * as variables from './variables.ts';

/** Of a file with a key. HMAC has no use for more than the block of its hash. */
const MAX_KEY_BYTES = 65_536;

/** Settings of the component. */
export interface RedactionConfig extends RedactorOptions {
  readonly enabled: boolean;
  readonly summary: Summary;
  /** A file with the key of the hashes, read when the component is created. */
  readonly hmacKeyFile?: string;
}

/** Addresses of clients and the headers they travel in. Source: semantic conventions and dd-trace. */
const CLIENT_IP_KEYS = [
  'client.address',
  'client.socket.address',
  'http.client_ip',
  'network.client.ip',
  ...[
    'x-forwarded-for',
    'x-real-ip',
    'true-client-ip',
    'x-client-ip',
    'forwarded',
    'x-cluster-client-ip',
    'fastly-client-ip',
    'cf-connecting-ip',
    'cf-connecting-ipv6',
  ].map((header) => `http.request.header.${header}`),
];

/** Removes secrets and personal data from everything that leaves the process. */
export const redaction = defineComponent({
  kind: 'processor',
  name: 'redaction',
  stability: 'beta',
  doc: 'Removes secrets and personal data from everything that leaves the process.',
  variables: variables.VARIABLES,
  fromEnv,
  create(config, host) {
    if (!config.enabled) return {};
    const redactor = redactorFor(config, host);
    const { summary } = config;
    return {
      spans: (next) => new RedactionProcessor(next, redactor, summary),
      logs: (next) => new RedactionLogProcessor(next, redactor, summary),
      metrics: (next) => new RedactionMetricExporter(next, redactor),
    };
  },
});

/** A redactor as configured, for the texts of the distro itself: log lines, error messages. */
export function redactorOf(config: RedactionConfig, host: Host): Redactor | undefined {
  return config.enabled ? redactorFor(config, host) : undefined;
}

/** By configuration: one redactor serves the chain and our own lines, as its tables take time to make. */
const made = new WeakMap<
  RedactionConfig,
  { readonly counters: Host['counters']; readonly redactor: Redactor }
>();

function redactorFor(config: RedactionConfig, host: Host): Redactor {
  const before = made.get(config);
  if (before?.counters === host.counters) return before.redactor;
  const redactor = newRedactor(config, host);
  made.set(config, { counters: host.counters, redactor });
  return redactor;
}

function newRedactor(config: RedactionConfig, host: Host): Redactor {
  const hmacKey = config.hmacKey ?? (config.hmacKeyFile && readKey(config.hmacKeyFile, host));
  return createRedactor({
    ...config,
    ...(hmacKey ? { hmacKey } : {}),
    ...hooks(host, config.dryRun === true),
  });
}

/** The key without the line end that editors leave; what is in the file is never shown. */
function readKey(file: string, host: Host): string | undefined {
  let reason = 'is empty';
  try {
    const key = readBoundedFile(file, MAX_KEY_BYTES).toString().trimEnd();
    if (key !== '') return key;
  } catch (error) {
    reason = `cannot be read: ${errorMessage(error)}`;
  }
  host.report({
    code: 'CFG010',
    source: variables.HMAC_KEY_FILE.name,
    message: `"${file}" ${reason}`,
    expected: 'a file with a key',
    used: 'using a random key for this process',
  });
  return undefined;
}

function fromEnv(env: EnvReader): RedactionConfig {
  const queryPattern = env.get(variables.QUERY_PATTERN);
  const hmacKey = env.get(variables.HMAC_KEY);
  const action = env.get(variables.ACTION);
  const actions = env.get(variables.KIND_ACTIONS);
  const hashes = action === 'hash' || Object.values(actions).includes('hash');
  const hmacKeyFile = env.get(variables.HMAC_KEY_FILE);
  if (hashes && hmacKey === undefined && hmacKeyFile === undefined) {
    env.report({
      code: 'CFG012',
      source: env.sourceOf(action === 'hash' ? variables.ACTION : variables.KIND_ACTIONS),
      message: 'hashes need a key to be the same in every process',
      expected: `${variables.HMAC_KEY.name} or ${variables.HMAC_KEY_FILE.name}`,
      used: 'using a random key for this process',
    });
  }
  return {
    enabled: env.get(variables.ENABLED),
    dryRun: env.get(variables.DRY_RUN),
    patterns: [...env.get(variables.PATTERNS), ...env.get(variables.RULES)],
    kinds: env.get(variables.KIND_SWITCHES),
    allowKeys: env.get(variables.ALLOW_KEYS),
    blockKeys: [...env.get(variables.BLOCK_KEYS), ...clientIpKeys(env)],
    action,
    actions,
    placeholders: env.get(variables.PLACEHOLDERS),
    summary: env.get(variables.SUMMARY),
    sql: env.get(variables.SQL),
    valueLength: env.get(variables.VALUE_LENGTH),
    contentLength: contentLength(env),
    ...(queryPattern === undefined ? {} : { queryPattern }),
    ...(hmacKey === undefined ? {} : { hmacKey }),
    ...(hmacKeyFile === undefined ? {} : { hmacKeyFile }),
  };
}

/** Who limits all values and says nothing of content means content too. */
function contentLength(env: EnvReader): number {
  const content = env.get(variables.CONTENT_LENGTH);
  if (env.isSet(variables.CONTENT_LENGTH) || !env.isSet(variables.VALUE_LENGTH)) return content;
  return Math.min(content, env.get(variables.VALUE_LENGTH));
}

function clientIpKeys(env: EnvReader): readonly string[] {
  if (env.get(variables.CLIENT_IP) !== false) return [];
  const header = env.get(variables.CLIENT_IP_HEADER);
  return header === undefined
    ? CLIENT_IP_KEYS
    : [...CLIENT_IP_KEYS, `http.request.header.${header.toLowerCase()}`];
}

function hooks(host: Host, dryRun: boolean): Partial<RedactorOptions> {
  const counter = dryRun ? 'signalbox.redaction.would_redact' : 'signalbox.redaction.redacted';
  return {
    load: (module) => host.load(module),
    onFound: (detector, kind) => host.counters.add(counter, 1, { detector, kind }),
    onInvalid: (name, pattern, reason) =>
      host.report({
        code: 'CFG001',
        source: variables.PATTERNS.name,
        message: `"${name === pattern ? name : `${name}: ${pattern}`}" is not a valid pattern: ${reason}`,
        expected: 'a regular expression in RE2 syntax',
        used: 'hiding every value it applies to entirely',
      }),
  };
}
