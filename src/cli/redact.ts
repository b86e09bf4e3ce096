import { parseArgs } from 'node:util';
import { createRedactor, type Redactor, type RedactorOptions } from '../../processors/index.ts';
import { errorMessage } from '../core/index.ts';

/** What a command reads and writes. */
export interface RedactIo {
  /** The text of a file. @throws if it cannot be read. */
  readFile(path: string): Promise<string>;
  readStdin(): Promise<string>;
  /** Loads a package; user patterns need `re2js`. */
  load(module: string): unknown;
  stdout(text: string): void;
  stderr(text: string): void;
}

const USAGE = `signalbox redact [file]   shows what redaction would replace, and why

Reads text or an OTLP JSON file (spans, logs or metrics), or standard input without a file.

  --print            write the redacted text instead of the findings
  --check            end with status 1 if anything was found
  --phone --ip --mac --national-id   look for these too
  --pattern <re>     a regular expression of your own, repeatable
  --help
`;

/** One place in the input that would be replaced. */
interface Shown {
  readonly place: string;
  readonly kind: string;
  readonly detector: string;
  readonly found: string;
  readonly replacement: string;
}

const OPTIONS = {
  print: { type: 'boolean' },
  check: { type: 'boolean' },
  phone: { type: 'boolean' },
  ip: { type: 'boolean' },
  mac: { type: 'boolean' },
  'national-id': { type: 'boolean' },
  pattern: { type: 'string', multiple: true },
  help: { type: 'boolean' },
} as const;

/**
 * The command `signalbox redact`. Returns the exit status: 0, or 1 with `--check` and findings, or
 * 2 if it was called wrongly or its input cannot be read. Findings show the first four characters
 * of a secret at most.
 */
export async function run(args: readonly string[], io: RedactIo): Promise<number> {
  let parsed: ReturnType<typeof parse>;
  let input: string;
  try {
    parsed = parse(args);
    if (parsed.values.help) {
      io.stdout(USAGE);
      return 0;
    }
    const [path] = parsed.positionals;
    input = path === undefined || path === '-' ? await io.readStdin() : await io.readFile(path);
  } catch (error) {
    io.stderr(`signalbox redact: ${errorMessage(error)}\n`);
    return 2;
  }
  const redactor = createRedactor(optionsOf(parsed.values, io));
  const pieces = parseOtlp(input);
  const findings = pieces ? explainPieces(pieces, redactor) : explainText(input, redactor);
  if (parsed.values.print) io.stdout(pieces ? printed(pieces, redactor) : redactor.redactText(input));
  else io.stdout(format(findings));
  return parsed.values.check && findings.length > 0 ? 1 : 0;
}

function parse(args: readonly string[]) {
  return parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true });
}

function optionsOf(values: ReturnType<typeof parse>['values'], io: RedactIo): RedactorOptions {
  const { phone = false, ip = false, mac = false } = values;
  return {
    kinds: { phone, ip, mac, national_id: values['national-id'] ?? false },
    patterns: values.pattern ?? [],
    contentLength: Number.MAX_SAFE_INTEGER,
    valueLength: Number.MAX_SAFE_INTEGER,
    load: io.load,
    onInvalid: (_name, pattern, reason) =>
      io.stderr(`signalbox redact: "${pattern}" is not valid: ${reason}\n`),
  };
}

/** OTLP JSON holds one of these lists at its top. */
const OTLP_ROOTS = ['resourceSpans', 'resourceLogs', 'resourceMetrics'];

/** A document of the input, or the text of lines in a row that hold none. */
interface Piece {
  readonly content: object | string;
  /** The line it begins in, from 1. */
  readonly line: number;
}

/**
 * The documents of the input: one, or one in each line as exporters to files write them. A line
 * that is broken is text and leaves the others what they are. Undefined if there is no document.
 */
function parseOtlp(input: string): readonly Piece[] | undefined {
  const whole = parseDocument(input);
  if (whole) return [{ content: whole, line: 1 }];
  const pieces: Piece[] = [];
  const lines = input.split('\n');
  // Lines of text stay together, since a key may go over many of them.
  let begun = 0;
  const endText = (end: number): void => {
    let first = begun;
    while (first < end && lines[first]?.trim() === '') first++;
    if (first < end) pieces.push({ content: lines.slice(first, end).join('\n').trimEnd(), line: first + 1 });
  };
  lines.forEach((text, index) => {
    const content = parseDocument(text);
    if (!content) return;
    endText(index);
    pieces.push({ content, line: index + 1 });
    begun = index + 1;
  });
  endText(lines.length);
  return pieces.some(({ content }) => typeof content === 'object') ? pieces : undefined;
}

