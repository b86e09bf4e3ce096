import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Inbox } from './inbox.ts';
import type { Script } from './script.ts';

/** Certificates for TLS; with `ca` the client must show one signed by it (mTLS). All PEM. */
export interface ReceiverTls {
  readonly key: string;
  readonly cert: string;
  readonly ca?: string;
}

export interface ReceiverOptions {
  /** Default: any free one. */
  readonly port?: number;
  readonly tls?: ReceiverTls;
  /** Requests for which this is false are refused: 401, UNAUTHENTICATED. */
  readonly authorize?: Authorize;
  /** HTTP only: looks at each request before it is decoded; true if it was dealt with. */
  readonly intercept?: Intercept;
}

/** Answers a request in the place of the receiver, or leaves it to it. */
export type Intercept = (
  request: IncomingMessage,
  response: ServerResponse,
  body: Buffer,
) => boolean | undefined;

/** Looks at the headers of a request; names are in lower case. */
export type Authorize = (headers: Readonly<Record<string, unknown>>) => boolean;

/** A server that listens. */
export interface Listener {
  readonly port: number;
  close(): Promise<void>;
}

/** What a listener works with. */
export interface Desk {
  readonly port: number;
  readonly tls: ReceiverTls | undefined;
  readonly authorize: Authorize | undefined;
  readonly intercept?: Intercept | undefined;
  readonly inbox: Inbox;
  readonly script: Script;
}
