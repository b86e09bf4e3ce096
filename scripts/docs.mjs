// Writes the generated pages of docs/. With --check it only says whether they are up to date.
// Run it through `npm run docs`, which lets Node.js read TypeScript.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { allVariables } from '../src/config/index.ts';
import { isComponent, PROBLEM_CODES } from '../src/core/index.ts';
import { benchmarksChart, benchmarksPage } from './benchmarks-page.mjs';

const ROOT = new URL('../', import.meta.url);
const FOLDERS = ['exporters', 'propagators', 'samplers', 'processors', 'src/genai'];
const GENERATED = '<!-- Made by `npm run docs` from the declarations in the source. Do not edit. -->';

async function builtIns() {
  const components = new Set();
  for (const folder of FOLDERS) {
    const face = new URL(`${folder}/index.ts`, ROOT);
    if (!existsSync(face)) continue;
    for (const exported of Object.values(await import(face.href))) {
      for (const item of [exported].flat()) if (isComponent(item)) components.add(item);
    }
  }
  return [...components];
}

const cell = (text) => String(text).replaceAll('|', '\\|').replaceAll('\n', ' ');
const code = (text) => (text === '' ? '' : `\`${cell(text)}\``);

function table(head, rows) {
  const line = (cells) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

function defaultOf({ default: value, type, secret }) {
  return value === undefined || secret ? '' : code(type.format(value));
}

function docOf({ doc, aliases = [], secret, notYetActive }) {
  const notes = [doc];
  if (aliases.length > 0) notes.push(`Also read: ${aliases.map(code).join(', ')}.`);
  if (secret) notes.push('Secret: never shown.');
  if (notYetActive) notes.push('**Not yet active.**');
  return cell(notes.join(' '));
}

function topicSection(topic, variables) {
  const rows = variables.map((variable) => [
    code(variable.name),
    code(variable.yaml ?? ''),
    cell(variable.type.accepts),
    defaultOf(variable),
    docOf(variable),
  ]);
  return `## ${topic}\n\n${table(['variable', 'YAML key', 'accepts', 'default', 'meaning'], rows)}`;
}

function componentSection(components) {
  const rows = components.map(({ kind, name, stability, doc, signals }) => [
    kind,
    code(name),
    stability,
    cell(signals ? `${doc} (${signals.join(', ')})` : doc),
  ]);
  return `## Names that can be chosen\n\n${table(['kind', 'name', 'stability', 'what it is'], rows)}`;
}

const INTRODUCTION = `# Configuration

${GENERATED}

Every setting is an environment variable, and almost every one has a key in the YAML file that
\`SIGNALBOX_CONFIG_FILE\` names and in \`start({ config })\`. Code beats the environment, the environment
beats the file, the file beats the default.

- An empty value counts as not set. Words are compared without regard to case.
- A bad value is reported in one line on stderr and counts as not set; a bad boolean counts as \`false\`.
  The codes in those lines are explained in [problems.md](problems.md).
- \`SIGNALBOX_STRICT=true\` keeps telemetry off if there is any mistake. The application runs anyway.
- Times are whole milliseconds, unless the name ends in \`_s\`.
- Every exporter can be used several times, as \`otlp\` and \`otlp/eu\`. The settings of \`otlp/eu\` are called
  \`SIGNALBOX_OTLP_EU_ENDPOINT\`, … and stand below \`exporter.otlp/eu\`: see [exporters.md](exporters.md#several-of-one-kind).
- In the YAML file everything may stand below a key \`opentelemetry:\` or \`signalbox:\`. Values may hold
  \`\${NAME}\`, \`\${NAME:-default}\` and \`$$\` for a dollar sign. What is put in stays text: it cannot become
  a key, a list or a map.`;

async function configurationPage() {
  const components = await builtIns();
  const topics = Map.groupBy(allVariables(components), ({ topic }) => topic);
  const sections = [...topics].map(([topic, variables]) => topicSection(topic, variables));
  return [INTRODUCTION, ...sections, componentSection(components)].join('\n\n');
}

function problemsPage() {
  const rows = Object.entries(PROBLEM_CODES).map(([name, meaning]) => [code(name), cell(meaning)]);
  return `# Problems

${GENERATED}

Each mistake in the configuration is one line on stderr, written once:

\`\`\`
OTEL_TRACES_EXPORTER: "otpl" is not a known exporter. Did you mean "otlp"? Expected: otlp, console, file, datadog, none. Using otlp. [CFG003]
\`\`\`

It names the variable (or the file, the line and the key), the value received, what is accepted, what is
used instead, and a code. Codes keep their meaning from release to release.

${table(['code', 'meaning'], rows)}`;
}

const pages = {
  'docs/configuration.md': await configurationPage(),
  'docs/problems.md': problemsPage(),
  'docs/benchmarks.md': benchmarksPage(),
  'docs/benchmarks.svg': benchmarksChart(),
};
for (const [path, text] of Object.entries(pages)) {
  if (text === undefined) continue;
  const file = new URL(path, ROOT);
  const wanted = `${text}\n`;
  const present = existsSync(file) ? readFileSync(file, 'utf8') : undefined;
  if (present === wanted) continue;
  if (process.argv.includes('--check')) {
    console.error(`${path} is not up to date: run "npm run docs" and commit it.`);
    process.exitCode = 1;
  } else {
    writeFileSync(file, wanted);
    console.log(`wrote ${path}`);
  }
}
