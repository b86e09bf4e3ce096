import type { LogRecordLimits } from '@opentelemetry/sdk-logs';
import type { SpanLimits } from '@opentelemetry/sdk-trace';
import { GENAI_ATTRIBUTE_COUNT } from '../../processors/index.ts';
import type { Config } from '../config/index.ts';

/**
 * Redaction cuts values itself, after it has looked at them: half a secret is not recognised
 * any more. Only without it the SDK does. GenAI spans carry more attributes than others, and
 * usage and cost come last.
 */
export function spanLimits(config: Config): SpanLimits {
  const { span } = config.limits;
  return defined({
    ...span,
    attributeCountLimit: span.attributeCountLimit ?? (isOn('genai', config) ? GENAI_ATTRIBUTE_COUNT : 128),
    attributeValueLengthLimit: isOn('redaction', config) ? undefined : span.attributeValueLengthLimit,
  });
}

/** The limits of log records, as far as they are set. */
export function logRecordLimits(config: Config): LogRecordLimits {
  return defined(config.limits.log);
}

function isOn(name: string, { processors }: Config): boolean {
  const chosen = processors.find((processor) => processor.name === name);
  return chosen !== undefined && (chosen.settings as { enabled?: boolean } | undefined)?.enabled !== false;
}

/** The table without its undefined entries: the SDK takes an undefined limit for a wrong one. */
function defined<K extends string>(
  table: Readonly<Record<K, number | undefined>>,
): Partial<Record<K, number>> {
  return Object.fromEntries(Object.entries(table).filter(([, value]) => value !== undefined)) as Partial<
    Record<K, number>
  >;
}
