import type { Attributes, Context } from '@opentelemetry/api';
import type { ReadableSpan, Span, SpanProcessor } from '@opentelemetry/sdk-trace';
import { copySpan } from '../../src/core/index.ts';
import { KeyTable } from './key-table.ts';
import { type CardinalityOptions, OVERFLOW_VALUE } from './options.ts';
import { templateName } from './path-template.ts';
import type { OnOverflow } from './series-guard.ts';

/** Different span names of one scope; after that the name is what comes before the path. */
const NAMES_LIMIT = 1_000;
const SCOPES_LIMIT = 500;

/**
 * Bounds the names of spans and, if told to, the values of their attributes. Off by default: on
 * spans a value that occurs once is often the one that is looked for.
 */
export class CardinalitySpanProcessor implements SpanProcessor {
  private readonly names = new Map<string, Set<string>>();
  private readonly tables = new Map<string, KeyTable>();

  constructor(
    private readonly next: SpanProcessor,
    private readonly options: CardinalityOptions,
    private readonly onOverflow: OnOverflow = () => {},
  ) {
    if (next.onEnding) this.onEnding = (span) => next.onEnding?.(span);
    for (const [key, limit] of options.spanValues ? Object.entries(options.keyLimits) : []) {
      const overflowValue =
        options.action === 'drop' ? undefined : (options.overflowValues[key] ?? OVERFLOW_VALUE);
      const rule = { limit, overflowValue, blocked: false, isPath: false, dropUuids: false };
      this.tables.set(key, new KeyTable(key, rule, onOverflow));
    }
  }

  /** Present only where the next processor has it. */
  onEnding?: (span: Span) => void;

  onStart(span: Span, parentContext: Context): void {
    this.next.onStart(span, parentContext);
  }

  onEnd(span: ReadableSpan): void {
    const name = this.options.spanNames ? this.limitName(span) : span.name;
    const attributes = this.limitAttributes(span.attributes);
    const isSame = name === span.name && attributes === span.attributes;
    this.next.onEnd(isSame ? span : copySpan(span, { name, attributes }));
  }

  private limitName({ name, instrumentationScope }: ReadableSpan): string {
    const template = templateName(name);
    const names = this.namesOf(instrumentationScope.name);
    if (names.has(template)) return template;
    if (names.size < NAMES_LIMIT) {
      names.add(template);
      return template;
    }
    this.onOverflow('name');
    const method = /^[A-Z]{3,7}(?= )/.exec(name)?.[0];
    return method === undefined ? OVERFLOW_VALUE : `${method} ${OVERFLOW_VALUE}`;
  }

  private namesOf(scope: string): Set<string> {
    const key = this.names.has(scope) || this.names.size < SCOPES_LIMIT ? scope : '';
    let names = this.names.get(key);
    if (!names) {
      names = new Set();
      this.names.set(key, names);
    }
    return names;
  }

  /** Only keys that have a limit of their own: the others are what spans are for. */
  private limitAttributes(attributes: Attributes): Attributes {
    let copy: Attributes | undefined;
    for (const [key, table] of this.tables) {
      const value = attributes[key];
      if (value === undefined) continue;
      const limited = table.lookup(value, 0).value;
      if (limited === value) continue;
      copy ??= { ...attributes };
      if (limited === undefined) delete copy[key];
      else copy[key] = limited;
    }
    return copy ?? attributes;
  }

  forceFlush(): Promise<void> {
    return this.next.forceFlush();
  }

  shutdown(): Promise<void> {
    return this.next.shutdown();
  }
}
