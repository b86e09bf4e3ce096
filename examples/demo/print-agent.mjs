/** Prints the agent's run as both backends have it, side by side, each in its own words. */
import { bold, dim, pad, paint } from './style.mjs';

const NAME = 28;
const COUNTS = [8, 12];

export function printAgent({ otlp, datadog }) {
  console.log(`${paint(['bold', 'green'], '●')} ${bold('an agent with a tool')}  ${dim('otlp,datadog')}\n`);
  const head = [
    'OTLP: span',
    'tokens',
    'gen_ai.usage.cost',
    'Datadog: resource',
    'operation',
    'type',
    'tokens',
    'estimated_total',
  ];
  console.log(`  ${dim(row(head))}`);
  for (let index = 0; index < Math.max(otlp.length, datadog.length); index++) {
    const { branch = '', name = '', tokens = '', cost = '' } = otlp[index] ?? {};
    const other = datadog[index] ?? {};
    console.log(
      `  ${row([
        `${dim(branch)}${coloured(name)}`,
        tokens,
        paint('green', cost),
        `${dim(other.branch ?? '')}${coloured(other.name ?? '')}`,
        dim(other.operation ?? ''),
        dim(other.type ?? ''),
        other.tokens ?? '',
        paint('green', other.cost ?? ''),
      ])}`.trimEnd(),
    );
  }
  console.log();
}

const WIDTHS = [NAME, COUNTS[0], 18, NAME, 20, 5, COUNTS[0], COUNTS[1]];
const row = (cells) => cells.map((cell, index) => pad(cell, WIDTHS[index])).join('  ');

const STYLES = { invoke_agent: 'magenta', chat: 'cyan', execute_tool: 'yellow' };
const coloured = (name) => paint(STYLES[name.split(' ')[0]] ?? 'white', name);
