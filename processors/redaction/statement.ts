import type { Attributes } from '@opentelemetry/api';
import { sanitizeSql } from './sql.ts';

/** Systems whose statements are a command and its arguments. Source: semantic conventions, `db.system.name`. */
const COMMAND_SYSTEMS: ReadonlySet<string> = new Set(['redis', 'valkey', 'memcached']);
/** Levels of a document that are looked at. */
const DEPTH_LIMIT = 64;

/**
 * A database statement with `?` in the place of what it says about data. Of JSON documents, as
 * MongoDB and Elasticsearch have them, the names of fields stay; of commands, as Redis has them,
 * the name of the command; everything else is taken for SQL. What cannot be read goes entirely.
 *
 * @param system `db.system.name`, empty if it is not known
 */
export function sanitizeStatement(statement: string, system = ''): string {
  if (COMMAND_SYSTEMS.has(system)) return statement.split('\n').map(sanitizeCommand).join('\n');
  const start = statement.search(/[^ \t\r\n]/);
  if (statement[start] !== '{' && statement[start] !== '[') return sanitizeSql(statement);
  try {
    return JSON.stringify(withoutValues(JSON.parse(statement), 0));
  } catch {
    return '?';
  }
}

function sanitizeCommand(line: string): string {
  const words = line.trim().split(' ').filter(Boolean);
  return words.map((word, index) => (index === 0 ? word : '?')).join(' ');
}

function withoutValues(value: unknown, depth: number): unknown {
  if (typeof value !== 'object' || value === null || depth > DEPTH_LIMIT) return '?';
  if (Array.isArray(value)) return value.map((item) => withoutValues(item, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, withoutValues(item, depth + 1)]),
  );
}

/** Source: semantic conventions for databases, current and former name. */
export function systemOf(attributes: Attributes): string {
  return String(attributes['db.system.name'] ?? attributes['db.system'] ?? '');
}
