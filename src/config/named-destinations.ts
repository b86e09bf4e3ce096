import {
  type AnyComponent,
  type AnyVariable,
  type EnvReader,
  type Problem,
  type Report,
  variable,
} from '../core/index.ts';

/** A name after the slash: letters, digits, `-` and `_`. */
const NAME = /^[a-z0-9][a-z0-9_-]*$/i;

/** A setting of a named destination, with the one of its kind that counts where it is not set. */
export type NamedVariable = AnyVariable & { readonly takesOver?: AnyVariable };

/** The two parts of `otlp/eu`; undefined if the word is not of that form. */
export function splitName(word: string): { readonly kind: string; readonly name: string } | undefined {
  const cut = word.indexOf('/');
  const name = word.slice(cut + 1);
  return cut > 0 && NAME.test(name) ? { kind: word.slice(0, cut), name: name.toLowerCase() } : undefined;
}

/** The components with those destinations that the words name: `otlp/eu` adds one behind `otlp`. */
export function nameDestinations(
  components: readonly AnyComponent[],
  wanted: readonly string[],
): readonly AnyComponent[] {
  const taken = new Set(components.filter(({ kind }) => kind === 'exporter').map(({ name }) => normal(name)));
  const added: AnyComponent[] = [];
  for (const word of wanted) {
    const parts = splitName(word);
    const kind = parts && components.find((one) => one.kind === 'exporter' && isNamed(one, parts.kind));
    if (!kind || taken.has(normal(word))) continue;
    taken.add(normal(word));
    added.push(namedDestination(kind, parts.name));
  }
  return added.length === 0 ? components : [...components, ...added];
}

/** Names are compared without regard to case, `-` and `_`. */
export function normal(word: string): string {
  return word.toLowerCase().replace(/[-_]/g, '');
}

function isNamed({ name }: AnyComponent, word: string): boolean {
  return normal(name) === normal(word);
}

/**
 * The destination `<kind>/<name>` as a component of its own: the exporter, with settings called
 * `SIGNALBOX_<KIND>_<NAME>_<what the kind's own setting is called>`, e.g. `SIGNALBOX_OTLP_EU_ENDPOINT`,
 * and with YAML keys below `exporter.<kind>/<name>`. A setting that is not there is taken over from the
 * kind, unless it belongs to one backend alone (see `own` of {@link variable}).
 */
export function namedDestination(kind: AnyComponent, name: string): AnyComponent {
  const full = `${kind.name}/${name}`;
  const named = new Map<AnyVariable, AnyVariable>();
  for (const setting of kind.variables) {
    const own = nameVariable(setting, kind, name);
    if (own) named.set(setting, own);
  }
  return {
    ...kind,
    name: full,
    variables: kind.variables.map((setting) => named.get(setting) ?? setting),
    fromEnv: (env) => kind.fromEnv(new NamedReader(env, named)),
  };
}

/**
 * Reports variables that are set and that two destinations have: `eu` and `eu-traces` do, and so may
 * `traces` and the kind itself.
 */
export function reportAmbiguousNames(
  components: readonly AnyComponent[],
  isSet: (name: string) => boolean,
  report: Report,
): void {
  const owners = new Map<string, Set<string>>();
  for (const { name, variables } of components.filter(({ kind }) => kind === 'exporter')) {
    const isNamed = splitName(name) !== undefined;
    for (const { topic, name: setting } of variables) {
      if (!isNamed || topic === topicOf(name))
        owners.set(setting, (owners.get(setting) ?? new Set()).add(name));
    }
  }
  for (const [setting, names] of owners) {
    if (names.size < 2 || ![...names].some(splitName) || !isSet(setting)) continue;
    report({
      code: 'CFG011',
      source: setting,
      message: `is a setting of ${[...names].map((name) => `"${name}"`).join(' and of ')}`,
      expected: 'another name for one of them, or its settings in the file',
      used: 'using it for each',
    });
  }
}

/** True for a setting that says where a destination is. */
export function isAddress({ own, type }: AnyVariable): boolean {
  return own === 'address' || (own === undefined && type.name === 'URL');
}

/** What the names of all settings of a destination begin with, e.g. `SIGNALBOX_OTLP_EU_`. */
export function prefixOf(kind: string, name?: string): string {
  return `SIGNALBOX_${words(kind)}_${name === undefined ? '' : `${words(name)}_`}`;
}

/**
 * What comes behind that prefix: the words behind the kind's name in the variable (`ENDPOINT` of
 * `OTEL_EXPORTER_OTLP_ENDPOINT`), or, where the kind is only named in the YAML key, all but the first
 * word (`AGENT_HOST` of `DD_AGENT_HOST`). Undefined for a setting that all destinations share, such as a
 * proxy: it names the kind nowhere.
 */
export function suffixOf({ name, yaml }: AnyVariable, kind: string): string | undefined {
  const [, behind] = name.split(new RegExp(`(?:^|_)${words(kind)}_(.+)`));
  if (behind !== undefined) return behind;
  return yaml?.split('.').includes(kind) ? name.slice(name.indexOf('_') + 1) : undefined;
}

function words(text: string): string {
  return text.toUpperCase().replace(/[^A-Z0-9]+/g, '_');
}

function nameVariable(setting: AnyVariable, kind: AnyComponent, name: string): NamedVariable | undefined {
  const suffix = suffixOf(setting, kind.name);
  if (suffix === undefined) return undefined;
  const prefix = prefixOf(kind.name, name);
  const { aliases = [], yaml, own, secret, ...rest } = setting;
  const others = aliases.map((alias) => suffixOf({ ...setting, name: alias }, kind.name) ?? alias);
  const path = yaml?.split('.').map((key) => (key === kind.name ? `${key}/${name}` : key));
  return variable({
    ...rest,
    ...(own === undefined ? {} : { own }),
    ...(secret === undefined ? {} : { secret }),
    name: `${prefix}${suffix}`,
    aliases: others.filter((other) => other !== suffix).map((other) => `${prefix}${other}`),
    ...(path?.some((key) => key.includes('/')) ? { yaml: path.join('.') } : {}),
    topic: topicOf(`${kind.name}/${name}`),
    ...(isOwn(setting) ? {} : { takesOver: setting }),
  });
}

function topicOf(destination: string): string {
  return `Destination ${destination}`;
}

function isOwn(setting: AnyVariable): boolean {
  return setting.own !== undefined ? setting.own !== false : isAddress(setting) || setting.secret === true;
}

/** Lets an exporter read its settings as ever, and gives it those of the named destination. */
class NamedReader implements EnvReader {
  private readonly names: ReadonlyMap<string, string>;

  constructor(
    private readonly env: EnvReader,
    private readonly named: ReadonlyMap<AnyVariable, AnyVariable>,
  ) {
    this.names = new Map([...named].map(([kind, own]) => [kind.name, own.name]));
  }

  readonly get = ((setting: AnyVariable) => this.env.get(this.own(setting))) as EnvReader['get'];

  isSet(setting: AnyVariable): boolean {
    return this.env.isSet(this.own(setting));
  }

  sourceOf(setting: AnyVariable): string {
    return this.env.sourceOf(this.own(setting));
  }

  /** What is expected is told by the names that count here. */
  readonly report = (problem: Problem): void => {
    const { expected, ...rest } = problem;
    const told = expected?.replace(/\b[A-Z][A-Z0-9_]+\b/g, (name) => this.names.get(name) ?? name);
    this.env.report({ ...rest, ...(told === undefined ? {} : { expected: told }) });
  };

  private own(setting: AnyVariable): AnyVariable {
    return this.named.get(setting) ?? setting;
  }
}
