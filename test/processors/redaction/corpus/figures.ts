import type { Redactor } from '../../../../processors/redaction/index.ts';
import { CONTEXTS, TELLING_CONTEXTS } from './contexts.ts';
import { PERSONAL } from './personal.ts';
import { Random } from './random.ts';
import { CONTEXT_SECRETS, SECRETS } from './secrets.ts';
import { SUITE_SECRETS } from './suite-secrets.ts';

const PER_KIND = 10;

type Makers = Readonly<Record<string, (r: Random) => string>>;
type Contexts = Readonly<Record<string, (secret: string) => string>>;

/** A secret, and the text it stands in. */
export interface Case {
  readonly kind: string;
  readonly context: string;
  readonly secret: string;
  readonly text: string;
}

/** A class of the corpus: what is planted, and the share that has to be found. */
export interface CorpusClass {
  readonly title: string;
  readonly kinds: number;
  readonly contexts: number;
  readonly promised: number;
  readonly cases: readonly Case[];
}

function casesOf(kinds: Makers, contexts: Contexts): Case[] {
  const random = new Random(20_261_120);
  return Object.entries(kinds).flatMap(([kind, make]) =>
    Array.from({ length: PER_KIND }, () => make(random)).flatMap((secret) =>
      Object.entries(contexts).map(([context, put]) => ({ kind, context, secret, text: put(secret) })),
    ),
  );
}

/** What a length limit leaves of secrets: 30 to 90 %, and 14 characters at least. */
function truncatedCases(): Case[] {
  const random = new Random(7);
  return Object.entries(SECRETS).flatMap(([kind, make]) =>
    Array.from({ length: PER_KIND }, () => {
      const whole = make(random);
      const secret = whole.slice(0, Math.max(14, Math.floor(whole.length * (0.3 + random.next() * 0.6))));
      return { kind, context: 'truncated', secret, text: `Error: invalid key ${secret}` };
    }),
  );
}

function corpusClass(title: string, promised: number, kinds: Makers, cases: readonly Case[]): CorpusClass {
  const contexts = new Set(cases.map(({ context }) => context)).size;
  return { title, promised, kinds: Object.keys(kinds).length, contexts, cases };
}

/** The whole corpus; the eighth context of secrets, cut off, is a class of its own. */
export const CLASSES: readonly CorpusClass[] = [
  corpusClass('secrets', 0.97, SECRETS, casesOf(SECRETS, CONTEXTS)),
  corpusClass('secrets of public suites', 0.97, SUITE_SECRETS, casesOf(SUITE_SECRETS, CONTEXTS)),
  corpusClass('secrets cut off', 0.9, SECRETS, truncatedCases()),
  corpusClass('personal data', 0.99, PERSONAL, casesOf(PERSONAL, CONTEXTS)),
  corpusClass('given away by words', 0.55, CONTEXT_SECRETS, casesOf(CONTEXT_SECRETS, TELLING_CONTEXTS)),
];

/** The cases of which eight characters in a row, or a shorter secret, are left. */
export function missedOf(cases: readonly Case[], redactor: Redactor): Case[] {
  return cases.filter(({ secret, text }) => !isGone(secret, redactor.redactText(text)));
}

function isGone(secret: string, text: string): boolean {
  const width = Math.min(8, secret.length);
  for (let index = 0; index + width <= secret.length; index++) {
    if (text.includes(secret.slice(index, index + width))) return false;
  }
  return true;
}

/** The rows of the two tables of `docs/redaction.md`: by class, and by context and class. */
export function figureRows(redactor: Redactor): string[] {
  const missed = new Set(CLASSES.flatMap(({ cases }) => missedOf(cases, redactor)));
  const cell = (cases: readonly Case[]): string => {
    const lost = cases.filter((each) => missed.has(each)).length;
    return cases.length === 0 ? '–' : `${countOf(cases.length - lost)} of ${countOf(cases.length)}`;
  };
  const contexts = [...new Set(CLASSES.flatMap(({ cases }) => cases.map(({ context }) => context)))];
  return [
    ...CLASSES.map(({ title, kinds, contexts: places, promised, cases }) =>
      rowOf(title, String(kinds), String(places), cell(cases), `${Math.round(promised * 100)} %`),
    ),
    ...contexts.map((context) =>
      rowOf(
        context,
        ...['secrets', 'personal data', 'given away by words'].map((title) =>
          cell(
            CLASSES.filter((each) => each.title.startsWith(title))
              .flatMap(({ cases }) => cases)
              .filter((each) => each.context === context),
          ),
        ),
      ),
    ),
  ];
}

/** A row of a table as it reads without padding. */
export function rowOf(...cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

function countOf(count: number): string {
  return count.toLocaleString('en-US');
}
