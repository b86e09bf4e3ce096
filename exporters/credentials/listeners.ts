/** Those who want to hear of a change. */
export class Listeners {
  private readonly all = new Set<() => void>();

  get size(): number {
    return this.all.size;
  }

  /** @returns a function that takes it off again */
  add(listener: () => void): () => void {
    this.all.add(listener);
    return () => this.all.delete(listener);
  }

  call(): void {
    for (const listener of [...this.all]) listener();
  }
}

/** True if both hold the same headers. */
export function isSame(a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>): boolean {
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => a[name] === b[name]);
}
