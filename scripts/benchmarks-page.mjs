// docs/benchmarks.md and its chart, from the tables that `npm run bench -- record` kept.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { TARGETS } from './benchmark-targets.mjs';

const RESULTS = new URL('../bench/results/', import.meta.url);
/** What is read first; the rest follows by name. */
const ORDER = ['end-to-end', 'event-loop', 'span-creation', 'otlp-encode', 'datadog-encode', 'start-up'];

function read(name) {
  return JSON.parse(readFileSync(new URL(`${name}.json`, RESULTS), 'utf8'));
}

const cell = (value) => String(value ?? '').replaceAll('|', '\\|');
const line = (cells) => `| ${cells.map(cell).join(' | ')} |`;

/** What a benchmark printed: a table as console.table took it (a list of rows), or text. */
function markdown({ title, rows, text }) {
  if (text !== undefined) return `\`\`\`text\n${text}\n\`\`\``;
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const body = rows.map((row) => line(columns.map((column) => row[column])));
  return [title, '', line(columns), line(columns.map(() => '---')), ...body].join('\n');
}

/** One figure of the run; undefined if it is not there, for instance because spans were lost. */
function figure([topic, title, wanted, column]) {
  if (!existsSync(new URL(`${topic}.json`, RESULTS))) return undefined;
  const isIt = (row) => Object.entries(wanted).every(([key, value]) => row[key] === value);
  for (const part of read(topic)) {
    const row = part.title?.startsWith(title) ? part.rows.find(isIt) : undefined;
    if (row) return row[column];
  }
  return undefined;
}

/** The name by which a figure is found in its row. */
const nameOf = ([, , wanted]) => Object.values(wanted)[0];

function judge({ what, ours, peer, most, atMost, atLeast }) {
  const [own, other] = [figure(ours), figure(peer)];
  const ratio = own / other;
  const value = most === undefined ? own : ratio;
  const isMet = atLeast === undefined ? value <= (most ?? atMost) : value >= atLeast;
  const verdict = !Number.isFinite(value) ? 'not measured' : isMet ? 'met' : 'missed';
  const target = most === undefined ? (atLeast ? `≥ ${atLeast}` : `≤ ${atMost}`) : `≤ ${most} ×`;
  const shown = Number.isFinite(ratio) ? ratio.toFixed(ratio < 0.1 ? 3 : 2) : '';
  return { cells: [what, own ?? '–', `${other ?? '–'} (${nameOf(peer)})`, shown, target], verdict };
}

function targets() {
  const judged = TARGETS.map(judge);
  const count = (wanted) => judged.filter(({ verdict }) => verdict === wanted).length;
  const rows = judged.map(({ cells, verdict }) =>
    line([...cells, verdict === 'met' ? verdict : `**${verdict}**`]),
  );
  return [
    '## Targets',
    `Of ${judged.length}, ${count('met')} are met, **${count('missed')} are missed** and ${count('not measured')} were not measured.`,
    [line(['what', 'Signalbox', 'peer', 'ratio', 'target', '']), line(Array(6).fill('---')), ...rows].join(
      '\n',
    ),
  ].join('\n\n');
}

function introduction({ date, isQuick, node, cpu, load, cores, memory, versions }) {
  const peers = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  const doubts = [
    ...(isQuick ? ['**A quick run, with one round of everything: only to try out this page.**'] : []),
    ...(load > cores / 4
      ? [
          `**The machine was busy with other things (load ${load} on ${cores} cores): read ratios, with care.**`,
        ]
      : []),
  ];
  return [
    '# Benchmarks',
    '<!-- Made by `npm run bench -- record` and `npm run docs` from bench/results. Do not edit. -->',
    ...doubts,
    `Measured on ${date}: Node.js ${node}, ${cpu}, ${memory}, load ${load} before it began. Peers: ${peers.join(', ')}.
All figures come from one run. Where processes are compared, each implementation is alone in its process
and in front of a real local sink, they take turns, and the figure is the median; a run that lost a span is
disqualified. The ratios mean something; the absolute figures are this machine's.
\`npm run bench\` repeats it in ten minutes, \`npm run bench -- quick\` a part of it in one.`,
    '![CPU per span, end to end](benchmarks.svg)',
  ].join('\n\n');
}

/** Undefined if no run was ever recorded to its end. */
export function benchmarksPage() {
  if (!existsSync(new URL('machine.json', RESULTS))) return undefined;
  const names = readdirSync(RESULTS)
    .map((file) => file.replace(/\.json$/, ''))
    .filter((name) => name !== 'machine');
  const rank = (name) => (ORDER.includes(name) ? ORDER.indexOf(name) : ORDER.length);
  names.sort((a, b) => rank(a) - rank(b) || a.localeCompare(b));
  const sections = names.map((name) => [`## ${name}`, ...read(name).map(markdown)].join('\n\n'));
  return [introduction(read('machine')), targets(), ...sections].join('\n\n');
}

const WIDTH = 760;
const LABELS = 300;
const BAR = 22;
const COLOURS = { Signalbox: '#2563eb', 'OTel SDK': '#94a3b8', 'dd-trace': '#c084fc' };

/** Bars of the CPU that a span with ten attributes costs, end to end. */
export function benchmarksChart() {
  if (!existsSync(new URL('machine.json', RESULTS))) return undefined;
  const { rows } = read('end-to-end').find(({ title }) => title?.startsWith('http'));
  const bars = rows
    .filter(({ implementation }) => implementation !== 'none')
    .map((row) => [row.implementation, row['CPU µs/span']]);
  const longest = Math.max(...bars.map(([, value]) => value));
  const drawn = bars.map(([name, value], index) => {
    const y = 34 + index * (BAR + 6);
    const length = Math.max(1, Math.round((value / longest) * (WIDTH - LABELS - 60)));
    return `  <text x="${LABELS - 8}" y="${y + 15}" text-anchor="end">${name}</text>
  <rect x="${LABELS}" y="${y}" width="${length}" height="${BAR}" fill="${COLOURS[name.split(',')[0]]}"/>
  <text x="${LABELS + length + 6}" y="${y + 15}">${value}</text>`;
  });
  const height = 40 + bars.length * (BAR + 6);
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" font-family="sans-serif" font-size="13">
  <title>µs of CPU per span with ten attributes, from start to socket</title>
  <rect width="100%" height="100%" fill="white"/>
  <text x="8" y="20" font-weight="bold">µs of CPU per span with ten attributes, from start to socket (less is better)</text>
${drawn.join('\n')}
</svg>`;
}
