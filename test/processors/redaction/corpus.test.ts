import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createRedactor } from '../../../processors/redaction/index.ts';
import { BENIGN } from './corpus/benign.ts';
import { CONTEXTS, TELLING_CONTEXTS } from './corpus/contexts.ts';
import { PERSONAL } from './corpus/personal.ts';
import { Random } from './corpus/random.ts';
import { CONTEXT_SECRETS, SECRETS } from './corpus/secrets.ts';

const PER_KIND = 10;
const redactor = createRedactor();

interface Case {
  readonly name: string;
  readonly secret: string;
  readonly text: string;
}

function* casesOf(
  kinds: Readonly<Record<string, (r: Random) => string>>,
  contexts: Readonly<Record<string, (secret: string) => string>>,
): Generator<Case> {
  const random = new Random(20_261_120);
  for (const [kind, make] of Object.entries(kinds)) {
    for (let index = 0; index < PER_KIND; index++) {
      const secret = make(random);
      for (const [context, put] of Object.entries(contexts)) {
        yield { name: `${kind} in ${context}`, secret, text: put(secret) };
      }
    }
  }
}

/** True if no eight characters in a row of the secret are left. */
function isGone(secret: string, text: string): boolean {
  const width = Math.min(8, secret.length);
  for (let index = 0; index + width <= secret.length; index++) {
    if (text.includes(secret.slice(index, index + width))) return false;
  }
  return true;
}

function recallOf(cases: Iterable<Case>): { recall: number; missed: string[] } {
  let total = 0;
  const missed: string[] = [];
  for (const { name, secret, text } of cases) {
    total++;
    if (!isGone(secret, redactor.redactText(text))) missed.push(`${name}: ${text.slice(0, 80)}`);
  }
  return { recall: 1 - missed.length / total, missed };
}

function expectRecall(cases: Iterable<Case>, threshold: number): void {
  const { recall, missed } = recallOf(cases);
  expect({
    recall: recall >= threshold ? 'enough' : recall,
    missed: recall >= threshold ? [] : missed.slice(0, 20),
  }).toEqual({
    recall: 'enough',
    missed: [],
  });
}

describe('recall', () => {
  it('covers at least 60 kinds of secrets', () =>
    expect(Object.keys(SECRETS).length).toBeGreaterThanOrEqual(60));

  it('of secrets is at least 0.97', () => expectRecall(casesOf(SECRETS, CONTEXTS), 0.97));

  it('of personal data is at least 0.99', () => expectRecall(casesOf(PERSONAL, CONTEXTS), 0.99));

  it('of secrets that only their context gives away is at least 0.55', () =>
    expectRecall(casesOf(CONTEXT_SECRETS, TELLING_CONTEXTS), 0.55));

  it('of secrets cut off by a length limit is at least 0.90', () => {
    const random = new Random(7);
    const cases: Case[] = [];
    for (const [kind, make] of Object.entries(SECRETS)) {
      for (let index = 0; index < PER_KIND; index++) {
        const secret = make(random);
        const cut = secret.slice(0, Math.max(14, Math.floor(secret.length * (0.3 + random.next() * 0.6))));
        cases.push({ name: kind, secret: cut, text: `Error: invalid key ${cut}` });
      }
    }
    expectRecall(cases, 0.9);
  });
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

  it('stay as they are in the text of a log line', () => {
    const all = [...vectors, ...BENIGN].map(([, text]) => text);
    const changed = all.filter((text) => redactor.redactText(text) !== text);
    expect(
      changed.length / all.length <= 0.001 ? [] : changed.map((text) => [text, redactor.redactText(text)]),
    ).toEqual([]);
  });
});

describe('a second pass', () => {
  it.each([
    ['placeholders', {}],
    ['hashes', { action: 'hash', hmacKey: 'k' }],
    ['masks', { action: 'mask' }],
    [
      'placeholders of your own',
      { placeholders: { secret: '[gone]', email: '<mail>', api_key: '***', token: '-removed-' } },
    ],
  ] as const)('changes nothing, with %s', (_name, options) => {
    const own = createRedactor(options);
    const cases = [
      ...casesOf(SECRETS, CONTEXTS),
      ...casesOf(PERSONAL, CONTEXTS),
      ...casesOf(CONTEXT_SECRETS, TELLING_CONTEXTS),
    ];
    const unstable = cases
      .map(({ text }) => own.redactText(text))
      .filter((once) => own.redactText(once) !== once)
      .map((once) => [once, own.redactText(once)]);
    expect(unstable).toEqual([]);
  });
});
