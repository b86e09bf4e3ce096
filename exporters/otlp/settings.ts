import { validateHeaderName, validateHeaderValue } from 'node:http';
import type { EnvReader, Signal, Variable } from '../../src/core/index.ts';
import { defaultEndpoint, type GrpcTarget, grpcTarget, httpUrl, type OtlpProtocol } from './endpoint.ts';
import { type Guarded, isExposed, withholdKeys } from './exposure.ts';
import { proxyFor } from './proxy.ts';
import {
  type Compression,
  DEFAULTS,
  GENERAL,
  HISTOGRAM,
  type HistogramAggregation,
  INSECURE_CREDENTIALS,
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
  /** Files with further headers; later ones win. */
  readonly headerFiles: readonly NamedFile[];
  /** The plug-in that gives further headers. */
  readonly provider?: { readonly name: string; readonly source: string };
  /** What the credentials come from, for messages: settings. */
  readonly credentialSources: readonly string[];
  /** Milliseconds; 0 for no limit. */
  readonly timeout: number;
  readonly compression: Compression;
  readonly tls: TlsFiles;
  /** HTTP through this Unix socket; host and port of the target only name it. */
  readonly socketPath?: string;
  /** HTTP through a proxy: HTTP_PROXY, HTTPS_PROXY and NO_PROXY. */
  readonly proxy?: Readonly<Record<string, string>>;
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
    const socketPath = protocol === 'grpc' ? undefined : this.socketPath();
    const { target, headers } = this.guarded(
      protocol === 'grpc' ? this.grpcTarget(insecure) : this.httpUrl(protocol, socketPath),
      { ...this.headers(GENERAL.headers), ...this.headers(this.own.headers) },
    );
    const proxy =
      typeof target === 'string' && socketPath === undefined
        ? proxyFor(target, this.env, this.report)
        : undefined;
    return {
      protocol,
      target,
      headers,
      ...this.dynamicHeaders(target),
      ...(socketPath === undefined ? {} : { socketPath }),
      ...(proxy === undefined ? {} : { proxy }),
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

  /** The path of a `unix:` endpoint. */
  private socketPath(): string | undefined {
    const text = this.env.get(this.pick('endpoint'));
    return text?.toLowerCase().startsWith('unix:')
      ? text.slice('unix:'.length).replace(/^\/\/+/, '/')
      : undefined;
  }

  private httpUrl(protocol: OtlpProtocol, socketPath: string | undefined): string {
    const variable = this.pick('endpoint');
    const text = this.env.get(variable);
    if (text === undefined || socketPath !== undefined) {
      return httpUrl(defaultEndpoint(protocol), this.signal, true);
    }
    return httpUrl(text, this.signal, variable === GENERAL.endpoint);
  }

  /** Keys are not sent in the clear to another machine, unless that is wanted. */
  private guarded(target: string | GrpcTarget, headers: Record<string, string>): Omit<Guarded, 'withheld'> {
    if (this.env.get(INSECURE_CREDENTIALS)) return { target, headers };
    const guarded = withholdKeys(target, headers);
    if (guarded.withheld.length > 0) {
      this.report({
        code: 'CFG011',
        source: this.env.sourceOf(this.pick('endpoint')),
        message: `is not encrypted and not on this machine, and would show ${guarded.withheld.join(', ')} to everybody on the way`,
        expected: `https://, or ${INSECURE_CREDENTIALS.name}=true`,
        used: 'sending without them',
      });
    }
    return guarded;
  }

  /** Headers that can change: none of them where everybody on the way could read them. */
  private dynamicHeaders(
    target: string | GrpcTarget,
  ): Pick<SignalSettings, 'headerFiles' | 'provider' | 'credentialSources'> {
    const files = [GENERAL.headersFile, this.own.headersFile].flatMap((variable) => {
      const path = this.env.get(variable);
      return path === undefined ? [] : [{ path, source: this.env.sourceOf(variable) }];
    });
    const name = this.value('credentials');
    const provider =
      name === undefined ? undefined : { name, source: this.env.sourceOf(this.pick('credentials')) };
    const dynamic = [...files, ...(provider ? [provider] : [])].map(({ source }) => source);
    if (dynamic.length > 0 && isExposed(target) && !this.env.get(INSECURE_CREDENTIALS)) {
      this.report({
        code: 'CFG011',
        source: this.env.sourceOf(this.pick('endpoint')),
        message: `is not encrypted and not on this machine, and would show ${dynamic.join(' and ')} to everybody on the way`,
        expected: `https://, or ${INSECURE_CREDENTIALS.name}=true`,
        used: 'sending without them',
      });
      return { headerFiles: [], credentialSources: this.headerSources() };
    }
    return {
      headerFiles: files,
      ...(provider ? { provider } : {}),
      credentialSources: dynamic.length > 0 ? dynamic : this.headerSources(),
    };
  }

  private headerSources(): string[] {
    const set = [GENERAL.headers, this.own.headers].filter((variable) => this.env.isSet(variable));
    return (set.length > 0 ? set : [GENERAL.headers]).map((variable) => this.env.sourceOf(variable));
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
