import type { Variable } from '../core/index.ts';
import type { Chosen, Config } from './config.ts';
import type { SettingsReader } from './reader.ts';
import type { Selection } from './selection.ts';
import * as propagation from './variables/propagation.ts';

/**
 * What is read and what is written. Datadog's variables win over OpenTelemetry's, the one for a
 * direction over the one for both, as in dd-trace.
 */
export function readPropagation(
  reader: SettingsReader,
  selection: Selection,
): Pick<Config, 'propagators' | 'propagation'> {
  const both = reader.isSet(propagation.DD_STYLE) ? propagation.DD_STYLE : propagation.PROPAGATORS;
  reportContradiction(reader);
  const namesOf = new Map<Variable<readonly string[]>, Chosen[]>();
  const chosen = (own: Variable<readonly string[]>): Chosen[] => {
    const variable = reader.isSet(own) ? own : both;
    const known = namesOf.get(variable) ?? selection.propagators(variable);
    namesOf.set(variable, known);
    return known;
  };
  const extract = chosen(propagation.DD_STYLE_EXTRACT);
  const inject = chosen(propagation.DD_STYLE_INJECT);
  const keys = reader.get(propagation.BAGGAGE_TAG_KEYS);
  return {
    propagators: [...new Set([...extract, ...inject])],
    propagation: {
      extract: extract.map(({ name }) => name),
      inject: inject.map(({ name }) => name),
      extractFirst: reader.get(propagation.EXTRACT_FIRST),
      behavior: reader.get(propagation.BEHAVIOR_EXTRACT),
      traceId128: reader.get(propagation.TRACE_ID_128),
      baggageTagKeys: keys.length === 1 && keys[0]?.toLowerCase() === 'none' ? [] : keys,
    },
  };
}

function reportContradiction(reader: SettingsReader): void {
  const { DD_STYLE, PROPAGATORS } = propagation;
  const style = reader.get(DD_STYLE);
  if (!style || !reader.isSet(PROPAGATORS)) return;
  const standard = reader.get(PROPAGATORS);
  if (style.join(',').toLowerCase() === standard.join(',').toLowerCase()) return;
  reader.report({
    code: 'CFG011',
    source: reader.sourceOf(DD_STYLE),
    message: `"${style.join(',')}" contradicts ${reader.sourceOf(PROPAGATORS)} "${standard.join(',')}"`,
    used: `using ${style.join(',')}`,
  });
}
