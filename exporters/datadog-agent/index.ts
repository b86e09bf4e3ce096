export { agentUrl, describeAddress } from './address.ts';
export { AgentClient, type Answer } from './agent-client.ts';
export { type Entity, entityHeaders, readEntity } from './entity-id.ts';
export { type AgentInfo, parseInfo, parseRates } from './info.ts';
export { outcomeOf, outcomeOfError } from './outcome.ts';
export { standaloneHost } from './standalone-host.ts';
export { TraceTransport, type TraceTransportSettings } from './trace-transport.ts';
