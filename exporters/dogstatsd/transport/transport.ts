/** Sends DogStatsD datagrams. */
export interface DatagramTransport {
  /** Bytes that one datagram may have. */
  readonly maxBytes: number;
  /**
   * Sends one datagram once. @throws if it certainly did not arrive; UDP seldom knows
   *
   * @param background true: this does not keep the process alive
   */
  send(datagram: Uint8Array, background?: boolean): Promise<void>;
  close(): void;
}

/**
 * Fits the Ethernet MTU with IP and UDP headers. Source: Datadog, DogStatsD over UDP.
 */
export const UDP_BYTES = 1_432;
/** The Agent's `dogstatsd_buffer_size`, for Unix sockets and its proxy. */
export const LARGE_BYTES = 8_192;
