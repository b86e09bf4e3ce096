/** Brings the peers onto this machine, from released packages only. */

import { readFileSync } from 'node:fs';
import { copyFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cached, type Provision } from './cache.ts';
import { runTool } from './run-tool.ts';

const MANIFEST = readFileSync(join(import.meta.dirname, 'collector-manifest.yaml'), 'utf8');
const COLLECTOR_VERSION = /otlpreceiver (v\S+)/.exec(MANIFEST)?.[1] ?? '';
const TEST_AGENT = 'ddapm-test-agent==1.69.1';

const BUILD_LIMIT = 900_000;
const INSTALL_LIMIT = 180_000;
const QUESTION_LIMIT = 30_000;

export const COLLECTOR_BINARY = 'otelcol-peers';

/** The OpenTelemetry Collector, built by its official builder. Needs Go. */
export async function provisionCollector(): Promise<Provision> {
  const go = await runTool('go', ['version'], { timeout: QUESTION_LIMIT });
  if (!go.ok) return { unavailable: go.reason };
  return cached('collector', [MANIFEST, go.output], async (folder) => {
    await writeFile(join(folder, 'manifest.yaml'), MANIFEST);
    const builder = `go.opentelemetry.io/collector/cmd/builder@${COLLECTOR_VERSION}`;
    const args = ['run', builder, '--config', 'manifest.yaml'];
    const built = await runTool('go', args, { cwd: folder, timeout: BUILD_LIMIT });
    if (!built.ok) return built.reason;
    await copyFile(join(folder, 'out', COLLECTOR_BINARY), join(folder, COLLECTOR_BINARY));
    await rm(join(folder, 'out'), { recursive: true });
    return undefined;
  });
}

const MAPPING = ['go.mod', 'main.go'].map((name) => {
  return [name, readFileSync(join(import.meta.dirname, 'agent-mapping', name), 'utf8')] as const;
});

export const MAPPING_BINARY = 'agent-mapping';

/** The code by which the Datadog Agent maps spans of OTLP, as a program. Needs Go. */
export async function provisionAgentMapping(): Promise<Provision> {
  const go = await runTool('go', ['version'], { timeout: QUESTION_LIMIT });
  if (!go.ok) return { unavailable: go.reason };
  return cached('agent-mapping', [...MAPPING.flat(), go.output], async (folder) => {
    for (const [name, source] of MAPPING) await writeFile(join(folder, name), source);
    for (const args of [
      ['mod', 'tidy'],
      ['build', '-o', MAPPING_BINARY, '.'],
    ]) {
      const done = await runTool('go', args, { cwd: folder, timeout: BUILD_LIMIT });
      if (!done.ok) return done.reason;
    }
    return undefined;
  });
}

/** Datadog's APM test agent, in a virtual environment. Needs Python 3. */
export async function provisionTestAgent(): Promise<Provision> {
  const python = await runTool('python3', ['--version'], { timeout: QUESTION_LIMIT });
  if (!python.ok) return { unavailable: python.reason };
  return cached('test-agent', [TEST_AGENT, python.output], async (folder) => {
    const environment = await runTool('python3', ['-m', 'venv', folder], { timeout: INSTALL_LIMIT });
    if (!environment.ok) return environment.reason;
    const install = ['-m', 'pip', 'install', '--disable-pip-version-check', TEST_AGENT];
    const installed = await runTool(join(folder, 'bin', 'python'), install, { timeout: INSTALL_LIMIT });
    return installed.ok ? undefined : installed.reason;
  });
}
