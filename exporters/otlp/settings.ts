import { validateHeaderName, validateHeaderValue } from 'node:http';
import type { EnvReader, Signal, Variable } from '../../src/core/index.ts';
import { defaultEndpoint, type GrpcTarget, grpcTarget, httpUrl, type OtlpProtocol } from './endpoint.ts';
import {
  type Compression,
  DEFAULTS,
  GENERAL,
  HISTOGRAM,
  type HistogramAggregation,
  type OtlpValues,
  type OtlpVariables,
  PER_SIGNAL,
  TEMPORALITY,
  type Temporality,
} from './variables.ts';

/** A file named by a setting, and what names it, for problems. */
export interface NamedFile {
  readonly path: string;
  readonly source: string;
}

/** The TLS files of one signal. Client certificate and key come together or not at all. */
export interface TlsFiles {
  readonly ca?: NamedFile;
  readonly client?: { readonly certificate: NamedFile; readonly key: NamedFile };
}

/** How one signal is sent. */
export interface SignalSettings {
  readonly protocol: OtlpProtocol;
  /** A full URL for HTTP, a target for gRPC. */
  readonly target: string | GrpcTarget;
  readonly headers: Readonly<Record<string, string>>;
  /** Milliseconds; 0 for no limit. */
  readonly timeout: number;
  readonly compression: Compression;
  readonly tls: TlsFiles;
}

/** All settings of the `otlp` exporter. */
export interface OtlpSettings extends Readonly<Record<Signal, SignalSettings>> {
  readonly temporality: Temporality;
  readonly histogram: HistogramAggregation;
}

/** Reads the settings; the ones of a signal win over the general ones. */
export function readOtlpSettings(env: EnvReader): OtlpSettings {
  const report = onceEach(env.report);
  const read = (signal: Signal): SignalSettings => new SignalReader(env, report, signal).read();
  return {
    traces: read('traces'),
    metrics: read('metrics'),
    logs: read('logs'),
    temporality: env.get(TEMPORALITY),
    histogram: env.get(HISTOGRAM),
  };
}

/** General settings are read for each signal, but what is wrong with them is said once. */
function onceEach(report: EnvReader['report']): EnvReader['report'] {
  const seen = new Set<string>();
  return (problem) => {
    const key = `${problem.source} ${problem.message}`;
    if (seen.has(key)) return;
    seen.add(key);
    report(problem);
  };
}

class SignalReader {
  private readonly own: OtlpVariables;

  constructor(
    private readonly env: EnvReader,
    private readonly report: EnvReader['report'],
    private readonly signal: Signal,
  ) {
    this.own = PER_SIGNAL[signal];
  }

  read(): SignalSettings {
    const protocol = this.value('protocol') ?? DEFAULTS.protocol;
    // Read even where it has no meaning, so that a mistake in it is found.
    const insecure = this.value('insecure') ?? DEFAULTS.insecure;
    return {
      protocol,
      target: protocol === 'grpc' ? this.grpcTarget(insecure) : this.httpUrl(protocol),
      headers: { ...this.headers(GENERAL.headers), ...this.headers(this.own.headers) },
      timeout: this.value('timeout') ?? DEFAULTS.timeout,
      compression: this.value('compression') ?? DEFAULTS.compression,
      tls: this.tlsFiles(),
    };
  }

  /** The variable that counts: the signal's own if it has a valid value, else the general one. */
  private pick<K extends keyof OtlpValues>(key: K): Variable<OtlpValues[K]> {
    const own: Variable<OtlpValues[K]> = this.own[key];
    return this.env.get(own) === undefined ? GENERAL[key] : own;
  }

  private value<K extends keyof OtlpValues>(key: K): OtlpValues[K] | undefined {
    return this.env.get(this.pick(key));
  }

  private httpUrl(protocol: OtlpProtocol): string {
    const variable = this.pick('endpoint');
    const text = this.env.get(variable);
    if (text?.toLowerCase().startsWith('unix:')) {
      this.report({
        code: 'CFG011',
        source: this.env.sourceOf(variable),
        message: `a unix: endpoint needs the protocol grpc, and it is ${protocol}`,
        expected: 'a URL with http:// or https://',
        used: `using ${defaultEndpoint(protocol)}`,
      });
    } else if (text !== undefined) {
      return httpUrl(text, this.signal, variable === GENERAL.endpoint);
    }
    return httpUrl(defaultEndpoint(protocol), this.signal, true);
  }

  private grpcTarget(insecure: boolean): GrpcTarget {
    const variable = this.pick('endpoint');
    const target = grpcTarget(this.env.get(variable) ?? defaultEndpoint('grpc'), insecure);
    if (target.ignoredPath !== undefined) {
      this.report({
        code: 'CFG012',
        source: this.env.sourceOf(variable),
        message: `the path ${target.ignoredPath} has no meaning for the protocol grpc`,
        used: `using ${target.address}`,
      });
    }
    return target;
  }

  /** The headers without those that HTTP does not allow. */
  private headers(variable: OtlpVariables['headers']): Record<string, string> {
    const valid: Record<string, string> = {};
    for (const [index, [name, value]] of Object.entries(this.env.get(variable) ?? {}).entries()) {
      const mistake = headerMistake(name, value, index + 1);
      if (mistake === undefined) valid[name.toLowerCase()] = value;
      else {
        this.report({
          code: 'CFG001',
          source: this.env.sourceOf(variable),
          message: mistake,
          expected: 'headers as HTTP allows them',
          used: 'leaving this header out',
        });
      }
    }
    return valid;
  }

  private tlsFiles(): TlsFiles {
    const ca = this.file('certificate');
    const certificate = this.file('clientCertificate');
    const key = this.file('clientKey');
    const client = certificate && key ? { client: { certificate, key } } : {};
    const single = certificate ?? key;
    if (single && !(certificate && key)) {
      this.report({
        code: 'CFG012',
        source: single.source,
        message: 'a client certificate needs both the certificate and its key',
        expected: `${certificate ? GENERAL.clientKey.name : GENERAL.clientCertificate.name} as well`,
        used: 'sending no client certificate',
      });
    }
    return { ...(ca ? { ca } : {}), ...client };
  }

  private file(key: 'certificate' | 'clientCertificate' | 'clientKey'): NamedFile | undefined {
    const path = this.value(key);
    return path === undefined ? undefined : { path, source: this.env.sourceOf(this.pick(key)) };
  }
}

/**
 * What is wrong with a header. It is named by its place: a value that holds `=` and lacks its name, or
 * was split at the wrong place, looks like a name and may be the secret.
 */
function headerMistake(name: string, value: string, place: number): string | undefined {
  try {
    validateHeaderName(name);
  } catch {
    return `header ${place} has a name that is no header name`;
  }
  try {
    validateHeaderValue(name, value);
  } catch {
    return `header ${place} has a value with characters that headers cannot have`;
  }
  return undefined;
}
