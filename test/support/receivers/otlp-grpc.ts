/** OTLP over gRPC: @grpc/grpc-js carries the bytes, protobufjs reads them. */
import * as grpc from '@grpc/grpc-js';
import { decodeProtobuf, encodeProtobuf, SERVICES, type Service } from './otlp-schema.ts';
import type { Desk, Listener } from './receiver.ts';
import { type Answer, accepts, UNAUTHORIZED } from './script.ts';

type Call = grpc.ServerUnaryCall<Buffer, Buffer>;
type Callback = grpc.sendUnaryData<Buffer>;

const MAX_MESSAGE = 64 * 1024 * 1024;

export async function listenGrpc(desk: Desk): Promise<Listener> {
  const server = new grpc.Server({
    'grpc.max_receive_message_length': MAX_MESSAGE,
    interceptors: [keepEncoding],
  });
  let address = '';
  const disconnect = (): void => server.drain(address, 0);
  for (const service of Object.values(SERVICES)) {
    const raw = (bytes: Buffer): Buffer => bytes;
    server.addService(
      {
        Export: {
          path: service.method,
          requestStream: false,
          responseStream: false,
          requestSerialize: raw,
          requestDeserialize: raw,
          responseSerialize: raw,
          responseDeserialize: raw,
        },
      },
      { Export: (call: Call, callback: Callback) => receive(desk, service, disconnect, call, callback) },
    );
  }
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync(`127.0.0.1:${desk.port}`, credentials(desk), (error, bound) =>
      error ? reject(error) : resolve(bound),
    );
  });
  address = `127.0.0.1:${port}`;
  return {
    port,
    close: async () => server.forceShutdown(),
  };
}

/**
 * The server decompresses by itself and takes `grpc-encoding` out of the metadata; this puts it
 * back. The field is private, hence read by name: without it the encoding is `unknown`.
 */
function keepEncoding(_: unknown, call: grpc.ServerInterceptingCallInterface): grpc.ServerInterceptingCall {
  const encoding = String(Reflect.get(call, 'incomingEncoding') ?? 'unknown');
  const listener: grpc.ServerListener = {
    onReceiveMetadata(metadata, next) {
      metadata.set('grpc-encoding', encoding);
      next(metadata);
    },
  };
  return new grpc.ServerInterceptingCall(call, { start: (next) => next(listener) });
}

function credentials({ tls }: Desk): grpc.ServerCredentials {
  if (!tls) return grpc.ServerCredentials.createInsecure();
  const pair = { private_key: Buffer.from(tls.key), cert_chain: Buffer.from(tls.cert) };
  return grpc.ServerCredentials.createSsl(tls.ca ? Buffer.from(tls.ca) : null, [pair], tls.ca !== undefined);
}

function receive(desk: Desk, service: Service, disconnect: () => void, call: Call, callback: Callback): void {
  let message: Record<string, unknown>;
  try {
    message = decodeProtobuf(service.request, call.request);
  } catch (error) {
    desk.inbox.addMalformed((error as Error).message);
    callback({ code: grpc.status.INVALID_ARGUMENT, details: (error as Error).message });
    return;
  }
  const headers = call.metadata.getMap();
  const answer = desk.authorize?.(headers) === false ? UNAUTHORIZED : desk.script.next(service.signal);
  desk.inbox.add({
    signal: service.signal,
    protocol: 'grpc',
    path: service.method,
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)])),
    encoding: String(headers['grpc-encoding'] ?? 'identity'),
    bytes: call.request.length,
    message,
    at: Date.now(),
    accepted: accepts(answer),
  });
  setTimeout(() => reply(service, answer, disconnect, callback), answer.delay ?? 0).unref();
}

function reply(service: Service, answer: Answer, disconnect: () => void, callback: Callback): void {
  if (answer.disconnect) {
    disconnect();
    return;
  }
  const trailer = new grpc.Metadata();
  for (const [name, value] of Object.entries(answer.headers ?? {})) trailer.set(name, value);
  if (answer.code) {
    callback({ code: answer.code, details: answer.message ?? 'refused by the test', metadata: trailer });
    return;
  }
  callback(null, encodeProtobuf(service.response, answer.response ?? {}), trailer);
}
