import {
  type AnyComponent,
  type AnyVariable,
  type ComponentKind,
  nearest,
  type Problem,
  type Signal,
  type Variable,
} from '../core/index.ts';
import type { Chosen, Config } from './config.ts';
import { showable } from './mask.ts';
import { isAddress, normal, splitName } from './named-destinations.ts';
import type { SettingsReader } from './reader.ts';
import { FALLBACK, FALLBACK_MODE } from './variables/delivery.ts';
import { DISABLED_INSTRUMENTATIONS, ENABLED_INSTRUMENTATIONS, SAMPLER } from './variables/pipeline.ts';
import { PROPAGATORS } from './variables/propagation.ts';
import {
  BACKEND,
  LOGS_EXPORTER,
  METRICS_EXPORTER,
  TRACE_ENABLED,
  TRACES_EXPORTER,
} from './variables/signals.ts';

const EXPORTERS = { traces: TRACES_EXPORTER, metrics: METRICS_EXPORTER, logs: LOGS_EXPORTER } as const;
const SAMPLER_ARG = 'OTEL_TRACES_SAMPLER_ARG';
const NONE = 'none';
const OTLP_ENDPOINTS = ['OTEL_EXPORTER_OTLP_LOGS_ENDPOINT', 'OTEL_EXPORTER_OTLP_ENDPOINT'];
/** Other words for propagators, from Datadog's documentation. */
const PROPAGATOR_SYNONYMS: ReadonlyMap<string, string> = new Map([['b3 single header', 'b3']]);

/** What others call the exporter for development. */
const EXPORTER_SYNONYMS: ReadonlyMap<string, string> = new Map([
  ['stdout', 'console'],
  ['stderr', 'console'],
]);

/** So many addresses of a destination are named; an exporter may have one for each signal. */
const MAX_LISTED = 3;

/** How the words of one setting are matched with components. */
interface Choice {
  readonly kind: ComponentKind;
  readonly variable: Variable<readonly string[]> | Variable<string>;
  /** Used if no word names a component. */
  readonly fallback: readonly string[];
  /** The signal that exporters must carry. */
  readonly signal?: Signal;
}

/** The components the settings choose, each with its own settings. */
export class Selection {
  private readonly chosen = new Map<AnyComponent, Chosen | undefined>();

  constructor(
    private readonly reader: SettingsReader,
    private readonly components: readonly AnyComponent[],
  ) {}

  /** The exporters of each signal, those that stand in for them, and every exporter once. */
  exporters(): Pick<Config, 'exporters' | 'signals' | 'fallback'> {
    const all = new Map<string, Chosen>();
    const namesOf = (signal: Signal): string[] => {
      const chosen = this.exportersOf(signal);
      for (const exporter of chosen) all.set(exporter.name, exporter);
      return chosen.map(({ name }) => name);
    };
    const signals = { traces: namesOf('traces'), metrics: namesOf('metrics'), logs: namesOf('logs') };
    const standIns = this.fallbacks(signals);
    for (const exporter of standIns) all.set(exporter.name, exporter);
    const fallback = { exporters: standIns.map(({ name }) => name), mode: this.reader.get(FALLBACK_MODE) };
    return { exporters: [...all.values()], signals, fallback };
  }

  /** A fallback is of use for the signals that it carries and does not get anyway. */
  private fallbacks(signals: Config['signals']): Chosen[] {
    const words = this.reader.get(FALLBACK);
    if (!words) return [];
    const on = (Object.keys(signals) as Signal[]).filter((signal) => signals[signal].length > 0);
    return this.choose(words, { kind: 'exporter', variable: FALLBACK, fallback: [] }).filter(({ name }) => {
      const carried = on.filter((signal) => carries(this.find('exporter', name), signal));
      if (carried.length === 0 || carried.some((signal) => !signals[signal].includes(name))) return true;
      this.reader.report({
        code: 'CFG012',
        source: this.reader.sourceOf(FALLBACK),
        message: `"${name}" is where ${carried.join(', ')} go anyway`,
        expected: 'another destination',
        used: 'ignoring it as a fallback',
      });
      return false;
    });
  }

  /** The propagators one setting names; `none` counts only where it stands alone. */
  propagators(variable: Variable<readonly string[]>): Chosen[] {
    const words = (this.reader.get(variable) ?? []).map(
      (word) => PROPAGATOR_SYNONYMS.get(word.toLowerCase()) ?? word,
    );
    const others = words.filter((word) => normal(word) !== NONE);
    if (others.length > 0 && others.length < words.length) this.reportNone(variable, 'ignoring it');
    return this.choose(others.length > 0 ? others : words, {
      kind: 'propagator',
      variable,
      fallback: PROPAGATORS.default,
    });
  }

