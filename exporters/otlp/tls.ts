import { createPrivateKey, X509Certificate } from 'node:crypto';
import { errorMessage, type Report, readBoundedFile } from '../../src/core/index.ts';
import type { NamedFile, TlsFiles } from './settings.ts';

/** A bundle of all public CAs has 200 KB. */
const MAX_BYTES = 4_194_304;

/** What TLS connections are made with; what is missing, Node.js has a default for. */
export interface TlsMaterial {
  readonly ca?: Buffer;
  readonly cert?: Buffer;
  readonly key?: Buffer;
}

/** Reads TLS files, each path once; a file that is no use is one problem and is done without. */
export class TlsReader {
  private readonly files = new Map<string, Buffer | undefined>();
  private readonly pairs = new Map<Buffer, { readonly key: Buffer; readonly material: TlsMaterial }>();

  constructor(private readonly report: Report) {}

  read({ ca, client }: TlsFiles): TlsMaterial {
    const caBytes = ca && this.file(ca, isCertificate, "trusting Node.js's own CA certificates");
    const cert = client && this.file(client.certificate, isCertificate, WITHOUT_CLIENT);
    const key = client && this.file(client.key, isPrivateKey, WITHOUT_CLIENT);
    return {
      ...(caBytes ? { ca: caBytes } : {}),
      ...(cert && key ? this.pair(cert, key, client.certificate.source) : {}),
    };
  }

  private file(file: NamedFile, isValid: (pem: Buffer) => boolean, used: string): Buffer | undefined {
    if (this.files.has(file.path)) return this.files.get(file.path);
    const bytes = this.open(file, isValid, used);
    this.files.set(file.path, bytes);
    return bytes;
  }

  private open(
    { path, source }: NamedFile,
    isValid: (pem: Buffer) => boolean,
    used: string,
  ): Buffer | undefined {
    const complain = (message: string): undefined => {
      this.report({
        code: 'CFG010',
        source,
        message: `"${path}" ${message}`,
        expected: 'a readable PEM file',
        used,
      });
    };
    try {
      const bytes = readBoundedFile(path, MAX_BYTES);
      return isValid(bytes) ? bytes : complain('does not hold what is needed');
    } catch (error) {
      return complain(`cannot be read (${(error as NodeJS.ErrnoException).code ?? errorMessage(error)})`);
    }
  }

  private pair(cert: Buffer, key: Buffer, source: string): TlsMaterial {
    const known = this.pairs.get(cert);
    if (known?.key === key) return known.material;
    const material = this.checkedPair(cert, key, source);
    this.pairs.set(cert, { key, material });
    return material;
  }

  private checkedPair(cert: Buffer, key: Buffer, source: string): TlsMaterial {
    if (new X509Certificate(cert).checkPrivateKey(createPrivateKey(key))) return { cert, key };
    const message = 'the client certificate and the client key do not belong together';
    this.report({ code: 'CFG011', source, message, used: WITHOUT_CLIENT });
    return {};
  }
}

const WITHOUT_CLIENT = 'sending no client certificate';

function isCertificate(pem: Buffer): boolean {
  return succeeds(() => new X509Certificate(pem));
}

function isPrivateKey(pem: Buffer): boolean {
  return succeeds(() => createPrivateKey(pem));
}

function succeeds(attempt: () => unknown): boolean {
  try {
    attempt();
    return true;
  } catch {
    return false;
  }
}
