import { isAlnum } from '../chars.ts';
import { type Match, match } from '../match.ts';
import type { Placeholders } from '../placeholders.ts';
import { type AssignmentRules, findUserAndPassword } from './assignment.ts';
import { findValue } from './value.ts';

/** How the options of one letter pass a secret. */
interface Option {
  readonly commands: readonly string[];
  /** `-pSECRET`; with a blank the option means something else (`mysql -p` asks). */
  readonly isAttached?: boolean;
  /** The value is a name and a password with a colon between. */
  readonly hasUser?: boolean;
}

const MYSQL = ['mysql', 'mysqldump', 'mysqladmin', 'mysqlimport', 'mysqlcheck', 'mariadb', 'mariadb-dump'];
const MONGO = ['mongo', 'mongosh', 'mongodump', 'mongorestore', 'mongoexport', 'mongoimport', 'mongostat'];
const LOGIN = [
  'docker login',
  'podman login',
  'nerdctl login',
  'helm registry login',
  'az login',
  'cf login',
];

/** Source: the manuals of these programs. */
const OPTIONS: ReadonlyMap<number, readonly Option[]> = new Map(
  Object.entries({
    u: [{ commands: ['curl'], hasUser: true }],
    U: [{ commands: ['curl'], hasUser: true }],
    p: [{ commands: MYSQL, isAttached: true }, { commands: ['sshpass', ...MONGO, ...LOGIN] }],
    a: [{ commands: ['redis-cli', 'valkey-cli'] }],
    w: [{ commands: ['ldapsearch', 'ldapadd', 'ldapmodify', 'ldapdelete', 'ldapwhoami', 'ldappasswd'] }],
  } satisfies Record<string, readonly Option[]>).map(([letter, options]) => [letter.charCodeAt(0), options]),
);
/** The letters of these options. */
export const OPTION_LETTERS: string = String.fromCharCode(...OPTIONS.keys());
/** So far before its options the name of a command is looked for. */
const BEFORE = 160;
/** What ends a command. */
const ENDS_COMMAND = /[\n;|&]/;

/** True for a dash that begins an option of one letter which some command passes a secret by. */
export function mayBeOption(text: string, at: number): boolean {
  return text.charCodeAt(at - 1) === 32 && OPTIONS.has(text.charCodeAt(at + 1));
}

/** The secret behind `-u`, `-p` and the like of a command that is known: `curl -u ada:…`, `mysql -p…`. */
export function findOption(text: string, at: number, rules: AssignmentRules): Match | undefined {
  const options = mayBeOption(text, at) ? (OPTIONS.get(text.charCodeAt(at + 1)) ?? []) : [];
  const before = text.slice(Math.max(0, at - BEFORE), at);
  const option = options.find(({ commands }) => commands.some((name) => isCommand(before, name)));
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

/** True if the text ends within a call of the command. */
function isCommand(before: string, name: string): boolean {
  const at = before.lastIndexOf(`${name} `);
  return at >= 0 && !isAlnum(before.charCodeAt(at - 1)) && !ENDS_COMMAND.test(before.slice(at));
}
