import type { Host, Outcome } from '../../src/core/index.ts';
import { AgentConnection } from './agent-connection.ts';
import { outcomeOf, outcomeOfError } from './outcome.ts';
import { TRACE_HEADERS, traceRequest } from './trace-request.ts';
import type { TraceTransportSettings } from './trace-transport.ts';

/** Sends traces once, in the thread that sends at the exit: nobody waits for rates there. */
export class ExitTraceTransport {
  private readonly connection: AgentConnection;

  constructor(
    { url, timeout, headers }: TraceTransportSettings,
    private readonly host: Pick<Host, 'after' | 'clock'>,
  ) {
    this.connection = new AgentConnection(url, { ...TRACE_HEADERS, ...headers }, timeout, host);
  }

  /** Within `timeout` ms. Never rejects. */
  async send(body: Uint8Array, timeout: number): Promise<Outcome> {
    try {
      return outcomeOf(
        await this.connection.request({ ...traceRequest(body), timeout }),
        this.host.clock.now(),
      );
    } catch (error) {
      return outcomeOfError(error as NodeJS.ErrnoException);
    }
  }
}
