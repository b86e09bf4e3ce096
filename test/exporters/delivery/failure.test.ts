import { explainFailure } from '../../../exporters/index.ts';

const withCode = (code: string | number, message = 'message') => Object.assign(new Error(message), { code });

const CASES: [error: unknown, reason: RegExp, hint?: RegExp][] = [
  [withCode('ECONNREFUSED'), /^connection refused$/, /backend running/],
  [withCode('ENOTFOUND'), /DNS/],
  [withCode('EAI_AGAIN'), /DNS/],
  [withCode('ECONNRESET', 'socket hang up'), /closed by the other side/, /TLS/],
  [withCode('EPROTO'), /TLS handshake failed/, /plain http/],
  [withCode('SELF_SIGNED_CERT_IN_CHAIN'), /not trusted/, /OTEL_EXPORTER_OTLP_CERTIFICATE/],
  [withCode('HPE_INVALID_CONSTANT'), /not HTTP/, /gRPC/],
  [withCode('ENOSPC'), /no space/],
  [withCode('EROFS'), /read-only/],
  [withCode(401, 'Unauthorized'), /^the backend answered 401 Unauthorized$/, /credentials/],
  [withCode(403), /403/, /credentials/],
  [withCode(404), /404/, /\/v1\/traces/],
  [withCode(418), /418/],
  [withCode(16), /UNAUTHENTICATED/, /credentials/],
  [
    withCode(14, '14 UNAVAILABLE: No connection established. Last error: connect ECONNREFUSED 127.0.0.1:1'),
    /^connection refused$/,
  ],
  [withCode(14, '14 UNAVAILABLE: Error: self-signed certificate in certificate chain'), /not trusted/],
  [withCode(14, '14 UNAVAILABLE: Connection dropped'), /UNAVAILABLE/, /gRPC port/],
  [new Error('no answer within 5 ms'), /^no answer within 5 ms$/],
  [new Error(`${'x'.repeat(500)}\nsecond line`), /^x{157}\.\.\.$/],
  [undefined, /unknown error/],
];

test.each(CASES.map(([error, reason, hint]) => ({ error, reason, hint })))('$error: $reason', (row) => {
  const failure = explainFailure(row.error);
  expect(failure.reason).toMatch(row.reason);
  if (row.hint) expect(failure.hint).toMatch(row.hint);
});
