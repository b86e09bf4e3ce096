import type { HeaderSource, HeaderState } from '../../src/core/index.ts';

/** Several sources as one: later ones win, and one that has nothing leaves all without. */
export class CombinedSource implements HeaderSource {
  constructor(private readonly sources: readonly HeaderSource[]) {}

  async get(timeout: number): Promise<HeaderState> {
    return combine(await Promise.all(this.sources.map((source) => source.get(timeout))));
  }

  now(): HeaderState {
    return combine(this.sources.map((source) => source.now()));
  }

  async refused(used: Readonly<Record<string, string>>, timeout: number): Promise<boolean> {
    const parts = this.sources.map((source) => {
      const state = source.now();
      // Only what this source has given can be told apart as its own.
      const own = 'headers' in state ? Object.keys(state.headers) : [];
      return source.refused(pick(used, own), timeout);
    });
    return (await Promise.all(parts)).some((isOther) => isOther);
  }

  onChange(changed: () => void): () => void {
    const ends = this.sources.map((source) => source.onChange(changed));
    return () => {
      for (const end of ends) end();
    };
  }

  age(): number | undefined {
    const ages = this.sources.map((source) => source.age()).filter((age) => age !== undefined);
    return ages.length > 0 ? Math.max(...ages) : undefined;
  }

  close(): void {
    for (const source of this.sources) source.close();
  }
}

function combine(states: readonly HeaderState[]): HeaderState {
  const headers: Record<string, string> = {};
  for (const state of states) {
    if ('missing' in state) return state;
    Object.assign(headers, state.headers);
  }
  return { headers };
}

function pick(headers: Readonly<Record<string, string>>, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    names.flatMap((name) => (name in headers ? [[name, headers[name] as string]] : [])),
  );
}
