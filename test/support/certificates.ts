/**
 * Certificates for TLS tests, made afresh with Node's own crypto, so that no key is kept in the
 * repository and none expires. The encoding is X.509 v3 in DER (RFC 5280).
 */
import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';

export interface Certificate {
  /** PEM. */
  readonly key: string;
  /** PEM. */
  readonly cert: string;
}

export interface Certificates {
  /** The authority's certificate, PEM: what goes into a CA file. */
  readonly ca: string;
  /** For `localhost` and 127.0.0.1. */
  readonly server: Certificate;
  readonly client: Certificate;
}

interface Issuer {
  readonly name: string;
  readonly key: KeyObject;
}

/** What is wrong with the certificate of the server, if anything is. */
export interface Flaws {
  /** Days from now until it expires; below 0 it has. Default ten years. */
  readonly days?: number;
  /** The one host it is for, in the place of localhost and 127.0.0.1. */
  readonly host?: string;
}

/** An authority with one server and one client certificate, valid from the day before yesterday. */
export function createCertificates({ days = 3650, host }: Flaws = {}): Certificates {
  const authority = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const issuer: Issuer = { name: 'Test authority', key: authority.privateKey };
  const issue = (name: string, until = 3650, names = SUBJECT_ALT_NAME): Certificate => {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    return {
      key: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
      cert: certificate(name, publicKey, issuer, [names], until),
    };
  };
  return {
    ca: certificate(issuer.name, authority.publicKey, issuer, [BASIC_CONSTRAINTS_CA]),
    server: issue('localhost', days, host === undefined ? undefined : namesOf(hostName(host))),
    client: issue('Test client'),
  };
}

const SEQUENCE = 0x30;
const SET = 0x31;
const INTEGER = 0x02;
const BIT_STRING = 0x03;
const OCTET_STRING = 0x04;
const OBJECT_IDENTIFIER = 0x06;
const UTF8_STRING = 0x0c;
const GENERALIZED_TIME = 0x18;

/** One tag-length-value of DER. */
function der(tag: number, ...parts: Uint8Array[]): Buffer {
  const body = Buffer.concat(parts);
  const { length } = body;
  if (length < 0x80) return Buffer.concat([Buffer.from([tag, length]), body]);
  // DER wants the shortest form (X.690, 10.1), and Go refuses any other.
  const head = length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...head]), body]);
}

const COMMON_NAME = der(OBJECT_IDENTIFIER, Buffer.from('550403', 'hex'));
const ECDSA_WITH_SHA256 = der(SEQUENCE, der(OBJECT_IDENTIFIER, Buffer.from('2a8648ce3d040302', 'hex')));
const TRUE = Buffer.from('0101ff', 'hex');

/** basicConstraints: critical, CA:TRUE. */
const BASIC_CONSTRAINTS_CA = der(
  SEQUENCE,
  der(OBJECT_IDENTIFIER, Buffer.from('551d13', 'hex')),
  TRUE,
  der(OCTET_STRING, der(SEQUENCE, TRUE)),
);

/** subjectAltName. */
function namesOf(...names: Uint8Array[]): Buffer {
  return der(
    SEQUENCE,
    der(OBJECT_IDENTIFIER, Buffer.from('551d11', 'hex')),
    der(OCTET_STRING, der(SEQUENCE, ...names)),
  );
}

function hostName(host: string): Buffer {
  return der(0x82, Buffer.from(host));
}

/** DNS:localhost, IP:127.0.0.1. */
const SUBJECT_ALT_NAME = namesOf(hostName('localhost'), der(0x87, Buffer.from([127, 0, 0, 1])));

function certificate(
  subject: string,
  key: KeyObject,
  issuer: Issuer,
  extensions: Uint8Array[],
  days = 3650,
): string {
  const serial = Buffer.concat([Buffer.from([1]), randomBytes(8)]);
  const body = der(
    SEQUENCE,
    der(0xa0, der(INTEGER, Buffer.from([2]))),
    der(INTEGER, serial),
    ECDSA_WITH_SHA256,
    commonName(issuer.name),
    der(SEQUENCE, time(-2), time(days)),
    commonName(subject),
    key.export({ type: 'spki', format: 'der' }),
    der(0xa3, der(SEQUENCE, ...extensions)),
  );
  const signature = der(BIT_STRING, Buffer.from([0]), sign('sha256', body, issuer.key));
  const base64 = der(SEQUENCE, body, ECDSA_WITH_SHA256, signature).toString('base64');
  return `-----BEGIN CERTIFICATE-----\n${base64.replace(/.{64}/g, '$&\n').trimEnd()}\n-----END CERTIFICATE-----\n`;
}

function commonName(name: string): Buffer {
  return der(SEQUENCE, der(SET, der(SEQUENCE, COMMON_NAME, der(UTF8_STRING, Buffer.from(name)))));
}

function time(daysFromNow: number): Buffer {
  const date = new Date(Date.now() + daysFromNow * 86_400_000).toISOString();
  return der(GENERALIZED_TIME, Buffer.from(`${date.replace(/[-:T]/g, '').slice(0, 14)}Z`));
}
