/** What the demo prints. */
import { REQUESTS } from './requests.mjs';
import { sideBySide } from './side-by-side.mjs';
import { bold, branches, cut, dim, pad, paint, styleOf, visible } from './style.mjs';

const BAR = 22;
const NAME = 38;

const SERVICES = [
  ['gateway', 'services/gateway.cjs', 'express, CommonJS'],
  ['planner', 'services/planner.mjs', 'node:http and fetch, ES module'],
  ['model', 'services/model.mjs', 'fake LLM provider, ES module'],
];

export function printTitle() {
  console.log(`\n${bold('signalbox')}  one unmodified application, every backend\n`);
  for (const [name, file, what] of SERVICES) {
    const command = `node --require ./register.js ${file}`;
    console.log(`  ${paint(styleOf(name), name.padEnd(9))}${command.padEnd(52)}${dim(what)}`);
  }
  console.log();
}

export function printRun({ env, startUpLine, sides, name }) {
  const variables = Object.entries(env).map(([key, value]) => `${key}=${value}`);
  console.log(`${paint(['bold', 'green'], '●')} ${bold(name)}  ${dim(variables.join(' '))}`);
  console.log(`  ${dim(cut(startUpLine, (process.stdout.columns ?? Infinity) - 2))}`);
  const [{ traces, logs }, other] = sides;
  for (const [index, trace] of traces.entries()) {
    if (!other) printTrace(trace, REQUESTS[index], logs);
    else for (const line of sideBySide(trace, other.traces[index] ?? [], REQUESTS[index])) console.log(line);
  }
  console.log();
}

function printTrace(trace, request, logs) {
  const [{ start }] = trace;
  const [{ end }] = [...trace].sort((one, other) => Number(other.end - one.end));
  const frame = { start, length: Number(end - start) || 1 };
  const title = request ? `GET ${request.path}` : 'unexpected trace';
  const [{ traceId }] = trace;
  const size = `${trace.length} spans, ${logs.inTrace(traceId)} log records`;
  console.log(`\n  ${bold(title)}  ${dim(`trace ${traceId}  ${size}`)}`);
  for (const { span, branch } of branches(trace)) printSpan(span, branch, frame);
}

function printSpan(span, branch, frame) {
  const failed = span.status.code === 'ERROR';
  const style = styleOf(span.service);
  const name = `${failed ? paint('red', span.name) : span.name} ${dim(span.kind.toLowerCase())}`;
  const columns = [
    pad(`${dim(branch)}${paint(style, span.service)} ${name}`, NAME),
    pad(duration(span), -9),
    paint(failed ? 'red' : style, bar(span, frame)),
    attributes(span),
  ];
  console.log(`  ${columns.join('  ')}`);
}

function duration({ start, end }) {
  return `${(Number(end - start) / 1e6).toFixed(1)} ms`;
}

/** The span's place in its trace, to scale. */
function bar(span, { start, length }) {
  const from = Math.min(Math.floor((Number(span.start - start) / length) * BAR), BAR - 1);
  const width = Math.max(1, Math.round((Number(span.end - span.start) / length) * BAR));
  return `${' '.repeat(from)}${'━'.repeat(Math.min(width, BAR - from))}`.padEnd(BAR);
}

function attributes({ attributes: all, status }) {
  const code = all['http.response.status_code'];
  const shown = [
    code === undefined ? undefined : paint(code >= 400 ? 'red' : 'green', code),
    all['http.request.method'] && dim(all['url.path'] ?? new URL(all['url.full']).pathname),
    all['express.name'] && dim(`express ${all['express.name']}`),
    status.message && paint('red', status.message),
  ];
  return shown.filter(Boolean).join(' ');
}

const COLUMNS = ['backend', 'spans sent', 'received', 'parentage', 'logs', 'metrics', 'time'];

export function printTable(runs) {
  const rows = runs.flatMap(({ sides, milliseconds }) =>
    sides.map(({ name, sent, received, problems, logs, metrics }) => [
      name,
      sent,
      paint(received === sent ? 'green' : 'red', received),
      problems.length === 0 ? paint('green', '✔ right') : paint('red', '✘ wrong'),
      logs.text,
      metrics,
      `${(milliseconds / 1000).toFixed(1)} s`,
    ]),
  );
  const widths = COLUMNS.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => visible(row[column]))),
  );
  const line = (cells) =>
    cells.map((cell, column) => pad(cell, column === 0 ? widths[0] : -widths[column])).join('   ');
  console.log(`  ${dim(line(COLUMNS))}`);
  for (const row of rows) console.log(`  ${line(row)}`);
  console.log();
}

export function printVerdict(runs, seconds) {
  const broken = runs.filter(({ problems }) => problems.length > 0);
  for (const { name, problems, stderr } of broken) {
    console.log(`${paint('red', '✘')} ${bold(name)}`);
    for (const problem of problems) console.log(problem.replace(/^/gm, '  '));
    if (stderr) console.log(dim(stderr.replace(/^/gm, '  │ ')));
  }
  if (broken.length > 0) return;
  console.log(
    `${paint('green', '✔')} Every span arrived, every parent is right. ${dim(`${seconds.toFixed(1)} s`)}`,
  );
  console.log(dim('  Your turn: OTEL_EXPORTER_OTLP_ENDPOINT=… node --require signalbox/register app.js'));
  console.log(dim('             SIGNALBOX_BACKEND=datadog    node --require signalbox/register app.js\n'));
}
