// docs/benchmarks.md and its chart, from the tables that `npm run bench -- record` kept.
import { existsSync, readdirSync, readFileSync } from 'node:fs';

const RESULTS = new URL('../bench/results/', import.meta.url);
/** What is read first; the rest follows by name. */
const ORDER = [
  'end-to-end',
  'event-loop',
  'span-creation',
  'otlp-encode',
  'datadog-encode',
  'start-up',
  'exit',
];

function read(name) {
  return JSON.parse(readFileSync(new URL(`${name}.json`, RESULTS), 'utf8'));
}

const cell = (value) => String(value ?? '').replaceAll('|', '\\|');

/** A table as console.table took it: a list of rows, or of lists. */
function markdown({ title, rows }) {
  const list = Array.isArray(rows) ? rows : Object.entries(rows).map(([name, row]) => ({ '': name, ...row }));
  const columns = [...new Set(list.flatMap((row) => Object.keys(row)))];
  const line = (cells) => `| ${cells.map(cell).join(' | ')} |`;
  const body = list.map((row) => line(columns.map((column) => row[column])));
  return [title, '', line(columns), line(columns.map(() => '---')), ...body].join('\n');
}

function introduction({ date, node, cpu, memory, versions }) {
  const peers = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  return `# Benchmarks

<!-- Made by \`npm run docs\` from bench/results. Do not edit. -->

Measured on ${date}: Node.js ${node}, ${cpu}, ${memory}. Peers: ${peers.join(', ')}.
All figures of a table come from one run, medians, interleaved, each implementation alone in a process and
in front of a real local sink. The ratios mean something; the absolute figures are this machine's.
\`npm run bench\` repeats it, \`npm run bench -- quick\` takes a minute, \`npm run bench -- record\` keeps the
figures for this page.

![CPU per span, end to end](benchmarks.svg)`;
}

/** Undefined if nothing was ever recorded. */
export function benchmarksPage() {
  if (!existsSync(new URL('machine.json', RESULTS))) return undefined;
  const names = readdirSync(RESULTS)
    .map((file) => file.replace(/\.json$/, ''))
    .filter((name) => name !== 'machine');
  const rank = (name) => (ORDER.includes(name) ? ORDER.indexOf(name) : ORDER.length);
  names.sort((a, b) => rank(a) - rank(b) || a.localeCompare(b));
  const sections = names.map((name) => [`## ${name}`, ...read(name).map(markdown)].join('\n\n'));
  return [introduction(read('machine')), ...sections].join('\n\n');
}

const WIDTH = 760;
const LABELS = 300;
const BAR = 22;

/** Bars of the CPU that a span with ten attributes costs, end to end. */
export function benchmarksChart() {
  if (!existsSync(new URL('end-to-end.json', RESULTS))) return undefined;
  const { rows } = read('end-to-end').find(({ title }) => title.startsWith('http'));
  const bars = rows
    .filter(({ implementation }) => implementation !== 'none')
    .map((row) => [row.implementation, row['CPU µs/span']]);
  const longest = Math.max(...bars.map(([, value]) => value));
  const drawn = bars.map(([name, value], index) => {
    const y = 34 + index * (BAR + 6);
    const length = Math.max(1, Math.round((value / longest) * (WIDTH - LABELS - 60)));
    const colour = name.startsWith('Signalbox') ? '#2563eb' : '#94a3b8';
    return `  <text x="${LABELS - 8}" y="${y + 15}" text-anchor="end">${name}</text>
  <rect x="${LABELS}" y="${y}" width="${length}" height="${BAR}" fill="${colour}"/>
  <text x="${LABELS + length + 6}" y="${y + 15}">${value}</text>`;
  });
  const height = 40 + bars.length * (BAR + 6);
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" font-family="sans-serif" font-size="13">
  <rect width="100%" height="100%" fill="white"/>
  <text x="8" y="20" font-weight="bold">µs of CPU per span with ten attributes, from start to socket (less is better)</text>
${drawn.join('\n')}
</svg>`;
}
