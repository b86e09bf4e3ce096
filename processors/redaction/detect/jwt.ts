import { BASE64, BASE64URL, runEnd } from '../chars.ts';
import { type Match, match, type WordDetector } from '../match.ts';

/** The first characters of `{"alg":`, `{"typ":` and the other header names of RFC 7515 and 7516 in Base64. */
const HEADERS: ReadonlySet<string> = new Set([
  'eyJhbGci',
  'eyJ0eXAi',
  'eyJraWQi',
  'eyJlbmMi',
  'eyJjdHki',
  'eyJ6aXAi',
  'eyJ4NXQi',
  'eyJqa3Ui',
  'eyJqd2si',
  'eyJ4NXUi',
  'eyJjcml0',
  'eyJlcGsi',
  'eyAiYWxn',
  'eyAidHlw',
  'ewogICJh',
  'ewogICJ0',
  'ewogICJr',
]);

const UNKNOWN_HEADER_LIMIT = 256;

/** JSON Web Tokens: `header.payload.signature`, without signature, encrypted, or cut off. */
export const JWT: readonly WordDetector[] = [
  ...['eyJ', 'eyA', 'ewo'].map((prefix) => ({ name: 'jwt', kind: 'jwt' as const, prefix, find: findJwt })),
  { name: 'jwt', kind: 'jwt', prefix: 'ZXlK', find: findEncodedJwt },
];

/** How Base64 of the known headers begins when it is encoded once more, as in the data of Kubernetes. */
const ENCODED: ReadonlySet<string> = new Set(
  [...HEADERS].map((header) => Buffer.from(header).toString('base64').slice(0, 10)),
);

function findEncodedJwt(text: string, at: number): Match | undefined {
  if (!ENCODED.has(text.slice(at, at + 10))) return undefined;
  const end = runEnd(text, at, BASE64);
  return end - at >= 40 || end === text.length ? match(at, end, 'jwt', 'jwt') : undefined;
}

function findJwt(text: string, at: number): Match | undefined {
  const known = HEADERS.has(text.slice(at, at + 8));
  // Within a longer run only a known header counts, so that no run is read twice.
  const before = text.charCodeAt(at - 1);
  if (!known && (before === 45 || before === 95)) return undefined;
  // A known header is swallowed whatever follows; another one is looked at in part.
  let end = runEnd(text, at, BASE64URL, known ? text.length : at + UNKNOWN_HEADER_LIMIT);
  const header = end - at;
  let parts = 1;
  const secondIsJson = text.startsWith('.ey', end);
  while (parts < 5 && text.charCodeAt(end) === 46) {
    const next = runEnd(text, end + 1, BASE64URL);
    if (next === end + 1 && parts !== 2) break;
    end = next;
    parts++;
  }
  if (header >= 12 && parts >= 2 && (known || secondIsJson)) return match(at, end, 'jwt', 'jwt');
  const cutOff = end === text.length && known && header >= 8;
  // Long runs that begin like a header are tokens whose rest was lost, wherever they stand.
  return cutOff || (known && header >= 20) ? match(at, end, 'jwt', 'jwt') : undefined;
}
