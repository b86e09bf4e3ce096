/** Lets the first `limit` names through and calls the rest `other`, so that a metric stays small. */
export class NameLimiter {
  private readonly known = new Set<string>();

  constructor(private readonly limit: number) {}

  limited(name: unknown): string | undefined {
    if (typeof name !== 'string') return undefined;
    if (this.known.has(name)) return name;
    if (this.known.size >= this.limit) return 'other';
    this.known.add(name);
    return name;
  }
}
