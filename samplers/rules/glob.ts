/**
 * Compiles a glob: `*` any text, `?` one character, everything else itself, case ignored, the
 * whole value (Datadog's rule globs).
 */
export function globMatcher(pattern: string): (value: string) => boolean {
  const lower = pattern.toLowerCase();
  if (/^\*+$/.test(lower)) return () => true;
  if (!lower.includes('*') && !lower.includes('?')) {
    return (value) => value.length === lower.length && beginsWith(value, lower);
  }
  const star = lower.indexOf('*');
  if (star === lower.length - 1 && !lower.includes('?')) {
    const prefix = lower.slice(0, -1);
    return (value) => value.length >= prefix.length && beginsWith(value, prefix);
  }
  return (value) => matches(lower, value.toLowerCase());
}

/** True if the text begins with a lower-case prefix, case ignored; nothing is allocated for ASCII. */
function beginsWith(text: string, lower: string): boolean {
  for (let at = 0; at < lower.length; at++) {
    const code = text.charCodeAt(at);
    const wanted = lower.charCodeAt(at);
    if (code === wanted || (code >= 65 && code <= 90 && code + 32 === wanted)) continue;
    return code > 127 && text.slice(0, lower.length).toLowerCase() === lower;
  }
  return true;
}

/** Linear-time matching with one point to return to; no regular expression that could blow up. */
function matches(pattern: string, value: string): boolean {
  let p = 0;
  let star = -1;
  let resume = 0;
  for (let v = 0; v < value.length; ) {
    const c = pattern[p];
    if (c === '*') {
      star = p++;
      resume = v;
    } else if (p < pattern.length && (c === '?' || c === value[v])) {
      p++;
      v++;
    } else if (star >= 0) {
      p = star + 1;
      v = ++resume;
    } else {
      return false;
    }
  }
  while (pattern[p] === '*') p++;
  return p === pattern.length;
}

/** A glob as an anchored, case-insensitive regular expression in RE2 syntax, for the Collector. */
export function globToRegex(pattern: string): string {
  const body = pattern
    .replace(/[.+^$()|[\]\\{}]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return `(?is)^${body}$`;
}
