import {
  boolean,
  datadogBoolean,
  integer,
  listOf,
  oneOf,
  path,
  text,
  variable,
} from '../../src/core/index.ts';
import { ACTIONS, type Action } from './actions.ts';
import { DEFAULT_CONTENT_LENGTH, DEFAULT_VALUE_LENGTH } from './options.ts';
import { SUMMARIES, type Summary } from './summary.ts';
import { kindSwitches, parseAction, patternList, perKind, ruleList } from './value-types.ts';

const topic = 'Redaction';

export const ENABLED = variable({
  name: 'SIGNALBOX_REDACTION',
  // What cannot be read must not switch it off, as a boolean of OpenTelemetry would.
  type: datadogBoolean(),
  default: true,
  topic,
  yaml: 'security.redaction.enabled',
  doc: 'Remove secrets and personal data before anything leaves the process.',
});

export const DRY_RUN = variable({
  name: 'SIGNALBOX_REDACTION_DRY_RUN',
  type: boolean(),
  default: false,
  topic,
  yaml: 'security.redaction.dry_run',
  doc: 'Count what would be redacted and change nothing.',
});

export const PATTERNS = variable({
  name: 'SIGNALBOX_REDACTION_PATTERNS',
  type: patternList(),
  default: [],
  topic,
  yaml: 'security.redaction.patterns',
  doc: 'More regular expressions to redact, in RE2 syntax. An invalid one hides every value entirely.',
});

export const RULES = variable({
  name: 'SIGNALBOX_REDACTION_RULES',
  type: ruleList(),
  default: [],
  topic,
  yaml: 'security.redaction.rules',
  doc: 'The same with a name, a replacement and the keys they apply to, as JSON.',
});

export const KIND_SWITCHES = variable({
  name: 'SIGNALBOX_REDACTION_KINDS',
  type: kindSwitches(),
  default: {},
  topic,
  yaml: 'security.redaction.kinds',
  doc: 'Detectors to switch on (`phone`) or off (`-email`).',
});

export const ALLOW_KEYS = variable({
  name: 'SIGNALBOX_REDACTION_ALLOW_KEYS',
  type: listOf(text('keys, `*` as wildcard')),
  default: [],
  topic,
  yaml: 'security.redaction.allow_keys',
  doc: 'Attributes that are never touched.',
});

export const BLOCK_KEYS = variable({
  name: 'SIGNALBOX_REDACTION_BLOCK_KEYS',
  type: listOf(text('keys, `*` as wildcard')),
  default: [],
  topic,
  yaml: 'security.redaction.block_keys',
  doc: 'Attributes whose value always goes, beside the built-in ones.',
});

export const ACTION = variable<Action>({
  name: 'SIGNALBOX_REDACTION_ACTION',
  type: oneOf(ACTIONS),
  default: 'redact',
  topic,
  yaml: 'security.redaction.action',
  doc: 'What becomes of a finding: a placeholder, a keyed hash, all but the last four characters masked, or the attribute dropped.',
});

export const KIND_ACTIONS = variable({
  name: 'SIGNALBOX_REDACTION_ACTIONS',
  type: perKind('action', parseAction),
  default: {},
  topic,
  yaml: 'security.redaction.actions',
  doc: 'The same by kind, e.g. `email=hash,card=mask`.',
});

export const PLACEHOLDERS = variable({
  name: 'SIGNALBOX_REDACTION_PLACEHOLDERS',
  type: perKind('text', (word) => word),
  default: {},
  topic,
  yaml: 'security.redaction.placeholders',
  doc: 'Placeholders of your own by kind, e.g. `email=<email>`.',
});

export const HMAC_KEY = variable({
  name: 'SIGNALBOX_REDACTION_HMAC_KEY',
  type: text(),
  topic,
  yaml: 'security.redaction.hmac_key',
  doc: 'Key of the hashes; without it they differ from process to process.',
  secret: true,
});

export const HMAC_KEY_FILE = variable({
  name: 'SIGNALBOX_REDACTION_HMAC_KEY_FILE',
  type: path(),
  topic,
  yaml: 'security.redaction.hmac_key_file',
  doc: 'A file that holds the key of the hashes, where `SIGNALBOX_REDACTION_HMAC_KEY` is not set.',
});

export const SUMMARY = variable<Summary>({
  name: 'SIGNALBOX_REDACTION_SUMMARY',
  type: oneOf(SUMMARIES),
  default: 'none',
  topic,
  yaml: 'security.redaction.summary',
  doc: 'Note on a redacted span or log record how many things were replaced, or under which keys.',
});

export const SQL = variable({
  name: 'SIGNALBOX_REDACTION_SQL',
  type: boolean(),
  default: false,
  topic,
  yaml: 'security.redaction.sql',
  doc: 'Put `?` in the place of literals in `db.query.text` and `db.statement`, of SQL, MongoDB and Redis.',
});

export const VALUE_LENGTH = variable({
  name: 'SIGNALBOX_REDACTION_VALUE_LENGTH',
  type: integer({ min: 1, max: 10_000_000 }),
  default: DEFAULT_VALUE_LENGTH,
  topic,
  yaml: 'security.redaction.value_length',
  aliases: ['OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT', 'OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT'],
  doc: 'Longest attribute value in characters; longer ones are cut after redaction, never in the middle of a secret.',
});

export const CONTENT_LENGTH = variable({
  name: 'SIGNALBOX_REDACTION_CONTENT_LENGTH',
  type: integer({ min: 1, max: 10_000_000 }),
  default: DEFAULT_CONTENT_LENGTH,
  topic,
  yaml: 'security.redaction.content_length',
  doc: 'The same for messages, prompts, statements, stack traces and log bodies.',
});

export const QUERY_PATTERN = variable({
  name: 'DD_TRACE_OBFUSCATION_QUERY_STRING_REGEXP',
  type: text('a regular expression'),
  topic,
  doc: 'As dd-trace: what it matches in the query of a URL becomes `<redacted>`. `.*` hides the query; an invalid one too.',
});

export const CLIENT_IP = variable({
  name: 'DD_TRACE_CLIENT_IP_ENABLED',
  type: boolean(),
  topic,
  doc: 'As dd-trace: `false` removes the address of clients and the headers it is taken from.',
});

export const CLIENT_IP_HEADER = variable({
  name: 'DD_TRACE_CLIENT_IP_HEADER',
  type: text('the name of a header'),
  topic,
  doc: 'As dd-trace: the header that holds the address of the client; removed too where that is off.',
});

export const VARIABLES = [
  ENABLED,
  DRY_RUN,
  PATTERNS,
  RULES,
  KIND_SWITCHES,
  ALLOW_KEYS,
  BLOCK_KEYS,
  ACTION,
  KIND_ACTIONS,
  PLACEHOLDERS,
  HMAC_KEY,
  HMAC_KEY_FILE,
  SUMMARY,
  SQL,
  VALUE_LENGTH,
  CONTENT_LENGTH,
  QUERY_PATTERN,
  CLIENT_IP,
  CLIENT_IP_HEADER,
];
