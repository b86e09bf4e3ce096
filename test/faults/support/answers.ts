/** Answers of an HTTP backend that misbehaves, as rows of a table can name them. */
import type { ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import type { Intercept } from '../../support/receivers/index.ts';

type Act = (response: ServerResponse, body: Buffer) => void;

/** Misbehaves so often, and is well afterwards. */
export function first(times: number, act: Act): Intercept {
  let left = times;
  return (_request, response, body) => {
    if (left <= 0) return false;
    left--;
    act(response, body);
    return true;
  };
}

export function always(act: Act): Intercept {
  return first(Number.POSITIVE_INFINITY, act);
}

export function status(code: number, headers: Record<string, string> = {}, text: string | Buffer = ''): Act {
  return (response) => response.writeHead(code, headers).end(text);
}

/** A Retry-After of each form. */
export function retryAfter(code: number, value: string): Act {
  return status(code, { 'retry-after': value });
}

/** An HTTP-date so many seconds ahead; dates are whole seconds. */
export function inSeconds(seconds: number): string {
  return new Date(Date.now() + seconds * 1_000).toUTCString();
}

/** Nothing at all. */
export const hang: Act = () => {};

/** Headers, and then a byte now and then. */
export const trickle: Act = (response) => {
  response.writeHead(200, { 'content-type': 'application/x-protobuf', 'content-length': '100000' });
  const timer = setInterval(() => response.write('\0'), 50);
  response.on('close', () => clearInterval(timer));
};

/** Promises more than it sends, and cuts the connection with an RST. */
export const resetInAnswer: Act = (response) => {
  response
    .writeHead(200, { 'content-length': '100000' })
    .write('{', () => response.socket?.resetAndDestroy());
};

export const close: Act = (response) => void response.socket?.end();

const MIB = 1024 * 1024;

export const huge = status(200, { 'content-type': 'application/json' }, Buffer.alloc(5 * MIB, ' '));

/** 50 KiB that unpack to 50 MiB. */
export const bomb = status(
  200,
  { 'content-type': 'application/json', 'content-encoding': 'gzip' },
  gzipSync(Buffer.alloc(50 * MIB, ' ')),
);

export const webPage = status(200, { 'content-type': 'text/html' }, '<html>Log in');

export function larger(most: number, code: number, text = ''): Intercept {
  return (_request, response, body) => {
    if (body.length <= most) return false;
    response.writeHead(code).end(text);
    return true;
  };
}

/** `ExportTraceServiceResponse{partial_success{rejected_spans: 1, error_message: "too old"}}`. */
const ONE_REFUSED = Buffer.from([0x0a, 0x0b, 0x08, 0x01, 0x12, 0x07, ...Buffer.from('too old')]);

/** Takes a request, and says that it has taken all but one. */
export const refusesOne: Intercept = (_request, response) => {
  const end = response.end.bind(response);
  response.end = () => end(ONE_REFUSED);
  return false;
};
