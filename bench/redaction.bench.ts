/**
 * Redaction side by side, in one run: this engine, the simple list of twelve regular expressions
 * that products ship, and the same detectors as regular expressions one after the other.
 *
 *   node --experimental-transform-types bench/redaction.bench.ts
 */
import { performance } from 'node:perf_hooks';
import { AI_FORMATS } from '../processors/redaction/formats/ai.ts';
import { CLOUD_FORMATS } from '../processors/redaction/formats/cloud.ts';
import { DEVELOPER_FORMATS } from '../processors/redaction/formats/developer.ts';
import { SERVICE_FORMATS } from '../processors/redaction/formats/services.ts';
import { createRedactor } from '../processors/redaction/index.ts';

const TWELVE: readonly (readonly [RegExp, string])[] = [
  [/\b[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\.[A-Z|a-z]{2,}\b/g, '[EMAIL]'],
  [/\b(?:\+?1[-.]?)?\(?[0-9]{3}\)?[-. ]?[0-9]{3}[-. ]?[0-9]{4}\b/g, '[PHONE]'],
  [/\b\d{3}-\d{2}-\d{4}\b/g, '[SSN]'],
  [/\b(?:\d{4}[- ]?){3}\d{4}\b/g, '[CC]'],
  [/\b(?:sk-|pk_|api[_-]?key[_-]?)[a-zA-Z0-9]{20,}\b/gi, '[API_KEY]'],
  [/sk-ant-[a-zA-Z0-9-]{32,}/g, '[API_KEY]'],
  [/AKIA[0-9A-Z]{16}/g, '[AWS_KEY]'],
  [/Bearer\s+[A-Za-z0-9\-._]+/gi, 'Bearer [TOKEN]'],
  [/eyJ[A-Za-z0-9_-]+\.eyJ[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+/g, '[JWT]'],
  [/password["']?\s*[:=]\s*["']?[^\s"',}]+/gi, 'password=[REDACTED]'],
  [/\b(?:\d{1,3}\.){3}\d{1,3}\b/g, '[IP]'],
  [/-----BEGIN (?:RSA )?PRIVATE KEY-----[\s\S]*?-----END (?:RSA )?PRIVATE KEY-----/g, '[KEY]'],
];

const literally = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
const SEQUENTIAL: readonly (readonly [RegExp, string])[] = [
  ...[...AI_FORMATS, ...CLOUD_FORMATS, ...DEVELOPER_FORMATS, ...SERVICE_FORMATS].map(
    ([, prefix, chars, min]) =>
      [
        new RegExp(`\\b${literally(prefix)}[${chars.replace(/[/]/g, '\\/')}]{${min},}`, 'g'),
        '[API_KEY]',
      ] as const,
  ),
  ...TWELVE,
];
const KEYS = /password|secret|token|api[_-]?key|authorization/i;

const redactor = createRedactor();

function withPatterns(
  patterns: readonly (readonly [RegExp, string])[],
  attributes: Record<string, unknown>,
): unknown {
  const result: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(attributes)) {
    if (KEYS.test(key)) continue;
    result[key] = typeof value === 'string' ? replaceAll(patterns, value) : value;
  }
  return result;
}

function replaceAll(patterns: readonly (readonly [RegExp, string])[], text: string): string {
  return patterns.reduce((current, [pattern, replacement]) => current.replace(pattern, replacement), text);
}

const SPAN = {
  'http.request.method': 'POST',
  'url.full': 'https://api.example.com/v1/orders/8472?expand=items&page=2',
  'url.scheme': 'https',
  'url.path': '/v1/orders/8472',
  'url.query': 'expand=items&page=2',
  'http.route': '/v1/orders/:id',
  'http.response.status_code': 200,
  'server.address': 'api.example.com',
  'server.port': 443,
  'client.address': '10.2.3.4',
  'network.protocol.version': '1.1',
  'network.peer.address': '10.0.0.17',
  'network.peer.port': 51_234,
  'user_agent.original':
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/129.0 Safari/537.36',
  'session.id': '0f3c9f1e-6f8a-4f8c-9b4e-0a1b2c3d4e5f',
  'enduser.id': 'u-88213',
  'thread.id': 1,
  'thread.name': 'main',
  'code.function.name': 'OrderController.create',
  'code.file.path': '/srv/app/controllers/order.js',
  'gen_ai.operation.name': 'chat',
  'gen_ai.provider.name': 'openai',
  'gen_ai.request.model': 'gpt-4o-mini',
  'gen_ai.response.model': 'gpt-4o-mini-2024-07-18',
  'gen_ai.response.id': 'chatcmpl-AbCdEf0123456789',
  'gen_ai.usage.input_tokens': 812,
  'gen_ai.usage.output_tokens': 211,
  'gen_ai.request.temperature': 0.2,
  'gen_ai.response.finish_reasons': ['stop'],
  'messaging.system': 'kafka',
};
const SENTENCE =
  'Please summarise the following report for the board: revenue grew by 12 percent in Q3, driven by EMEA. ';
const PROMPT = SENTENCE.repeat(40).slice(0, 4_096);

function measure(task: () => unknown): number {
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 25; round++) {
    const times = 2_000;
    const start = performance.now();
    for (let index = 0; index < times; index++) task();
    best = Math.min(best, ((performance.now() - start) * 1e6) / times);
    if (performance.now() > deadline) break;
  }
  return best;
}

let deadline = 0;
function compare(title: string, tasks: Readonly<Record<string, () => unknown>>): void {
  console.log(title);
  let base = 0;
  for (const [name, task] of Object.entries(tasks)) {
    deadline = performance.now() + 2_000;
    const time = measure(task);
    base ||= time;
    console.log(`  ${name.padEnd(34)} ${time.toFixed(0).padStart(9)} ns   ${(time / base).toFixed(3)} ×`);
  }
}

compare('a span with 30 attributes', {
  'twelve patterns': () => withPatterns(TWELVE, SPAN),
  'this engine': () => redactor.redactAttributes(SPAN),
  'same detectors, one by one': () => withPatterns(SEQUENTIAL, SPAN),
});
compare('a clean prompt of 4 KB', {
  'twelve patterns': () => replaceAll(TWELVE, PROMPT),
  'this engine': () => redactor.redactText(PROMPT),
  'same detectors, one by one': () => replaceAll(SEQUENTIAL, PROMPT),
});
