import { SpanKind } from '@opentelemetry/api';
import { cutBytes, LIMITS } from './normalise.ts';
import { SLOT, type Slots } from './slots.ts';

/** Source: Datadog Agent, database systems that count as SQL. */
const SQL =
  'other_sql mssql mysql oracle db2 postgresql redshift cloudscape hsqldb maxdb ingres firstsql edb cache ' +
  'firebird derby informix mariadb sqlite sybase teradata vertica h2 coldfusion cockroachdb progress hanadb ' +
  'adabas filemaker instantdb interbase netezza pervasive pointbase clickhouse';

/** Database systems with a type of their own name. */
const OWN = 'cassandra redis memcached mongodb elasticsearch opensearch';

/** The names of the current conventions for systems that the older ones called otherwise. */
const RENAMED = ['microsoft.sql_server', 'oracle.db', 'ibm.db2', 'sap.hana', 'sap.maxdb', 'aws.redshift'];

const TYPE_OF_SYSTEM = new Map<string, string>([
  ...[...SQL.split(' '), ...RENAMED].map((system) => [system, 'sql'] as const),
  ...OWN.split(' ').map((system) => [system, system] as const),
]);

/**
 * The Datadog type of a span.
 * Source: Datadog Agent, `GetOTelSpanType`, and its `llm` for spans with a `gen_ai.` attribute.
 */
export function spanType(slots: Slots, kind: SpanKind, genAi: boolean): string {
  if (genAi) return 'llm';
  const explicit = slots.text(SLOT['span.type']);
  if (explicit) return cutBytes(explicit, LIMITS.type);
  if (kind === SpanKind.SERVER) return 'web';
  if (kind !== SpanKind.CLIENT) return 'custom';
  const system = slots.either(SLOT['db.system.name'], SLOT['db.system']);
  if (!system) return 'http';
  return TYPE_OF_SYSTEM.get(system) ?? TYPE_OF_SYSTEM.get(system.toLowerCase()) ?? 'db';
}
