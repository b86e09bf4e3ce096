export { agentUrl, describeAddress } from './address.ts';
export { AgentClient } from './agent-client.ts';
export { AgentConnection } from './agent-connection.ts';
export { type Entity, entityHeaders, readEntity } from './entity-id.ts';
export { ExitTraceTransport } from './exit-transport.ts';
export { standaloneHost } from './standalone-host.ts';
export { TraceTransport, type TraceTransportSettings } from './trace-transport.ts';
