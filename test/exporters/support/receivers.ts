import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import * as grpc from '@grpc/grpc-js';
import { namesIn } from './otlp-messages.ts';

const SIGNALS = ['traces', 'metrics', 'logs'] as const;

/** One request as a receiver saw it. */
export interface Received {
  readonly path: string;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly names: readonly string[];
}

/** A running receiver; `await using` stops it. */
export interface Receiver extends AsyncDisposable {
  readonly port: number;
  readonly received: Received[];
}

/** What a test may ask of a receiver. */
export interface ReceiverOptions {
  readonly tls?: 'server' | 'mutual';
  /** Default 200; a function of the number of requests so far. */
  readonly status?: (request: number) => number;
  /** Never answers. */
  readonly silent?: boolean;
}

/** Where the certificates of these tests are. */
export function fixture(name: string): string {
  return path.join(__dirname, '../fixtures', name);
}

/** An OTLP/HTTP receiver on a free port. */
export async function httpReceiver(options: ReceiverOptions = {}): Promise<Receiver> {
  const received: Received[] = [];
  const listener: http.RequestListener = (request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const raw = Buffer.concat(chunks);
      const body = request.headers['content-encoding'] === 'gzip' ? gunzipSync(raw) : raw;
      const signal = SIGNALS.find((word) => request.url?.includes(word)) ?? 'traces';
      const names = namesIn(signal, body, request.headers['content-type']);
      received.push({ path: request.url ?? '', headers: request.headers, names });
      if (options.silent) return;
      response.writeHead(options.status?.(received.length) ?? 200).end();
    });
  };
  const server = options.tls
    ? https.createServer({ ...tlsOptions(options.tls) }, listener)
    : http.createServer(listener);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    received,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function tlsOptions(tls: 'server' | 'mutual') {
  const mutual = tls === 'mutual';
  return {
    key: readFileSync(fixture('server.key')),
    cert: readFileSync(fixture('server.pem')),
    ca: readFileSync(fixture('ca.pem')),
    requestCert: mutual,
    rejectUnauthorized: mutual,
  };
}

const SERVICES = {
  traces: 'trace.v1.TraceService',
  metrics: 'metrics.v1.MetricsService',
  logs: 'logs.v1.LogsService',
};

/** An OTLP/gRPC receiver on a free port, or on a Unix socket. */
export async function grpcReceiver(options: ReceiverOptions & { address?: string } = {}): Promise<Receiver> {
  const received: Received[] = [];
  const server = new grpc.Server();
  const identity = (bytes: Buffer): Buffer => bytes;
  for (const signal of SIGNALS) {
    const method = `/opentelemetry.proto.collector.${SERVICES[signal]}/Export`;
    const definition = {
      export: {
        path: method,
        requestStream: false,
        responseStream: false,
        requestSerialize: identity,
        requestDeserialize: identity,
        responseSerialize: identity,
        responseDeserialize: identity,
      },
    };
    const handler: grpc.handleUnaryCall<Buffer, Buffer> = (call, callback) => {
      const headers = call.metadata.getMap();
      received.push({ path: method, headers, names: namesIn(signal, call.request, undefined) });
      if (options.silent) return;
      const status = options.status?.(received.length) ?? 0;
      if (status === 0) callback(null, Buffer.alloc(0));
      else callback({ code: status, details: 'as the test wants it' });
    };
    server.addService(definition, { export: handler });
  }
  const port = await new Promise<number>((resolve, reject) => {
    const done = (error: Error | null, bound: number): void => (error ? reject(error) : resolve(bound));
    server.bindAsync(options.address ?? '127.0.0.1:0', credentialsOf(options.tls), done);
  });
  return {
    port,
    received,
    async [Symbol.asyncDispose]() {
      server.forceShutdown();
    },
  };
}

function credentialsOf(tls: ReceiverOptions['tls']): grpc.ServerCredentials {
  if (!tls) return grpc.ServerCredentials.createInsecure();
  const { key, cert, ca } = tlsOptions(tls);
  return grpc.ServerCredentials.createSsl(ca, [{ private_key: key, cert_chain: cert }], tls === 'mutual');
}
