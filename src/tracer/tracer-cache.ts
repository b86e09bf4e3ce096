import type { Tracer, TracerOptions } from '@opentelemetry/api';

/** One tracer for each name, version and schema. */
export class TracerCache<T extends Tracer> {
  private readonly tracers = new Map<string, T>();
  /** By name alone, which is how most ask. */
  private readonly byName = new Map<string, T>();

  constructor(private readonly create: (name: string, version?: string, schemaUrl?: string) => T) {}

  get(name: string, version?: string, options?: TracerOptions): T {
    const isNameAlone = version === undefined && options === undefined;
    const known = isNameAlone ? this.byName.get(name) : undefined;
    if (known) return known;
    const schemaUrl = options?.schemaUrl;
    const key = `${name}@${version || ''}:${schemaUrl || ''}`;
    let tracer = this.tracers.get(key);
    if (!tracer) {
      tracer = this.create(name, version, schemaUrl);
      this.tracers.set(key, tracer);
    }
    if (isNameAlone) this.byName.set(name, tracer);
    return tracer;
  }

  keys(): string[] {
    return [...this.tracers.keys()];
  }
}
