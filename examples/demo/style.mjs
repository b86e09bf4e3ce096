/** Colours, columns and branches. Colours follow NO_COLOR, FORCE_COLOR and whether stdout is a terminal. */
import { stripVTControlCharacters, styleText } from 'node:util';
import { childrenOf } from '../../test/support/outline.ts';

export const paint = (style, text) => styleText(style, String(text), { stream: process.stdout });
export const dim = (text) => paint('dim', text);
export const bold = (text) => paint('bold', text);

const SERVICE_STYLES = { gateway: 'cyan', planner: 'magenta', model: 'yellow' };
export const styleOf = (service) => SERVICE_STYLES[service] ?? 'white';

export const cut = (text, width) => (text.length > width ? `${text.slice(0, width - 1)}…` : text);

export const visible = (text) => stripVTControlCharacters(String(text)).length;

/** Fills up to `width` columns, on the left if it is negative. */
export function pad(text, width) {
  const fill = ' '.repeat(Math.max(0, Math.abs(width) - visible(text)));
  return width < 0 ? fill + text : text + fill;
}

/** The spans of a trace from its roots down, each with the branch that leads to it. */
export function branches(trace) {
  const known = new Set(trace.map(({ spanId }) => spanId));
  const roots = trace.filter(({ parentSpanId }) => !known.has(parentSpanId));
  return roots.flatMap((root) => below(trace, root, '', ''));
}

function below(trace, span, branch, indent) {
  const children = childrenOf(trace, span);
  const rest = children.flatMap((child, index) => {
    const isLast = index === children.length - 1;
    return below(trace, child, `${indent}${isLast ? '└ ' : '├ '}`, `${indent}${isLast ? '  ' : '│ '}`);
  });
  return [{ span, branch }, ...rest];
}
