import { DIGITS } from './chars.ts';
import { HTTP_SCHEMES } from './detect/http-scheme.ts';
import { findIban, IBAN_COUNTRIES } from './detect/iban.ts';
import { JWT } from './detect/jwt.ts';
import { PAIRS } from './detect/pairs.ts';
import { PROSE } from './detect/prose.ts';
import { ATLAS, DOTTED, MAXMIND, ZOHO } from './detect/tokens.ts';
import { AI_FORMATS } from './formats/ai.ts';
import { CLOUD_FORMATS } from './formats/cloud.ts';
import { DEVELOPER_FORMATS } from './formats/developer.ts';
import { fromRows } from './formats/format.ts';
import { SERVICE_FORMATS } from './formats/services.ts';
import type { WordDetector } from './match.ts';

const IBAN: readonly WordDetector[] = IBAN_COUNTRIES.map((prefix) => ({
  name: 'iban',
  kind: 'iban',
  prefix,
  follows: DIGITS,
  find: findIban,
}));

/** Every detector that starts at the beginning of a word. */
export const WORD_DETECTORS: readonly WordDetector[] = [
  ...fromRows([...AI_FORMATS, ...CLOUD_FORMATS, ...DEVELOPER_FORMATS, ...SERVICE_FORMATS]),
  ...JWT,
  ...HTTP_SCHEMES,
  ...PROSE,
  ...PAIRS,
  ...DOTTED,
  ATLAS,
  MAXMIND,
  ZOHO,
  ...IBAN,
];
