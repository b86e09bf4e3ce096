import type { SpanStatus } from '@opentelemetry/api';
import { firstCodePoints } from '../../../src/core/index.ts';
import type { ContentMode } from './policy.ts';

/** How the text of an error is held. */
type Form = 'message' | 'stack' | 'chain';

/**
 * Attributes with the words of an error. A provider quotes the prompt in them, a tool its
 * arguments, so they count as content of both sides; class, code and status tell the failure.
 */
const ERROR_TEXT: Readonly<Record<string, Form>> = {
  'exception.message': 'message',
  'error.message': 'message',
  'exception.stacktrace': 'stack',
  'error.stack': 'stack',
  'signalbox.exception.chain': 'chain',
};

/** Code points of an error's text at most: events with several stay below Datadog's 25 000. */
const MAX_TEXT = 4000;

const FRAME = /^\s+at \S/;
const CLASS = /^[\w$.]+/;

/** The form in which an attribute holds an error's text, or undefined if it holds none. */
export function errorForm(key: string): Form | undefined {
  return Object.hasOwn(ERROR_TEXT, key) ? ERROR_TEXT[key] : undefined;
}

/**
 * What may pass of an error's text; undefined if nothing.
 *
 * @param message the error's message, if known: where it stands within a stack, it is cut out
 * @param length code points of a message in a preview
 */
export function errorText(
  form: Form,
  value: unknown,
  { mode, message, length }: { mode: ContentMode; message: unknown; length: number },
): unknown {
  if (mode === 'full') return typeof value === 'string' ? firstCodePoints(value, MAX_TEXT) : value;
  if (form === 'chain')
    return Array.isArray(value) ? value.map((link) => CLASS.exec(String(link))?.[0] ?? '') : undefined;
  const text = String(value);
  if (form === 'stack') return framesOf(text, typeof message === 'string' ? message : '');
  return mode === 'preview' ? firstCodePoints(text, length) : undefined;
}

/** A status whose message is as short as the mode says. */
export function errorStatus(status: SpanStatus, mode: ContentMode, length: number): SpanStatus {
  if (status.message === undefined) return status;
  if (mode === 'off') return { code: status.code };
  return { ...status, message: firstCodePoints(status.message, mode === 'full' ? MAX_TEXT : length) };
}

/** The class and the frames of a stack, without the message between them. */
function framesOf(stack: string, message: string): string {
  const at = message === '' ? -1 : stack.indexOf(message);
  // Lines of the message may look like frames; those before its end never count.
  const lines = (at < 0 ? stack : stack.slice(at + message.length)).split('\n');
  let first = lines.length;
  while (first > 0 && FRAME.test(lines[first - 1] as string)) first--;
  const name = at === 0 ? undefined : CLASS.exec(stack)?.[0];
  return [...(name ? [name] : []), ...lines.slice(first)].join('\n');
}
