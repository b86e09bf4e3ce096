/** One trace as two backends show it. Each tree is drawn from what its own side received. */
import { bold, branches, dim, pad, paint, styleOf } from './style.mjs';

const LEFT = 40;
/** Service with its branch, operation, resource, type. */
const RIGHT = [17, 20, 18, 6];
const HEADS = ['Datadog: service', 'operation', 'resource', 'type', 'error'];

/** The lines to print: a title, the heads of both columns, the spans. */
export function sideBySide(otlp, datadog, request) {
  const left = branches(otlp).map(otlpLine);
  const right = branches(datadog).map(datadogLine);
  const title = request ? `GET ${request.path}` : 'unexpected trace';
  const lines = [
    '',
    `  ${bold(title)}  ${dim(`trace ${otlp[0]?.traceId}  in both`)}`,
    `  ${dim(row('OTLP: service, name, kind', columns(HEADS).trimEnd()))}`,
  ];
  for (let index = 0; index < Math.max(left.length, right.length); index++)
    lines.push(`  ${row(left[index] ?? '', right[index] ?? '')}`.trimEnd());
  return lines;
}

const row = (left, right) => `${pad(left, LEFT)}  ${right}`;

const columns = (cells) => cells.map((cell, index) => pad(cell, RIGHT[index] ?? 0)).join('  ');

function otlpLine({ span: { service, name, kind, status }, branch }) {
  const shown = status.code === 'ERROR' ? paint('red', name) : name;
  return `${dim(branch)}${paint(styleOf(service), service)} ${shown} ${dim(kind.toLowerCase())}`;
}

function datadogLine({ span: { service, operation, resource, type, error }, branch }) {
  const cells = [
    `${dim(branch)}${paint(styleOf(service), service)}`,
    operation,
    error ? paint('red', resource) : resource,
    dim(type),
  ];
  return `${columns(cells)}${error ? `  ${paint('red', error)}` : ''}`;
}
