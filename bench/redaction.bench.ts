/**
 * Redaction side by side, in one run: this engine, the simple list of twelve regular expressions
 * that products ship, and the same detectors as regular expressions one after the other. The three
 * take short turns, and what is shown is the lower quartile of all turns, because other processes
 * can only make a turn longer. Ratios of runs on a busy machine differ by less than a tenth.
 *
 *   npm run bench -- [quick] redaction
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

const ROUNDS = process.env.BENCH_QUICK ? 200 : 600;
/** Each turn takes about so long: shorter than the slice that the system gives to a process. */
const TURN_MS = 1;

let seed = 20_261_120;
function below(limit: number): number {
  seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
  return Math.floor((seed / 2 ** 32) * limit);
}
const pick = <T>(items: readonly T[]): T => items[below(items.length)] as T;
const hex = (count: number): string => Array.from({ length: count }, () => below(16).toString(16)).join('');
/** A flat string of its own, as one that has come from a socket. */
const fresh = (text: string): string => Buffer.from(text).toString();

const AGENTS = [
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/129.0 Safari/537.36',
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 Version/18.1 Mobile/15E148 Safari/604.1',
  'okhttp/4.12.0',
];

/** What differs from request to request is a string of its own; constants of the code are one string. */
function makeSpan() {
  const order = 1_000 + below(9_000);
  const query = `expand=items&page=${below(20)}`;
  return {
    'http.request.method': pick(['GET', 'POST']),
    'url.full': fresh(`https://api.example.com/v1/orders/${order}?${query}`),
    'url.scheme': 'https',
    'url.path': fresh(`/v1/orders/${order}`),
    'url.query': fresh(query),
    'http.route': '/v1/orders/:id',
    'http.response.status_code': 200,
    'server.address': 'api.example.com',
    'server.port': 443,
    'client.address': fresh(`10.${below(250)}.${below(250)}.${below(250)}`),
    'network.protocol.version': '1.1',
    'network.peer.address': '10.0.0.17',
    'network.peer.port': 40_000 + below(20_000),
    'user_agent.original': fresh(pick(AGENTS)),
    'session.id': fresh(`${hex(8)}-${hex(4)}-4${hex(3)}-9${hex(3)}-${hex(12)}`),
    'enduser.id': fresh(`u-${below(90_000)}`),
    'thread.id': 1,
    'thread.name': 'main',
    'code.function.name': 'OrderController.create',
    'code.file.path': '/srv/app/controllers/order.js',
    'gen_ai.operation.name': 'chat',
    'gen_ai.provider.name': 'openai',
    'gen_ai.request.model': pick(['gpt-4o-mini', 'gpt-4o']),
    'gen_ai.response.model': pick(['gpt-4o-mini-2024-07-18', 'gpt-4o-2024-08-06']),
    'gen_ai.response.id': fresh(`chatcmpl-${hex(24)}`),
    'gen_ai.usage.input_tokens': below(4_000),
    'gen_ai.usage.output_tokens': below(900),
    'gen_ai.request.temperature': 0.2,
    'gen_ai.response.finish_reasons': ['stop'],
    'messaging.system': 'kafka',
  };
}

const WORDS = (
  'the of and to in is you that it he was for on are as with his they at be this have from or one had by ' +
  'but not what all were we when your can said there use an each which she do how their if will up other ' +
  'about out many then them these so some her would make like him into time has look two more write go see ' +
  'number no way could people my than first been call who its now find long down day did get come made may ' +
  'part please summarise following report for board revenue grew percent driven compared last quarter ' +
  'customers asked delivery pattern example access second based making taking precious test latest share ' +
  'account network system update server request response because before broken return create'
).split(' ');

/** Prose with the punctuation and the numbers of a report. */
function makeProse(length: number): string {
  let text = '';
  while (text.length < length) {
    const mark = below(100);
    text += pick(WORDS) + (mark < 2 ? `: ${below(3_000)} ` : mark < 8 ? ', ' : mark < 14 ? '. ' : ' ');
    if (mark === 99) text += '\n\n- ';
  }
  return fresh(text.slice(0, length));
}

function makeChat(length: number): string {
  const message = () => ({
    role: pick(['user', 'assistant']),
    parts: [{ type: 'text', content: makeProse(300) }],
  });
  return fresh(JSON.stringify(Array.from({ length: Math.floor(length / 360) }, message)));
}

type Task<T> = (input: T) => unknown;

/** Nanoseconds per call in one turn. */
function turn<T>(task: Task<T>, inputs: readonly T[], times: number): number {
  const start = performance.now();
  for (let index = 0; index < times; index++) task(inputs[index % inputs.length] as T);
  return ((performance.now() - start) * 1e6) / times;
}

function compare<T>(title: string, inputs: readonly T[], tasks: Readonly<Record<string, Task<T>>>): void {
  const runs = Object.entries(tasks).map(([name, task]) => {
    turn(task, inputs, 500);
    const times = Math.ceil((TURN_MS * 1e6) / turn(task, inputs, 200));
    return { name, task, times, results: [] as number[] };
  });
  for (let round = 0; round < ROUNDS; round++)
    for (const run of runs) run.results.push(turn(run.task, inputs, run.times));
  console.log(title);
  const base = quantile(runs[0]?.results ?? [], 0.25);
  for (const { name, results } of runs) {
    const time = quantile(results, 0.25);
    console.log(`  ${name.padEnd(34)} ${time.toFixed(0).padStart(9)} ns   ${(time / base).toFixed(3)} ×`);
  }
}

function quantile(values: readonly number[], share: number): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length * share)] as number;
}

const spans = Array.from({ length: 1_000 }, makeSpan);
compare('a span with 30 attributes', spans, {
  'twelve patterns': (span) => withPatterns(TWELVE, span),
  'this engine': (span) => redactor.redactAttributes(span),
  'same detectors, one by one': (span) => withPatterns(SEQUENTIAL, span),
});
for (const [title, make] of [
  ['a clean prompt of 4 KB', makeProse],
  ['a clean chat of 4 KB, as JSON', makeChat],
] as const) {
  const texts = Array.from({ length: 50 }, () => make(4_096));
  const changed = texts.filter((text) => redactor.redactText(text) !== text);
  if (changed.length > 0) throw new Error(`not clean: ${redactor.redactText(changed[0] as string)}`);
  compare(title, texts, {
    'twelve patterns': (text) => replaceAll(TWELVE, text),
    'this engine': (text) => redactor.redactText(text),
    'same detectors, one by one': (text) => replaceAll(SEQUENTIAL, text),
  });
}
