import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createRedactor } from '../../../processors/redaction/index.ts';
import { adjacentTexts } from './corpus/adjacent.ts';
import { BENIGN } from './corpus/benign.ts';
import { CLASSES, figureRows, missedOf, rowOf } from './corpus/figures.ts';
import { SECRETS } from './corpus/secrets.ts';

const redactor = createRedactor();
/** Tables of the page, without the padding of their columns. */
const page = readFileSync(join(__dirname, '../../../docs/redaction.md'), 'utf8').replace(/ {2,}/g, ' ');

describe('recall', () => {
  it('covers at least 60 kinds of secrets', () =>
    expect(Object.keys(SECRETS).length).toBeGreaterThanOrEqual(60));

  it.each(CLASSES)('of $title is at least $promised', ({ cases, promised }) => {
    const missed = missedOf(cases, redactor);
    const recall = 1 - missed.length / cases.length;
    expect(recall >= promised ? [] : [recall, ...missed.slice(0, 20)]).toEqual([]);
  });

  it('is what the page says, by class and by context', () =>
    expect(figureRows(redactor).filter((row) => !page.includes(row))).toEqual([]));
});

describe('harmless values', () => {
  const vectors = (
    JSON.parse(readFileSync(join(__dirname, '../../vectors/redaction-benign.json'), 'utf8')) as {
      cases: { key: string | null; text: string }[];
    }
  ).cases.map(({ key, text }) => [key ?? 'value', text] as const);

  it('are changed in at most 0.1 % of cases', () => {
    const all = [...vectors, ...BENIGN];
    const changed = all.filter(([key, text]) => redactor.redactAttribute(key, text) !== text);
    expect(changed.length / all.length <= 0.001 ? [] : changed).toEqual([]);
  });

  it('are changed as often as the page says', () => {
    const all = [...vectors, ...BENIGN];
    const changed = all.filter(([key, text]) => redactor.redactAttribute(key, text) !== text).length;
    const row = rowOf(
      'harmless values changed',
      '–',
      '–',
      `${changed} of ${all.length.toLocaleString('en-US')}`,
      '0.1 %',
    );
    expect(page.includes(row) ? '' : row).toBe('');
  });

  it('stay as they are in the text of a log line', () => {
    const all = [...vectors, ...BENIGN].map(([, text]) => text);
    const changed = all.filter((text) => redactor.redactText(text) !== text);
    expect(
      changed.length / all.length <= 0.001 ? [] : changed.map((text) => [text, redactor.redactText(text)]),
    ).toEqual([]);
  });
});

/** Everything that is off by default, since numbers run on in each other. */
const ALL_KINDS = { phone: true, ip: true, mac: true, national_id: true };

describe('a second pass', () => {
  it.each([
    ['placeholders', {}],
    ['placeholders of all kinds', { kinds: ALL_KINDS }],
    ['hashes', { kinds: ALL_KINDS, action: 'hash', hmacKey: 'k' }],
    ['masks', { kinds: ALL_KINDS, action: 'mask' }],
    [
      'placeholders of your own',
      { placeholders: { secret: '[gone]', email: '<mail>', api_key: '***', token: '-removed-' } },
    ],
  ] as const)('changes nothing, with %s', (_name, options) => {
    const own = createRedactor(options);
    const texts = CLASSES.flatMap((each) => each.cases.map(({ text }) => text));
    const unstable = [...texts, ...adjacentTexts(2_000)]
      .map((text) => own.redactText(text))
      .filter((once) => own.redactText(once) !== once)
      .map((once) => [once, own.redactText(once)]);
    expect(unstable).toEqual([]);
  });
});
