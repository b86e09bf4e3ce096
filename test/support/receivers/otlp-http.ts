/** OTLP over HTTP: protobuf and JSON bodies, gzip or plain, on one port. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { decodeJson } from './otlp-json.ts';
import { decodeProtobuf, encodeProtobuf, SERVICES, type Service, type Signal } from './otlp-schema.ts';
import type { Protocol } from './received.ts';
import type { Desk, Listener } from './receiver.ts';
import { type Answer, accepts, UNAUTHORIZED } from './script.ts';

const PROTOCOLS: Readonly<Record<string, Protocol>> = {
  'application/x-protobuf': 'http/protobuf',
  'application/json': 'http/json',
};

export async function listenHttp(desk: Desk): Promise<Listener> {
  const handler = (request: IncomingMessage, response: ServerResponse): void => {
    receive(desk, request, response).catch((error: Error) => refuse(desk, response, 400, error.message));
  };
  const server = desk.tls
    ? createTlsServer({ ...desk.tls, requestCert: desk.tls.ca !== undefined }, handler)
    : createServer(handler);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(desk.port, '127.0.0.1', resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function receive(desk: Desk, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const path = request.url ?? '';
  const signal = /\/v1\/(traces|metrics|logs)$/.exec(path)?.[1] as Signal | undefined;
  const protocol = PROTOCOLS[(request.headers['content-type'] ?? '').split(';')[0] as string];
  const body = await read(request);
  if (desk.intercept?.(request, response, body)) return;
  if (!signal) return refuse(desk, response, 404, `no signal has the path ${path}`);
  if (request.method !== 'POST') return refuse(desk, response, 405, `the method is ${request.method}`);
  if (!protocol) return refuse(desk, response, 415, `the content type is ${request.headers['content-type']}`);

  const encoding = request.headers['content-encoding'] ?? 'identity';
  const service = SERVICES[signal];
  const decode = protocol === 'http/json' ? decodeJson : decodeProtobuf;
  const message = decode(service.request, unpack(encoding, body));
  const answer = desk.authorize?.(request.headers) === false ? UNAUTHORIZED : desk.script.next(signal);
  desk.inbox.add({
    signal,
    protocol,
    path,
    headers: Object.fromEntries(
      Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
    ),
    encoding,
    bytes: body.length,
    message,
    at: Date.now(),
    accepted: accepts(answer),
  });
  setTimeout(() => reply(service, protocol, answer, response), answer.delay ?? 0).unref();
}

async function read(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function unpack(encoding: string, body: Buffer): Buffer {
  if (encoding === 'gzip') return gunzipSync(body);
  if (encoding === 'identity') return body;
  throw new Error(`the content encoding is ${encoding}`);
}

function reply(service: Service, protocol: Protocol, answer: Answer, response: ServerResponse): void {
  if (answer.disconnect) {
    response.destroy();
    return;
  }
  const json = protocol === 'http/json';
  const message = answer.response ?? {};
  response.writeHead(answer.status ?? 200, {
    'content-type': json ? 'application/json' : 'application/x-protobuf',
    ...(answer.headers as Record<string, string> | undefined),
  });
  response.end(answer.body ?? (json ? JSON.stringify(message) : encodeProtobuf(service.response, message)));
}

function refuse(desk: Desk, response: ServerResponse, status: number, reason: string): void {
  desk.inbox.addMalformed(reason);
  response.writeHead(status, { 'content-type': 'text/plain' }).end(reason);
}
