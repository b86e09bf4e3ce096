import { fitJson } from '../../../src/core/index.ts';
import { cutWithMark, LIMITS } from './normalise.ts';

/** Texts up to this length are never too long: a UTF-16 unit is at most 3 bytes of UTF-8. */
export const SURELY_SHORT = Math.floor(LIMITS.metaValue / 3);

/** Longer JSON is cut like any text: parsing it would take too long. */
const MAX_JSON = 4_000_000;

/**
 * A tag's text as short as the Agent wants it. JSON stays JSON, at most 25 000 bytes long, because
 * that is where the Agent cuts: so the messages of GenAI spans stay readable. Other text is cut at
 * 25 000 characters and marked.
 * Source: Datadog Agent, `MaxMetaValLen`, which counts bytes.
 */
export function cutValue(text: string): string {
  return fittedJson(text) ?? cutWithMark(text, LIMITS.metaValue);
}

function fittedJson(text: string): string | undefined {
  const first = text.charCodeAt(0);
  if ((first !== 0x5b && first !== 0x7b) || text.length > MAX_JSON) return undefined;
  if (Buffer.byteLength(text) <= LIMITS.metaValue) return text;
  try {
    return fitJson(JSON.parse(text), LIMITS.metaValue, Buffer.byteLength);
  } catch {
    return undefined;
  }
}
