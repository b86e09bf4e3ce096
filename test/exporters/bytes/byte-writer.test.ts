import fc from 'fast-check';
import { ByteWriter } from '../../../exporters/bytes/index.ts';

function bytesOf(writer: ByteWriter): string {
  return writer.view(0, writer.position).toString();
}

test('grows, and keeps what was written', () => {
  const writer = new ByteWriter(4);
  for (const text of ['ab', 'cdef', 'ü€😀', 'x'.repeat(50)]) writer.text(text);
  writer.raw(Buffer.from('a few bytes more'));
  writer.byte(0x21);
  expect(bytesOf(writer)).toBe(`abcdefü€😀${'x'.repeat(50)}a few bytes more!`);
});

test('lone surrogates become the replacement character', () => {
  const writer = new ByteWriter(16);
  writer.text('a\ud800b');
  expect(bytesOf(writer)).toBe('a\ufffdb');
});

test('pieces that follow each other are repeated at once, others one by one', () => {
  const writer = new ByteWriter(8);
  writer.text('0123456789');
  writer.again(2, 4);
  writer.again(4, 6);
  writer.text('-');
  writer.again(6, 8);
  writer.again(1, 2);
  expect(bytesOf(writer)).toBe('01234567892345-671');
});

test('what is settled can be changed', () => {
  const writer = new ByteWriter(8);
  writer.text('abc');
  writer.again(0, 3);
  writer.settle();
  writer.view(3, 4).write('X');
  expect(bytesOf(writer)).toBe('abcXbc');
});

test('going back forgets what was to be repeated behind that position', () => {
  const writer = new ByteWriter(8);
  writer.text('abcd');
  writer.again(0, 4);
  writer.rewind(4);
  writer.text('e');
  writer.again(0, 2);
  expect(bytesOf(writer)).toBe('abcdeab');
});

test('a buffer that is handed over is complete, and the next one starts empty', () => {
  const writer = new ByteWriter(8);
  writer.text('ab');
  writer.again(0, 2);
  const whole = writer.take();
  writer.text('z');
  expect(whole.toString()).toBe('abab');
  expect(bytesOf(writer)).toBe('z');
});

test('memory that is given back is used again', () => {
  const writer = new ByteWriter(8);
  writer.text('ab');
  const first = writer.take();
  writer.release(first);
  writer.take();
  writer.text('cd');
  expect(writer.take().buffer).toBe(first.buffer);
});

test('any sequence of writing, repeating and going back', () => {
  const step = fc.oneof(
    fc.record({ text: fc.string({ unit: 'binary', maxLength: 20 }) }),
    fc.record({ from: fc.nat(), length: fc.nat(30) }),
    fc.record({ back: fc.nat(10) }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const writer = new ByteWriter(4);
      let expected = Buffer.alloc(0);
      // Only what was really written is ever repeated, so copies are not copied again.
      let written: [number, number][] = [];
      for (const next of steps) {
        if ('text' in next) {
          writer.text(next.text);
          written.push([expected.length, writer.position]);
          expected = Buffer.concat([expected, Buffer.from(next.text)]);
        } else if ('back' in next) {
          const to = Math.max(0, expected.length - next.back);
          writer.rewind(to);
          expected = expected.subarray(0, to);
          written = written.filter(([, end]) => end <= to);
        } else if (written.length > 0) {
          const [start, end] = written[next.from % written.length] as [number, number];
          const until = Math.min(end, start + next.length);
          writer.again(start, until);
          expected = Buffer.concat([expected, expected.subarray(start, until)]);
        }
      }
      expect(writer.view(0, writer.position).equals(expected)).toBe(true);
    }),
  );
});
