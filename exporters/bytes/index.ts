export { ByteWriter, putUint32 } from './byte-writer.ts';
export { hex32, hexDigit } from './hex.ts';
export { Nanoseconds } from './nanoseconds.ts';
