import { validateHeaderName, validateHeaderValue } from 'node:http';

/** The headers with names in lower case; undefined if there are none, or one that HTTP does not allow. */
export function validHeaders(input: unknown): Readonly<Record<string, string>> | undefined {
  if (typeof input !== 'object' || input === null) return undefined;
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(input)) {
    if (typeof value !== 'string') return undefined;
    try {
      validateHeaderName(name);
      validateHeaderValue(name, value);
    } catch {
      return undefined;
    }
    headers[name.toLowerCase()] = value;
  }
  return Object.keys(headers).length > 0 ? headers : undefined;
}
