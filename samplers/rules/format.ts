import { type Condition, FIELDS, FLAGS, type Key, type RateSpec, type Rule, type Test } from './rule.ts';

/** Writes a rule the way users write it; what {@link parseRules} reads back as the same rule. */
export function formatRule(rule: Rule): string {
  const parts = [formatRate(rule.rate), ...rule.conditions.map(formatCondition)];
  if (rule.name) parts.push(`# ${rule.name}`);
  return parts.join(' ');
}

/** The rate alone: `keep`, `0.1`, `100/s min=0.01`, `<=50/s`. */
export function formatRate(rate: RateSpec): string {
  if (rate.kind === 'limit') return `<=${rate.perSecond}/s`;
  if (rate.kind === 'adaptive') {
    const min = rate.min === undefined ? '' : ` min=${rate.min}`;
    const max = rate.max === undefined ? '' : ` max=${rate.max}`;
    return `${rate.target}/s${min}${max}`;
  }
  if (rate.rate === 1) return 'keep';
  return rate.rate === 0 ? 'drop' : String(rate.rate);
}

/** One condition. */
export function formatCondition(condition: Condition): string {
  switch (condition.kind) {
    case 'flag':
      return condition.flag;
    case 'not':
      return `!${formatCondition(condition.of)}`;
    case 'same':
      return `{${condition.all.map(formatCondition).join(' ')}}`;
    case 'compare':
      return formatKey(condition.key, condition.test) + formatTest(condition.test, condition.key);
  }
}

function formatKey(key: Key, test: Test): string {
  if ('field' in key) return key.field;
  if ('tracestate' in key) return `tracestate.${key.tracestate}`;
  if (key.entry) return `root.${key.attribute}`;
  return quoteIfNeeded(key.attribute, test.op === 'exists' ? LONG_KEY : BARE_KEY, RESERVED);
}

const BARE_KEY = /^[\w.:/-]+$/;
/** A key alone without a dot may be taken for a misspelt condition. */
const LONG_KEY = /^[\w:/-]*\.[\w.:/-]*$/;
const RESERVED = new RegExp(`^(${[...FLAGS, ...FIELDS].join('|')}|root\\..*|tracestate\\..*)$`);

function formatTest(test: Test, key: Key): string {
  const unit = 'field' in key && key.field.endsWith('duration') ? 'ms' : '';
  switch (test.op) {
    case 'exists':
      return '';
    case 'glob':
      return `=${test.patterns.map((pattern) => quoteIfNeeded(pattern, /^[^\s;{}|"#]+$/, /\.\./)).join('|')}`;
    case 'regex':
      return `~"${test.source.replaceAll('"', '\\"')}"`;
    case 'range':
      return `=${test.from}${unit}..${test.to}${unit}`;
    default:
      return `${test.op}${test.value}${unit}`;
  }
}

function quoteIfNeeded(text: string, bare: RegExp, except?: RegExp): string {
  if (bare.test(text) && !except?.test(text)) return text;
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}
