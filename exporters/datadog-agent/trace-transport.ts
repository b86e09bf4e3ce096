import type { AgentRatesSink, Host, Outcome } from '../../src/core/index.ts';
import { describeAddress } from './address.ts';
import { AgentClient } from './agent-client.ts';
import type { Answer } from './agent-connection.ts';
import { type AgentInfo, parseInfo, parseRates } from './info.ts';
import { outcomeOf, outcomeOfError } from './outcome.ts';
import { TRACE_HEADERS, traceRequest } from './trace-request.ts';

/** The part of the options that is plain data, so that another thread can make the transport again. */
export interface TraceTransportSettings {
  readonly url: string;
  /** Milliseconds for one request and its answer. */
  readonly timeout: number;
  /** Headers that say who we are; see `entityHeaders`. */
  readonly headers?: Readonly<Record<string, string>>;
}

export interface TraceTransportOptions extends TraceTransportSettings {
  readonly host: Pick<Host, 'after' | 'clock'> & Partial<Pick<Host, 'log'>>;
  /** Takes the sample rates of answers. */
  readonly rates?: AgentRatesSink | undefined;
  /** Called with what the Agent can do, whenever it says so. */
  readonly onInfo?: (info: AgentInfo) => void;
}

/** What is to be known about one request. */
export interface SendOptions {
  /** Rejected traces and their spans that were not sent, so that the Agent can still count them. */
  readonly unsampledTraces?: number;
  readonly unsampledSpans?: number;
  /** The request does not keep the process alive: who waits for it does. Default false. */
  readonly background?: boolean;
}

const RATES_VERSION = 'datadog-rates-payload-version';
const AGENT_STATE = 'datadog-agent-state';

/** Sends bodies to `/v0.4/traces` of one Agent and listens to what it says about itself. */
export class TraceTransport {
  private readonly client: AgentClient;
  private ratesVersion: string | undefined;
  private agentState: string | undefined;
  private asked = false;
  private complained = false;

  constructor(private readonly options: TraceTransportOptions) {
    const { url, timeout, headers, host } = options;
    this.client = new AgentClient(url, { ...TRACE_HEADERS, ...headers }, timeout, host);
  }

  /** Where it sends, for messages. */
  describe(): string {
    return describeAddress(this.options.url);
  }

  /** Sends a body once, within `timeout` ms. Never rejects. */
  async send(
    body: Uint8Array,
    timeout = this.options.timeout,
    { unsampledTraces = 0, unsampledSpans = 0, background = false }: SendOptions = {},
  ): Promise<Outcome> {
    const { headers: counted, ...request } = traceRequest(body);
    const headers: Record<string, string> = {
      ...counted,
      ...(this.ratesVersion ? { 'Datadog-Rates-Payload-Version': this.ratesVersion } : {}),
    };
    if (unsampledTraces > 0) {
      headers['Datadog-Client-Dropped-P0-Traces'] = String(unsampledTraces);
      headers['Datadog-Client-Dropped-P0-Spans'] = String(unsampledSpans);
    }
    let answer: Answer;
    try {
      answer = await this.client.request({ ...request, headers, timeout, background });
    } catch (error) {
      return outcomeOfError(error as NodeJS.ErrnoException);
    }
    const outcome = outcomeOf(answer, this.options.host.clock.now());
    if (outcome.kind === 'delivered') this.listen(answer);
    return outcome;
  }

  close(): void {
    this.client.close();
  }

  /** Takes the rates out of an answer, and asks for `/info` when the Agent is new or has changed. */
  private listen({ headers, body }: Answer): void {
    const { onInfo, rates: sink, host } = this.options;
    const state = headers[AGENT_STATE]?.toString();
    if (onInfo && (!this.asked || state !== this.agentState)) {
      this.asked = true;
      this.agentState = state;
      void this.readInfo(onInfo);
    }
    try {
      const rates = parseRates(body);
      // Only now: with the version, the Agent leaves out rates that we have already.
      this.ratesVersion = headers[RATES_VERSION]?.toString();
      if (rates) sink?.update(rates);
    } catch {
      if (this.complained) return;
      this.complained = true;
      host.log?.warn(
        `the Datadog Agent at ${this.describe()} answered something that is not JSON; its sample rates stay as they were`,
      );
    }
  }

  private async readInfo(onInfo: (info: AgentInfo) => void): Promise<void> {
    try {
      const answer = await this.client.request({ method: 'GET', path: '/info', background: true });
      const info = answer.status === 200 ? parseInfo(answer.body) : undefined;
      if (info) onInfo(info);
    } catch (error) {
      // Not vital: without it, everything is sent in the form that every Agent takes.
      this.asked = false;
      this.options.host.log?.debug(`/info of the Datadog Agent: ${(error as Error).message}`);
    }
  }
}
