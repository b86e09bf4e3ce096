import { charSet } from '../chars.ts';
import { type Match, match } from '../match.ts';
import type { Placeholders } from '../placeholders.ts';
import { type AssignmentRules, findUserAndPassword } from './assignment.ts';
import { findValue } from './value.ts';

/** How an option of one letter passes a secret. */
interface Option {
  readonly commands: RegExp;
  /** `-pSECRET`; with a blank the option means something else (`mysql -p` asks). */
  readonly isAttached?: boolean;
  /** The value is a name and a password with a colon between. */
  readonly hasUser?: boolean;
}

const CURL: Option = { commands: /\bcurl /, hasUser: true };

/** Source: the manuals of these programs. */
const OPTIONS: ReadonlyMap<string, readonly Option[]> = new Map([
  ['u', [CURL]],
  ['U', [CURL]],
  [
    'p',
    [
      {
        commands: /\b(?:mysql|mysqldump|mysqladmin|mysqlimport|mysqlcheck|mariadb|mariadb-dump) /,
        isAttached: true,
      },
      {
        commands:
          /\b(?:sshpass|mongo|mongosh|mongodump|mongorestore|mongoexport|mongoimport|(?:docker|podman|nerdctl|helm registry|az|cf) login) /,
      },
    ],
  ],
  ['a', [{ commands: /\b(?:redis|valkey)-cli / }]],
  ['w', [{ commands: /\bldap(?:search|add|modify|delete|whoami|passwd) / }]],
]);
/** The letters of these options. */
export const OPTION_LETTERS: string = [...OPTIONS.keys()].join('');
/** So far before its options the name of a command is looked for. */
const BEFORE = 80;

/** True for a dash that begins an option of one letter which some command passes a secret by. */
export function mayBeOption(text: string, at: number): boolean {
  return text.charCodeAt(at - 1) === 32 && OPTIONS.has(text[at + 1] ?? '');
}

/** The secret behind `-u`, `-p` and the like of a command that is known: `curl -u ada:…`, `mysql -p…`. */
export function findOption(text: string, at: number, rules: AssignmentRules): Match | undefined {
  if (!mayBeOption(text, at)) return undefined;
  const before = text.slice(commandStart(text, at), at);
  const option = OPTIONS.get(text[at + 1] ?? '')?.find(({ commands }) => commands.test(before));
  if (!option) return undefined;
  const from = at + 2;
  const hasBlank = text.charCodeAt(from) === 32;
  const value = option.hasUser
    ? findUserAndPassword(text, hasBlank ? from + 1 : from)
    : hasBlank === (option.isAttached === true)
      ? undefined
      : valueAt(text, hasBlank ? from + 1 : from, rules.placeholders);
  return value && match(value.start, value.end, 'secret', 'option');
}

/** What stands there is an argument as it would behind an equals sign. */
function valueAt(text: string, from: number, placeholders: Placeholders) {
  // The name of another option.
  if (text.charCodeAt(from) === 45) return undefined;
  return findValue(text, from, { isQuoted: false, inQuery: false, isEquals: true, placeholders });
}

/** Where the command around a place begins at the earliest: behind the end of the line, or of the one before. */
function commandStart(text: string, at: number): number {
  const stop = Math.max(0, at - BEFORE);
  let start = at;
  for (; start > stop; start--) if (ENDS_COMMAND[text.charCodeAt(start - 1)] === 1) break;
  return start;
}

/** The end of a line, and what stands between two commands. */
const ENDS_COMMAND = charSet('\n;|&');
