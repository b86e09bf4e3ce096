export { Spool } from '../delivery/index.ts';
export { otlpSpoolCodec } from './spool-codec.ts';
