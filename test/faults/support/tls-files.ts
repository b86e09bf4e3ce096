import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Certificates } from '../../support/certificates.ts';

/** As careful programs write files: at once. */
export function replace(path: string, text: string): void {
  writeFileSync(`${path}.new`, text, { mode: 0o600 });
  renameSync(`${path}.new`, path);
}

/** What the application trusts and, if it is shown, who it is, by the names of files. */
export function tlsFiles(
  directory: string,
  { ca, client }: Certificates,
  isShown = true,
): Record<string, string> {
  for (const [name, text] of [
    ['ca', ca],
    ['cert', client.cert],
    ['key', client.key],
  ] as const) {
    replace(join(directory, name), text);
  }
  return {
    OTEL_EXPORTER_OTLP_CERTIFICATE: join(directory, 'ca'),
    ...(isShown
      ? {
          OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE: join(directory, 'cert'),
          OTEL_EXPORTER_OTLP_CLIENT_KEY: join(directory, 'key'),
        }
      : {}),
  };
}
