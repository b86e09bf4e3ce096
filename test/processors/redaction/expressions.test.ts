import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkSync } from 'recheck';

const ROOT = join(__dirname, '../../../processors');
/** A regular expression literal where one can stand: after `(`, `,`, `=`, `:` or `return`. */
const LITERAL =
  /(?:^|[(,=:]\s*|return\s+)\/((?:\\.|\[(?:\\.|[^\]\n])*\]|[^/\n[\\*])(?:\\.|\[(?:\\.|[^\]\n])*\]|[^/\n[\\])*)\/([gimsuy]*)/gm;

function expressionsOf(folder: string): [file: string, source: string, flags: string][] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .flatMap((file) => {
      const text = readFileSync(join(ROOT, folder, file), 'utf8').replace(/^\s*(?:\*|\/\/).*$/gm, '');
      return [...text.matchAll(LITERAL)].map(
        ([, source = '', flags = '']) => [`${folder}/${file}`, source, flags] as [string, string, string],
      );
    });
}

describe('every regular expression', () => {
  const all = [...expressionsOf('redaction'), ...expressionsOf('cardinality')];

  it('is found', () => expect(all.length).toBeGreaterThan(15));

  it.each(all)('of %s takes linear time: %s', (_file, source, flags) => {
    expect(checkSync(source, flags, { timeout: 20_000 }).status).toBe('safe');
  });
});
