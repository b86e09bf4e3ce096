import { formatProblem, type Problem } from '../../src/core/index.ts';

test.each<[problem: Problem, line: string]>([
  [{ code: 'CFG001', source: 'A', message: 'is wrong' }, 'A: is wrong. [CFG001]'],
  [
    {
      code: 'CFG003',
      source: 'A',
      message: '"x" is not known',
      didYouMean: 'y',
      expected: 'y, z',
      used: 'using z',
    },
    'A: "x" is not known. Did you mean "y"? Expected: y, z. Using z. [CFG003]',
  ],
  [
    { code: 'CMP001', source: 'A', message: 'failed:\n  at line 1\r\n\u001b[31mred' },
    'A: failed: at line 1 [31mred. [CMP001]',
  ],
])('%# is one line', (problem, line) => {
  expect(formatProblem(problem)).toBe(line);
});
