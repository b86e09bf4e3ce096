/** Provides the peers once for all test files, and says loudly which are missing, and why. */
import type { Provision } from './cache.ts';
import { provisionAgentMapping, provisionCollector, provisionTestAgent } from './provision.ts';

export default async function setUp(): Promise<void> {
  const peers = {
    collector: await provide('OpenTelemetry Collector', provisionCollector),
    agentMapping: await provide("the Datadog Agent's mapping", provisionAgentMapping),
    testAgent: await provide('Datadog test agent', provisionTestAgent),
  };
  // The workers of Jest inherit the environment; there is no other way to hand them a value.
  process.env.SIGNALBOX_PEERS = JSON.stringify(peers);
}

async function provide(name: string, provision: () => Promise<Provision>): Promise<Provision> {
  const started = performance.now();
  const peer = await provision().catch((error: unknown): Provision => ({ unavailable: String(error) }));
  const seconds = Math.round((performance.now() - started) / 1000);
  if ('path' in peer) {
    console.log(`\n${name}: ready after ${seconds} s`);
  } else {
    console.warn(`\n*** ${name}: ITS TESTS ARE SKIPPED, after ${seconds} s: ${peer.unavailable} ***`);
    if (process.env.SIGNALBOX_PEERS_REQUIRED) throw new Error(`${name}: ${peer.unavailable}`);
  }
  return peer;
}