  /** All that there are, in their order: one that is off creates nothing. */
  processors(): Chosen[] {
    return this.all('processor');
  }

  /** All that plug-ins brought. */
  credentials(): Chosen[] {
    return this.all('credentials');
  }

  /** Those that plug-ins brought, unless a setting takes them out. */
  instrumentations(): Chosen[] {
    const enabled = this.reader.get(ENABLED_INSTRUMENTATIONS);
    const disabled = this.reader.get(DISABLED_INSTRUMENTATIONS);
    return this.all('instrumentation').filter(
      ({ name }) => !disabled.includes(name) && (enabled?.includes(name) ?? true),
    );
  }

  private all(kind: ComponentKind): Chosen[] {
    const components = this.components.filter((component) => component.kind === kind);
    return components.map((component) => this.settingsOf(component)).filter((chosen) => chosen !== undefined);
  }

  sampler(): Chosen {
    const fallback = SAMPLER.default;
    const word = this.reader.get(SAMPLER);
    const [sampler] = this.choose([word], { kind: 'sampler', variable: SAMPLER, fallback: [fallback] });
    // With an unknown sampler, that is the mistake, and its argument is none.
    if (this.find('sampler', word)) this.reportUselessArgument(sampler?.name ?? fallback);
    return sampler ?? { name: fallback, settings: undefined };
  }

  /** Settings of the sampling rules, which are read whatever sampler is named. */
  samplingRules(): unknown {
    const rules = this.find('sampler', 'rules');
    return rules && this.settingsOf(rules)?.settings;
  }

  /** The signal's own setting beats the backend, which is for all signals that it can carry. */
  private exportersOf(signal: Signal): Chosen[] {
    if (signal === 'traces' && !this.reader.get(TRACE_ENABLED)) return [];
    const variable = EXPORTERS[signal];
    const own = this.reader.get(variable);
    const fallback = BACKEND.default;
    if (own) return this.choose(own, { kind: 'exporter', variable, fallback, signal });
    const chosen = this.choose(this.reader.get(BACKEND), { kind: 'exporter', variable: BACKEND, fallback });
    const carrying = chosen.filter(({ name }) => carries(this.find('exporter', name), signal));
    if (signal !== 'logs' || carrying.length > 0 || chosen.length === 0) return carrying;
    return this.logsElsewhere();
  }

  /** Logs that no backend can carry go over OTLP, if the user has said where; never to a default address. */
  private logsElsewhere(): Chosen[] {
    const otlp = this.find('exporter', 'otlp');
    const isSaid = otlp?.variables.some(
      (variable) => OTLP_ENDPOINTS.includes(variable.name) && this.reader.isSet(variable),
    );
    const chosen = otlp && isSaid ? this.settingsOf(otlp) : undefined;
    return chosen ? [chosen] : [];
  }

  /** A word that names nothing is reported and left out; if none is left, the fallback is used. */
  private choose(words: readonly string[], choice: Choice): Chosen[] {
    const { kind, variable, fallback, signal } = choice;
    const meant = words.map((word) => (kind === 'exporter' && EXPORTER_SYNONYMS.get(normal(word))) || word);
    const distinct = [...new Map(meant.map((word) => [normal(word), word])).values()];
    if (acceptsNone(kind) && distinct.some((word) => normal(word) === NONE)) {
      if (distinct.length > 1) this.reportNone(variable, 'using none');
      return [];
    }
    const found = distinct.map((word) => this.find(kind, word, signal));
    const unknown = distinct.filter((_, index) => found[index] === undefined);
    const usable = found.filter((component) => component !== undefined);
    if (usable.length === 0 && unknown.length > 0) {
      for (const name of fallback) usable.push(...this.components.filter(named(kind, name)));
    }
    if (this.reader.originOf(variable) !== 'default') {
      const used = usable.map(({ name }) => name).join(',') || (unknown.length > 0 ? fallback.join(',') : '');
      for (const word of unknown) this.reportUnknown(word, choice, used);
    }
    const reachable = usable.filter((component) => this.hasAddress(component, variable));
    return reachable.map((component) => this.settingsOf(component)).filter((chosen) => chosen !== undefined);
  }

