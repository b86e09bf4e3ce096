import * as fc from 'fast-check';
import { formatOt, isPlainOt, parseOt, raiseThreshold } from '../../../samplers/consistent/ot-member.ts';
import { adjustedCount, rateOf } from '../../../samplers/consistent/rate.ts';
import { vectors } from '../support.ts';

test.each(vectors<{ in: string; out: string }>('otel_ot_roundtrip'))('$id: "$in" becomes "$out"', (one) => {
  expect(formatOt(parseOt(one.in))).toBe(one.out);
});

interface Parse {
  in: string;
  rv?: string | null;
  th?: string | null;
  extra?: string[];
  error: boolean;
}

test.each(vectors<Parse>('otel_ot_parse'))('$id: "$in"', ({ in: text, rv, th, extra, error }) => {
  const member = parseOt(text);
  if (error) {
    // A strict parser refuses the member; here what is malformed is left out.
    expect(formatOt(member)).not.toContain(text || '(nothing)');
    return;
  }
  expect(member.rv).toBe(rv ?? undefined);
  expect(member.th).toBe(th ?? undefined);
  expect(member.extra).toEqual(extra);
});

interface Update {
  in: string;
  downstream_probability: number;
  error: string | null;
  out: string;
  adjusted_count: number;
}

test.each(vectors<Update>('otel_th_update'))(
  '$id: $in then $downstream_probability',
  ({ in: text, downstream_probability, error, out, adjusted_count }) => {
    const result = raiseThreshold(parseOt(text).th, rateOf(downstream_probability).th ?? '');
    expect(`th:${result.th}`).toBe(out);
    expect(result.inconsistent).toBe(error !== null);
    expect(adjustedCount(result.th)).toBe(adjusted_count);
  },
);

test('a member that is handed on unread is one that would be written the same', () => {
  const hex = fc.stringMatching(/^[0-9a-f]{1,15}$/);
  const piece = fc.oneof(
    hex.map((digits) => `th:${digits}`),
    hex.map((digits) => `rv:${digits}`),
    fc.stringMatching(/^rv:[0-9a-f]{14}$/),
    fc.string({ maxLength: 6 }),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 3 }), (pieces) => {
      const text = pieces.join(';');
      if (!isPlainOt(text)) return;
      const { rv, th, extra } = parseOt(text);
      expect(extra).toEqual([]);
      expect(text.split(';').sort()).toEqual(
        [...(rv ? [`rv:${rv}`] : []), ...(th ? [`th:${th}`] : [])].sort(),
      );
    }),
    { numRuns: 2000 },
  );
});
