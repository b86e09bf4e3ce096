import { context } from '@opentelemetry/api';
import { suppressTracing } from '@opentelemetry/core';
import { AgentConnection, type AgentRequest, type Answer } from './agent-connection.ts';

/** A connection to an Agent whose own requests are never traced. */
export class AgentClient extends AgentConnection {
  override request(request: AgentRequest): Promise<Answer> {
    return context.with(suppressTracing(context.active()), () => super.request(request));
  }
}
