/** What is shown in the place of a secret. */
export const MASK = '****';

const USER_INFO = /(\/\/)[^/?#@\s]*@/g;
const QUERY_SECRET = /([?&;][^=&#\s]*(?:key|token|secret|passw|auth|sig)[^=&#\s]*=)[^&#\s]*/gi;
const LONGEST = 120;

/**
 * A value as messages may show it: the credentials of a URL (`user:password@`, `?api_key=…`) masked,
 * and no longer than 120 characters.
 */
export function showable(text: string): string {
  const masked = text.replace(USER_INFO, `$1${MASK}@`).replace(QUERY_SECRET, `$1${MASK}`);
  return masked.length > LONGEST ? `${masked.slice(0, LONGEST - 3)}...` : masked;
}
