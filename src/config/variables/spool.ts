import { boolean, duration, integer, oneOf, path, variable } from '../../core/index.ts';

const topic = 'Spool';
const MIB = 1024 * 1024;

export const SPOOL_DIR = variable({
  name: 'SIGNALBOX_SPOOL_DIR',
  type: path(),
  topic,
  yaml: 'resilience.spool.dir',
  doc: 'Directory on a local disk for telemetry that cannot be sent now; it is made with mode 0700. Any number of processes may share it. Without it telemetry is kept in memory only.',
});

export const SPOOL_MODE = variable<'on-failure' | 'write-ahead'>({
  name: 'SIGNALBOX_SPOOL_MODE',
  type: oneOf(['on-failure', 'write-ahead']),
  default: 'on-failure',
  topic,
  yaml: 'resilience.spool.mode',
  doc: 'When telemetry goes to disk: `on-failure` when it cannot be sent and at the end of the process, `write-ahead` as soon as a span has ended, so that it survives kill -9.',
});

export const SPOOL_FSYNC = variable({
  name: 'SIGNALBOX_SPOOL_FSYNC',
  type: boolean(),
  default: false,
  topic,
  yaml: 'resilience.spool.fsync',
  doc: 'Ask the disk to have what was written, in groups of 20 ms: survives a power cut but for the last group.',
});

export const SPOOL_MAX_BYTES = variable({
  name: 'SIGNALBOX_SPOOL_MAX_BYTES',
  type: integer({ min: 64 * 1024 }),
  default: 256 * MIB,
  topic,
  yaml: 'resilience.spool.max_bytes',
  doc: 'Bytes that the directory may hold, of all processes together; beyond them the oldest telemetry is dropped and counted.',
});

export const SPOOL_MAX_AGE = variable({
  name: 'SIGNALBOX_SPOOL_MAX_AGE',
  type: duration({ min: 1_000 }),
  default: 86_400_000,
  topic,
  yaml: 'resilience.spool.max_age_ms',
  doc: 'Milliseconds after which telemetry on disk is not worth sending; it is dropped and counted. The default is a day.',
});

export const SPOOL = [SPOOL_DIR, SPOOL_MODE, SPOOL_FSYNC, SPOOL_MAX_BYTES, SPOOL_MAX_AGE];
