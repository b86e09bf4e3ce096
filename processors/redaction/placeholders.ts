import { isAlnum } from './chars.ts';
import { ERROR_PLACEHOLDER, KIND_NAMES, KINDS, type Kind } from './kinds.ts';

/** What starts every masked value; see the action `mask`. */
export const MASK = '****';
/** Placeholders of all kinds, hashes (`[EMAIL#0123456789abcdef]`) and errors. */
const BUILT_IN = /^\[(?:[A-Z_]*REDACTED(?::[a-z]+)?|[A-Z_]+#[0-9a-f]{16})\]/;

const NAMES = KIND_NAMES.map((kind) => kind.toUpperCase()).join('|');
/** The same, wherever they stand. Their names are spelt out: a search for them has nothing to try again. */
const ANYWHERE = [
  ...[...Object.values(KINDS).map(({ placeholder }) => placeholder), ERROR_PLACEHOLDER]
    .filter((text) => text.startsWith('['))
    .map(literally),
  `\\[(?:${NAMES})#[0-9a-f]{16}\\]`,
  'REDACTED(?::REDACTED)?',
  '\\*{4}.{0,4}',
];

function literally(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

/** The placeholder of each kind, and the knowledge where one already stands. */
export class Placeholders {
  private readonly texts: Readonly<Record<Kind, string>>;
  private readonly own: readonly string[];
  private readonly anywhere: RegExp;

  constructor(own: Readonly<Partial<Record<Kind, string>>> = {}) {
    this.texts = Object.fromEntries(
      KIND_NAMES.map((kind) => [kind, own[kind] ?? KINDS[kind].placeholder]),
    ) as Record<Kind, string>;
    this.own = [...new Set(Object.values(own))].filter((text) => text !== '');
    this.anywhere = new RegExp(`(${[...new Set([...this.own.map(literally), ...ANYWHERE])].join('|')})`);
  }

  of(kind: Kind): string {
    return this.texts[kind];
  }

  /** True where an earlier pass put a placeholder, so that a second one changes nothing. */
  isAt(text: string, at: number): boolean {
    const code = text.charCodeAt(at);
    if (code === 91 && BUILT_IN.test(text.slice(at, at + 48))) return true;
    if (code === 82 && text.startsWith('REDACTED', at) && !isAlnum(text.charCodeAt(at + 8))) return true;
    if (code === 42 && text.startsWith(MASK, at)) return true;
    return this.own.some((placeholder) => text.startsWith(placeholder, at));
  }

  /** True if the whole text is one placeholder. */
  is(text: string): boolean {
    if (text.length > 64) return this.own.includes(text);
    return (
      text === ERROR_PLACEHOLDER ||
      BUILT_IN.exec(text)?.[0] === text ||
      text.startsWith(MASK) ||
      this.own.includes(text) ||
      text === 'REDACTED'
    );
  }

  /** The text cut into what lies between placeholders and, at odd places, the placeholders. */
  split(text: string): string[] {
    return text.split(this.anywhere);
  }
}
