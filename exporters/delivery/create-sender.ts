import type { Host, Signal } from '../../src/core/index.ts';
import { destinationOf } from './destination.ts';
import { type PlainExporter, PlainSender } from './plain-sender.ts';
import { DestinationSender, type Sender } from './sender.ts';

/** The sender for an exporter: its own destination if it brings one, else the exporter as it is. */
export function createSender<S extends Signal>(
  exporter: PlainExporter,
  host: Pick<Host, 'after'>,
): Sender<S> {
  const destination = destinationOf<S>(exporter);
  return destination ? new DestinationSender(destination) : new PlainSender<S>(exporter, host);
}
