import type { ValueType } from '../core/index.ts';

/**
 * `key:value` tags with commas between, or blanks where there is no comma. A tag without a key costs
 * itself only.
 * Source: Datadog documentation of `DD_TAGS`.
 */
export function tagList(): ValueType<Readonly<Record<string, string>>> {
  return {
    name: 'key:value list',
    accepts: 'key:value tags with commas or blanks between them',
    parse(input) {
      const tags: Record<string, string> = {};
      let isWhole = true;
      for (const tag of input.split(input.includes(',') ? ',' : /\s+/)) {
        if (tag.trim() === '') continue;
        const colon = tag.indexOf(':');
        const key = (colon < 0 ? tag : tag.slice(0, colon)).trim();
        if (!key) isWhole = false;
        else tags[key] = colon < 0 ? '' : tag.slice(colon + 1).trim();
      }
      if (isWhole) return { value: Object.freeze(tags) };
      return { problem: 'has a tag without a key', instead: Object.freeze(tags) };
    },
    parseEntries: (entries) => ({ value: Object.freeze(Object.fromEntries(entries)) }),
    format: (tags) =>
      Object.entries(tags)
        .map(([key, value]) => `${key}:${value}`)
        .join(','),
  };
}
