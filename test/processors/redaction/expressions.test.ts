import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseSync } from '@swc/core';
import { checkSync } from 'recheck';

const ROOT = join(__dirname, '../../../processors');
const FILES = ['redaction', 'cardinality'].flatMap((folder) =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => `${folder}/${file}`),
);
/** Compiles what a user marked as `unsafe`, which says so. */
const UNSAFE = 'redaction/user-patterns.ts';

interface SyntaxNode {
  readonly type?: string;
  readonly pattern?: string;
  readonly flags?: string;
  readonly callee?: { readonly value?: string };
}

/** Every node of the syntax tree of a file. */
function nodesOf(value: unknown): SyntaxNode[] {
  if (typeof value !== 'object' || value === null) return [];
  return [value as SyntaxNode, ...Object.values(value).flatMap(nodesOf)];
}

const trees = FILES.map((file) => {
  const source = readFileSync(join(ROOT, file), 'utf8');
  return { file, nodes: nodesOf(parseSync(source, { syntax: 'typescript' })) };
});

const literals = trees.flatMap(({ file, nodes }) =>
  nodes
    .filter(({ type }) => type === 'RegExpLiteral')
    .map(({ pattern = '', flags = '' }) => [file, pattern, flags] as const),
);

/** The files that build expressions when they run. */
const builders = trees
  .filter(({ nodes }) => nodes.some(({ callee }) => callee?.value === 'RegExp'))
  .map(({ file }) => file);

/** What is built with `new RegExp` while all files are loaded and a redactor is made and used. */
function builtExpressions(): (readonly [file: string, source: string, flags: string])[] {
  const built: (readonly [string, string, string])[] = [];
  const native = globalThis.RegExp;
  const record = (args: unknown[]): void => {
    const caller = new Error().stack
      ?.split('\n')
      .find((line) => / at /.test(line) && !line.includes(__filename));
    const file = FILES.find((each) => caller?.includes(join(ROOT, each)));
    if (file) built.push([file, String(args[0]), String(args[1] ?? '')]);
  };
  globalThis.RegExp = new Proxy(native, {
    construct: (target, args, self) => {
      record(args);
      return Reflect.construct(target, args, self);
    },
    apply: (target, self, args) => {
      record(args);
      return Reflect.apply(target, self, args);
    },
  });
  try {
    jest.isolateModules(() => {
      for (const file of FILES) require(join(ROOT, file));
      const { createRedactor } = require(join(ROOT, 'redaction/index.ts'));
      createRedactor();
      createRedactor({
        placeholders: { email: '<mail>', secret: '(gone)+[*]', token: 'aaaa', api_key: 'aa' },
        patterns: [{ pattern: 'order-\\d{1,9}', unsafe: true }],
      }).redactText('order-12 of ada@example.com');
    });
  } finally {
    globalThis.RegExp = native;
  }
  return built;
}

const built = builtExpressions();
const ours = built.filter(([file]) => file !== UNSAFE);

describe('every regular expression', () => {
  it('is found', () => expect(literals.length).toBeGreaterThan(40));

  it('built at run time is found, whichever file builds it', () =>
    expect([...new Set(built.map(([file]) => file))].sort()).toEqual([...builders].sort()));

  it.each([...literals, ...ours])('of %s takes linear time: %s', (_file, source, flags) => {
    // A fixed seed, since parts of the check try inputs at random.
    const result = checkSync(source, flags, { timeout: 20_000, randomSeed: 1 });
    expect(result.status === 'safe' ? 'safe' : result).toBe('safe');
  });
});
