import type { Attributes, Link } from '@opentelemetry/api';
import type { ReadableSpan, TimedEvent } from '@opentelemetry/sdk-trace';
import { copySpan } from '../../src/core/index.ts';
import type { Redactor } from './redactor.ts';
import type { SharedParts } from './shared-parts.ts';

/**
 * The span with everything replaced that must not leave: name, attributes, events, links, status
 * message, resource and scope. The same object if nothing had to be replaced; otherwise a copy that
 * shares what is unchanged. The span of the SDK itself is never touched.
 */
export function redactSpan(span: ReadableSpan, redactor: Redactor, shared: SharedParts): ReadableSpan {
  const name = redactor.redactText(String(span.name));
  const attributes = redactor.redactAttributes(span.attributes);
  const events = redactAll(span.events, (event) => redactEvent(event, redactor));
  const links = redactAll(span.links, (link) => redactLink(link, redactor));
  const { message } = span.status;
  const cleanMessage = message === undefined ? undefined : redactor.redactText(String(message));
  const resource = shared.resource(span.resource);
  const instrumentationScope = shared.scope(span.instrumentationScope);
  const isSame =
    name === span.name &&
    attributes === span.attributes &&
    events === span.events &&
    links === span.links &&
    cleanMessage === message &&
    resource === span.resource &&
    instrumentationScope === span.instrumentationScope;
  if (isSame) return span;
  const status = cleanMessage === undefined ? span.status : { ...span.status, message: cleanMessage };
  return copySpan(span, { name, attributes, events, links, status, resource, instrumentationScope });
}

/** A span that must leave though it could not be examined: its identity and times, and nothing else. */
export function emptySpan(span: ReadableSpan, placeholder: string): ReadableSpan {
  const status = { code: span.status.code, message: placeholder };
  return copySpan(span, { name: placeholder, attributes: {}, events: [], links: [], status });
}

function redactEvent(event: TimedEvent, redactor: Redactor): TimedEvent {
  const name = redactor.redactText(String(event.name));
  const attributes = event.attributes && redactor.redactAttributes(event.attributes);
  return name === event.name && attributes === event.attributes
    ? event
    : withAttributes({ ...event, name }, attributes);
}

function redactLink(link: Link, redactor: Redactor): Link {
  const attributes = link.attributes && redactor.redactAttributes(link.attributes);
  return attributes === link.attributes ? link : withAttributes({ ...link }, attributes);
}

function withAttributes<T extends { attributes?: Attributes }>(
  target: T,
  attributes: Attributes | undefined,
): T {
  if (attributes) target.attributes = attributes;
  return target;
}

function redactAll<T>(items: T[], redact: (item: T) => T): T[] {
  let copy: T[] | undefined;
  for (let index = 0; index < items.length; index++) {
    const item = items[index] as T;
    const clean = redact(item);
    if (clean === item) continue;
    copy ??= items.slice();
    copy[index] = clean;
  }
  return copy ?? items;
}
