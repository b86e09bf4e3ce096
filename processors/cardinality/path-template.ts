/** Longer paths are not looked at; nobody's route is that long. */
const LENGTH_LIMIT = 1_024;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const ID = '{id}';

/**
 * A path with `{id}` in the place of the segments that identify one thing: `/users/123/orders` →
 * `/users/{id}/orders`. The query goes. Segments taken for ids: numbers, UUIDs, hexadecimal of six
 * characters or more with a digit, anything of 20 characters or more with a digit, and whatever
 * holds one of `%&'()*+,:=@`. Versions (`v2`) and words stay.
 */
export function templatePath(path: string): string {
  if (path.length > LENGTH_LIMIT) return '/{path}';
  const end = path.search(/[?#]/);
  const bare = end < 0 ? path : path.slice(0, end);
  if (!bare.includes('/')) return bare;
  let changed = end >= 0;
  const segments = bare.split('/').map((segment) => {
    if (!isId(segment)) return segment;
    changed = true;
    return ID;
  });
  return changed ? segments.join('/') : path;
}

/** A span name such as `GET /users/123`; names without a path stay. */
export function templateName(name: string): string {
  const at = name.indexOf('/');
  if (at < 0 || name.includes('{') || name.includes(':')) return name;
  const space = name.indexOf(' ', at);
  const path = space < 0 ? name.slice(at) : name.slice(at, space);
  const template = templatePath(path);
  return template === path ? name : name.slice(0, at) + template + (space < 0 ? '' : name.slice(space));
}

/** True for a value of the form of a UUID, with or without dashes. */
export function isUuid(value: unknown): boolean {
  return typeof value === 'string' && value.length === 36 && UUID.test(value);
}

function isId(segment: string): boolean {
  if (segment === '' || segment.startsWith('{') || segment.startsWith(':')) return false;
  if (/^\d+$/.test(segment)) return true;
  if (/[%&'()*+,:=@]/.test(segment)) return true;
  if (!/\d/.test(segment)) return false;
  return segment.length >= 20 || /^[0-9a-f]{6,}$/i.test(segment) || UUID.test(segment);
}
