export { ByteWriter, putUint32 } from './byte-writer.ts';
