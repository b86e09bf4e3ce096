/** Any attribute value as compact JSON; undefined for what cannot be written (cycles, functions). */
export function toJson(value: unknown): string | undefined {
  try {
    return JSON.stringify(value, plain);
  } catch {
    return undefined;
  }
}

/** Bytes as base64, as OTLP's JSON form writes them; big integers as text. */
function plain(this: unknown, _key: string, value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  // A Buffer turns itself into { type: 'Buffer', data: […] } before a replacer sees it.
  if (isBufferJson(value)) return Buffer.from(value.data).toString('base64');
  return typeof value === 'bigint' ? value.toString() : value;
}

function isBufferJson(value: unknown): value is { data: number[] } {
  if (typeof value !== 'object' || value === null) return false;
  return Reflect.get(value, 'type') === 'Buffer' && Array.isArray(Reflect.get(value, 'data'));
}