function parseDocument(text: string): object | undefined {
  if (!text.trimStart().startsWith('{')) return undefined;
  try {
    const document = JSON.parse(text) as object;
    return OTLP_ROOTS.some((root) => root in document) ? document : undefined;
  } catch {
    // Not one JSON document.
    return undefined;
  }
}

/** In the form they were read: one document over many lines, several in a line each. */
function printed(pieces: readonly Piece[], redactor: Redactor): string {
  const indent = pieces.length === 1 ? 2 : 0;
  return pieces
    .map(({ content }) =>
      typeof content === 'string'
        ? redactor.redactText(content)
        : JSON.stringify(redactDocument(content, redactor), null, indent),
    )
    .map((text) => `${text}\n`)
    .join('');
}

function explainPieces(pieces: readonly Piece[], redactor: Redactor): Shown[] {
  return pieces.flatMap(({ content, line }) => {
    if (typeof content === 'string') return explainText(content, redactor, line);
    const shown = explainDocument(content, redactor);
    return pieces.length === 1 ? shown : shown.map((each) => ({ ...each, place: `${line}:${each.place}` }));
  });
}

function explainText(text: string, redactor: Redactor, firstLine = 1): Shown[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return explain(text, '', redactor, (start) => {
    const line = starts.findLastIndex((each) => each <= start);
    return `${line + firstLine}:${start - (starts[line] as number) + 1}`;
  });
}

function explain(text: string, key: string, redactor: Redactor, placeOf: (start: number) => string): Shown[] {
  return redactor.explain(text, key).map(({ start, end, kind, detector, replacement }) => ({
    place: placeOf(start),
    kind,
    detector,
    found: preview(text.slice(start, end)),
    replacement: replacement ?? '(dropped)',
  }));
}

function preview(found: string): string {
  const head = found.length >= 12 ? found.slice(0, 4) : '';
  return `${head.replace(/\s/g, ' ')}… (${found.length} characters)`;
}

function explainDocument(document: object, redactor: Redactor): Shown[] {
  const shown: Shown[] = [];
  visit(document, [], '', {
    keys: redactor.keys,
    replace(text, path, key) {
      // A key can hold a secret itself.
      shown.push(...explain(text, key, redactor, () => redactor.redactText(path.join('.'))));
      return text;
    },
  });
  return shown;
}

function redactDocument(document: object, redactor: Redactor): unknown {
  return visit(document, [], '', {
    keys: redactor.keys,
    replace: (text, _path, key) =>
      key === '' ? redactor.redactText(text) : (redactor.redactAttribute(key, text) ?? ''),
  });
}

/** Identities and times of OTLP: hexadecimal and numbers in text, never content. */
const IDENTITY = /(?:Id|UnixNano|schemaUrl|traceState|^key)$/;

/** What becomes of the texts of a document. */
interface Visitor {
  readonly keys: Redactor['keys'];
  replace(text: string, path: readonly string[], key: string): unknown;
}

/** Rebuilds a document with every text replaced; an attribute's value is given its key. */
function visit(value: unknown, path: readonly string[], key: string, how: Visitor): unknown {
  if (typeof value === 'string') return visitText(value, path, key, how);
  if (Array.isArray(value)) {
    const texts = value.map((item) => (item as { stringValue?: unknown } | null)?.stringValue);
    return value.map((item, index) =>
      visit(item, [...path, String(index)], how.keys.nameBefore(texts, index, key) ?? key, how),
    );
  }
  if (typeof value !== 'object' || value === null) return value;
  const named = 'key' in value && typeof value.key === 'string' ? value.key : undefined;
  return Object.fromEntries(
    Object.entries(value).map(([field, child]) => [
      field,
      visit(
        child,
        named === undefined ? [...path, field] : [...path, named],
        field === 'value' && named !== undefined ? named : key,
        how,
      ),
    ]),
  );
}

function visitText(text: string, path: readonly string[], key: string, how: Visitor): unknown {
  const field = path.at(-1) ?? '';
  if (IDENTITY.test(field)) return text;
  if (field !== 'bytesValue') return how.replace(text, path, key);
  const content = Buffer.from(text, 'base64').toString('latin1');
  const clean = how.replace(content, path, '');
  return clean === content ? text : Buffer.from(String(clean), 'latin1').toString('base64');
}

function format(findings: readonly Shown[]): string {
  if (findings.length === 0) return 'Nothing to redact.\n';
  const lines = findings.map(
    ({ place, kind, detector, found, replacement }) =>
      `${place}  ${detector === kind ? kind : `${kind} (${detector})`}: ${found} → ${replacement}`,
  );
  return `${lines.join('\n')}\n${findings.length} found.\n`;
}
