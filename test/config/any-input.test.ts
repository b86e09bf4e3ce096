import fc from 'fast-check';
import { stringify } from 'yaml';
import { BUILT_IN_COMPONENTS } from '../../src/box/components.ts';
import { allVariables, describeConfig, loadConfig } from '../../src/config/index.ts';
import { formatProblem } from '../../src/core/index.ts';
import { COMPONENTS } from './stand-ins.ts';

const SECRET = 'hunter2-hunter2';
const variables = allVariables(COMPONENTS);
const names = [...variables.map(({ name }) => name), 'SIGNALBOX_OTLP_B_ENDPOINT', 'SIGNALBOX_OTLP_B_HEADERS'];
const paths = [...variables.flatMap(({ yaml }) => yaml ?? []), 'exporter.otlp/b.endpoint', 'exporter.otlp/b'];
const secretPaths = variables.flatMap(({ secret, yaml }) => (secret && yaml !== undefined ? [yaml] : []));

const words = fc.constantFrom(
  'otlp',
  'otlp/b',
  'otlp/',
  'none',
  'true',
  '',
  ' ',
  '0',
  '-1',
  '1e400',
  ',',
  '${A}',
  '$$',
  'a=b',
  '%',
  '__proto__',
  'constructor',
);
const value = fc.oneof(words, fc.string(), fc.string({ unit: 'binary' }));
const environment = fc.dictionary(fc.oneof(fc.constantFrom(...names), fc.string()), value);
const yamlValue = fc.oneof(value, fc.integer(), fc.boolean(), fc.constant(null), fc.array(value));
const tree = fc.oneof(
  fc.dictionary(fc.constantFrom(...paths), fc.oneof(yamlValue, fc.dictionary(fc.string(), yamlValue))),
  fc.dictionary(fc.string(), fc.jsonValue() as fc.Arbitrary<unknown>),
);

/** `{ 'a.b': 1 }` as `{ a: { b: 1 } }`. */
function nest(flat: Record<string, unknown>): Record<string, unknown> {
  const root: Record<string, unknown> = {};
  for (const [path, leaf] of Object.entries(flat)) {
    const keys = path.split('.');
    let at = root;
    for (const key of keys.slice(0, -1)) {
      const below = Object.hasOwn(at, key) ? at[key] : undefined;
      const next = typeof below === 'object' && below !== null && !Array.isArray(below) ? below : {};
      Object.defineProperty(at, key, { value: next, enumerable: true, writable: true, configurable: true });
      at = next as Record<string, unknown>;
    }
    const last = { value: leaf, enumerable: true, writable: true, configurable: true };
    Object.defineProperty(at, keys.at(-1) ?? '', last);
  }
  return root;
}

function outputOf(input: Parameters<typeof loadConfig>[0]): string {
  const { problems } = loadConfig(input);
  for (const problem of problems) expect(formatProblem(problem)).not.toMatch(/\p{Cc}/u);
  return JSON.stringify([problems.map(formatProblem), describeConfig(input)]);
}

test('no environment and no options make it throw', () => {
  fc.assert(
    fc.property(environment, tree, (env, flat) => {
      outputOf({ env, components: COMPONENTS, code: nest(flat) as never });
    }),
  );
});

test('no file makes it throw', () => {
  fc.assert(
    fc.property(
      environment,
      fc.oneof(
        fc.string(),
        tree.map((flat) => stringify(nest(flat))),
      ),
      (env, text) => {
        outputOf({ env, components: COMPONENTS, file: { name: 'box.yaml', text } });
      },
    ),
  );
});

/** A text with the secret somewhere in it. */
const withSecret = fc.tuple(value, value).map(([before, after]) => `${before}${SECRET}${after}`);

test.each([
  ['stand-ins', COMPONENTS],
  ['the built-in components', BUILT_IN_COMPONENTS],
])('no secret in the environment is shown, well-formed or not, with %s', (_, components) => {
  const secrets = allVariables(components).flatMap(({ name, secret }) => (secret ? [name] : []));
  fc.assert(
    fc.property(environment, fc.constantFrom(...secrets), withSecret, (env, name, secret) => {
      expect(outputOf({ env: { ...env, [name]: secret }, components })).not.toContain(SECRET);
    }),
  );
});

test.each(['__proto__', 'constructor', 'toString'])('no propagator is called %s', (name) => {
  const { problems, config } = loadConfig({
    env: { DD_TRACE_PROPAGATION_STYLE: `${name},b3` },
    components: COMPONENTS,
  });
  expect(problems.map(formatProblem)).toEqual([expect.stringContaining(name)]);
  expect(config.propagation.extract).toEqual(['b3']);
});

test('no secret in the file is shown, whatever its shape, nor if the file is cut off', () => {
  const shaped = fc.oneof(
    withSecret,
    fc.array(withSecret),
    fc.dictionary(fc.string(), withSecret),
    fc.array(fc.array(withSecret)),
    fc.dictionary(fc.string(), fc.array(withSecret)),
  );
  fc.assert(
    fc.property(
      fc.constantFrom(...secretPaths),
      shaped,
      fc.double({ min: 0, max: 1, noNaN: true }),
      (path, leaf, cut) => {
        const text = stringify(nest({ [path]: leaf }));
        for (const part of [text, text.slice(0, Math.floor(text.length * cut))]) {
          const file = { name: 'box.yaml', text: part };
          expect(outputOf({ env: {}, components: COMPONENTS, file })).not.toContain(SECRET);
        }
      },
    ),
  );
});
