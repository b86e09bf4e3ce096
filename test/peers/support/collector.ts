/** A running OpenTelemetry Collector that writes what it decoded into a file. */
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Inbox, type Protocol, readOtlpJson } from '../../support/receivers/index.ts';
import { freePorts, type PeerProcess, startPeer } from './peer-process.ts';
import { folderOf } from './peers.ts';
import { COLLECTOR_BINARY } from './provision.ts';
import { runTool } from './run-tool.ts';

type Config = Readonly<Record<string, unknown>>;

export interface CollectorOptions {
  /** `tls` of the OTLP receivers, as in the Collector's configuration. */
  readonly tls?: Config;
  /** Further settings of the OTLP/HTTP receiver. */
  readonly http?: Config;
  /** Processors of the traces pipeline, in this order. */
  readonly processors?: Config;
}

/** `await using` ends it at the end of the block. */
export interface Collector extends AsyncDisposable {
  /** The variables that send an application's telemetry here over this protocol. */
  env(protocol: Protocol): Record<string, string>;
  /** Where its Datadog receiver listens. */
  readonly datadogUrl: string;
  /** What it has written so far; its file is flushed about once a second. */
  received(): Promise<Inbox>;
  /** Ends the Collector, which flushes its file, and returns all that it decoded. */
  finish(): Promise<Inbox>;
}

/** For 128-bit trace ids, which the receiver of this version only makes when asked to. */
const FEATURE_GATES = 'receiver.datadogreceiver.Enable128BitTraceID';

export async function startCollector(options: CollectorOptions = {}): Promise<Collector> {
  const folder = await mkdtemp(join(tmpdir(), 'collector-'));
  const [grpc = 0, http = 0, datadog = 0, health = 0] = await freePorts(4);
  const ports = { grpc, http, datadog, health };
  const output = join(folder, 'telemetry.jsonl');
  // JSON is YAML, so no library has to write it.
  await writeFile(join(folder, 'config.yaml'), JSON.stringify(configuration(ports, output, options)));
  const peer = await startPeer(
    binary(),
    ['--config', 'config.yaml', '--feature-gates', FEATURE_GATES],
    `http://127.0.0.1:${health}/`,
    { cwd: folder },
  ).catch(async (error: unknown) => {
    await rm(folder, { recursive: true, force: true });
    throw error;
  });
  const address = options.tls ? 'https://localhost' : 'http://127.0.0.1';
  return {
    env: (protocol) => ({
      OTEL_EXPORTER_OTLP_ENDPOINT: `${address}:${protocol === 'grpc' ? grpc : http}`,
      OTEL_EXPORTER_OTLP_PROTOCOL: protocol,
    }),
    datadogUrl: `http://127.0.0.1:${datadog}`,
    received: () => readOutput(output),
    finish: () => finish(peer, output),
    async [Symbol.asyncDispose]() {
      await peer.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/**
 * What the Collector itself says about a configuration: undefined if it is valid, else its reason.
 *
 * @param config YAML, or an object
 */
export async function validateCollectorConfig(config: string | Config): Promise<string | undefined> {
  const folder = await mkdtemp(join(tmpdir(), 'collector-config-'));
  try {
    const path = join(folder, 'config.yaml');
    await writeFile(path, typeof config === 'string' ? config : JSON.stringify(config));
    const { ok, output } = await runTool(binary(), ['validate', '--config', path], { timeout: 30_000 });
    return ok ? undefined : output.trim() || 'no reason given';
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function binary(): string {
  return join(folderOf('collector'), COLLECTOR_BINARY);
}

interface Ports {
  readonly grpc: number;
  readonly http: number;
  readonly datadog: number;
  readonly health: number;
}

function configuration(
  ports: Ports,
  output: string,
  { tls, http, processors = {} }: CollectorOptions,
): Config {
  const endpoint = (port: number) => ({ endpoint: `127.0.0.1:${port}` });
  const security = tls ? { tls } : {};
  const receivers = ['otlp', 'datadog'];
  const exporters = ['file'];
  return {
    receivers: {
      otlp: {
        protocols: {
          grpc: { ...endpoint(ports.grpc), ...security },
          http: { ...endpoint(ports.http), ...security, ...http },
        },
      },
      datadog: endpoint(ports.datadog),
    },
    processors,
    exporters: { file: { path: output } },
    extensions: { health_check: endpoint(ports.health) },
    service: {
      extensions: ['health_check'],
      pipelines: {
        traces: { receivers, processors: Object.keys(processors), exporters },
        metrics: { receivers, exporters },
        logs: { receivers, exporters },
      },
      // Its own metrics would want a fixed port.
      telemetry: { metrics: { level: 'none' }, logs: { level: 'warn' } },
    },
  };
}

async function finish(peer: PeerProcess, output: string): Promise<Inbox> {
  await peer.stop();
  return await readOutput(output);
}

/** Whole lines only: the last one may still be in the making. */
async function readOutput(output: string): Promise<Inbox> {
  const inbox = new Inbox();
  const text = existsSync(output) ? await readFile(output, 'utf8') : '';
  for (const line of text.split('\n').slice(0, -1)) if (line !== '') inbox.add(readOtlpJson(line));
  return inbox;
}