  /** A named destination that nobody says where it is would be the one of its kind a second time. */
  private hasAddress(component: AnyComponent, variable: AnyVariable): boolean {
    const addresses = component.name.includes('/') ? component.variables.filter(isAddress) : [];
    if (addresses.length === 0) return true;
    if (addresses.some((address) => this.reader.originOf(address) !== 'default')) return true;
    this.reader.report({
      code: 'CFG012',
      source: this.reader.sourceOf(variable),
      message: `"${component.name}" has no address`,
      expected: addresses
        .slice(0, MAX_LISTED)
        .map(({ name }) => name)
        .join(' or '),
      used: 'going on without it',
    });
    return false;
  }

  private find(kind: ComponentKind, word: string, signal?: Signal): AnyComponent | undefined {
    return this.components.find(
      (component) => named(kind, word)(component) && (!signal || carries(component, signal)),
    );
  }

  /** Asks a component for its settings, once, however many signals use it. */
  private settingsOf(component: AnyComponent): Chosen | undefined {
    if (this.chosen.has(component)) return this.chosen.get(component);
    const { kind, name } = component;
    let chosen: Chosen | undefined;
    try {
      chosen = { name, settings: component.fromEnv(this.reader) };
    } catch (error) {
      const message = `failed to read its settings: ${showable(String(error))}`;
      this.reader.report({ code: 'CMP001', source: `${kind} ${name}`, message, used: 'going on without it' });
    }
    this.chosen.set(component, chosen);
    return chosen;
  }

  private reportNone(variable: AnyVariable, used: string): void {
    this.reader.report({
      code: 'CFG011',
      source: this.reader.sourceOf(variable),
      message: '"none" stands beside other names',
      used,
      severity: 'info',
    });
  }

  private reportUnknown(word: string, { kind, variable, signal }: Choice, used: string): void {
    const accepted = this.components
      .filter((component) => component.kind === kind && (!signal || carries(component, signal)))
      .map(({ name }) => name);
    if (acceptsNone(kind)) accepted.push(NONE);
    const exists = this.find(kind, word) !== undefined;
    const didYouMean = exists ? undefined : (nearest(word, accepted) ?? nearestKind(word, accepted));
    this.reader.report({
      code: 'CFG003',
      source: this.reader.sourceOf(variable),
      message: `"${showable(word)}" ${exists ? `does not carry ${signal}` : `is not a known ${kind}`}`,
      ...(didYouMean ? { didYouMean } : {}),
      expected: `${accepted.join(', ')}${word.includes('/') && !didYouMean ? '; behind a slash a name of letters, digits, - and _' : ''}`,
      used: `using ${used || NONE}`,
    });
  }

  /** An argument that the sampler in use does not read; see OTEL_TRACES_SAMPLER_ARG in the specification. */
  private reportUselessArgument(name: string): void {
    const isArgument = (variable: { name: string }): boolean => variable.name === SAMPLER_ARG;
    const argument = this.components
      .filter(({ kind }) => kind === 'sampler')
      .flatMap(({ variables }) => variables)
      .find(isArgument);
    const takesOne = this.components.find(named('sampler', name))?.variables.some(isArgument);
    // One that is not even a number is reported as such.
    if (!argument || takesOne || this.reader.originOf(argument) === 'default') return;
    const problem: Omit<Problem, 'message'> = {
      code: 'CFG012',
      source: this.reader.sourceOf(argument),
      used: 'ignoring it',
    };
    const message =
      this.reader.originOf(SAMPLER) === 'default' && !this.reader.isSet(SAMPLER)
        ? `has no effect without ${SAMPLER.name}`
        : `has no effect, since the sampler ${name} takes no argument`;
    this.reader.report({ ...problem, message });
  }
}

function carries(component: AnyComponent | undefined, signal: Signal): boolean {
  return component?.signals?.includes(signal) ?? true;
}

function acceptsNone(kind: ComponentKind): boolean {
  return kind === 'exporter' || kind === 'propagator';
}

/** `otlp/eu` for `otpl/eu`. */
function nearestKind(word: string, accepted: readonly string[]): string | undefined {
  const parts = splitName(word);
  const kind = parts && nearest(parts.kind, accepted);
  return kind && `${kind}/${parts.name}`;
}

function named(kind: ComponentKind, word: string): (component: AnyComponent) => boolean {
  return (component) => component.kind === kind && normal(component.name) === normal(word);
}
