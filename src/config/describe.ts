import { allVariables } from './core-variables.ts';
import type { LoadInput } from './load.ts';
import { readerOf, withNamedDestinations } from './load.ts';
import { type Origin, showValue } from './reader.ts';

/** One setting in effect, fit to be shown: secrets are masked. */
export interface SettingInEffect {
  readonly name: string;
  readonly yaml?: string;
  readonly topic: string;
  /** As users write it; undefined if it is not set and has no default. */
  readonly value?: string;
  readonly origin: Origin;
  /** The variable, `file:line key` or option that gave the value; undefined for defaults. */
  readonly source?: string;
}

/** All settings with their values and where these came from, in the order of the documentation. */
export function describeConfig(input: LoadInput): readonly SettingInEffect[] {
  const variables = allVariables(withNamedDestinations(input));
  const reader = readerOf(input, variables);
  return variables.map((variable) => {
    const value: unknown = reader.get(variable);
    const origin = reader.originOf(variable);
    return {
      name: variable.name,
      ...(variable.yaml === undefined ? {} : { yaml: variable.yaml }),
      topic: variable.topic,
      ...(value === undefined ? {} : { value: showValue(variable, value) }),
      origin,
      ...(origin === 'default' ? {} : { source: reader.sourceOf(variable) }),
    };
  });
}
