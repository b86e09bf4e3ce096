/** Datagrams and how many data points they stand for, out of one body. */
export interface DatagramBatch {
  readonly points: number;
  readonly datagrams: readonly Uint8Array[];
}

/** One body for several datagrams: the number of data points, then each datagram behind its length. */
export function packDatagrams(points: number, datagrams: readonly Uint8Array[]): Uint8Array {
  const body = Buffer.alloc(datagrams.reduce((sum, { length }) => sum + 4 + length, 4));
  let at = body.writeUInt32BE(points);
  for (const datagram of datagrams) {
    at = body.writeUInt32BE(datagram.length, at);
    body.set(datagram, at);
    at += datagram.length;
  }
  return body;
}

/** Takes apart what {@link packDatagrams} made. */
export function unpackDatagrams(body: Uint8Array): DatagramBatch {
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  const datagrams: Uint8Array[] = [];
  for (let at = 4; at < body.length; ) {
    const end = at + 4 + view.getUint32(at);
    datagrams.push(body.subarray(at + 4, end));
    at = end;
  }
  return { points: view.getUint32(0), datagrams };
}
