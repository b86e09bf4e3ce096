/**
 * An exporter for a made-up backend, ACME, as a plug-in: spans as lines of JSON, sent with POST.
 *
 *   SIGNALBOX_PLUGINS=./acme.mjs OTEL_TRACES_EXPORTER=acme node --require signalbox/register app.js
 */
import { defineComponent, text, url, variable } from 'signalbox';

const topic = 'ACME';
const ACME_URL = variable({
  name: 'ACME_URL',
  type: url(),
  default: 'http://127.0.0.1:9999/spans',
  topic,
  doc: 'Where ACME takes spans.',
});
const ACME_API_KEY = variable({
  name: 'ACME_API_KEY',
  type: text(),
  secret: true,
  topic,
  doc: 'The key of your ACME account.',
});

export default defineComponent({
  kind: 'exporter',
  name: 'acme',
  stability: 'experimental',
  doc: 'Sends spans to ACME.',
  signals: ['traces'],
  variables: [ACME_URL, ACME_API_KEY],
  fromEnv: (env) => ({ url: env.get(ACME_URL), key: env.get(ACME_API_KEY) }),
  create: (config) => ({
    traces: () => new AcmeSpanExporter(config),
    describe: () => new URL(config.url).host,
  }),
});

/** A plain SpanExporter: it also works with any other OpenTelemetry set-up. */
export class AcmeSpanExporter {
  #url;
  #headers;
  #sending = new Set();
  #stopped = false;

  constructor({ url, key }) {
    this.#url = url;
    this.#headers = { 'content-type': 'application/x-ndjson', ...(key && { 'acme-key': key }) };
  }

  /** Calls back with code 0, or with code 1 and the reason. Batching and reporting are not its business. */
  export(spans, resultCallback) {
    if (this.#stopped) return resultCallback({ code: 1, error: new Error('it is shut down') });
    const sending = this.#send(spans).then(
      () => resultCallback({ code: 0 }),
      // fetch() puts what really happened into the cause.
      (error) => resultCallback({ code: 1, error: error.cause ?? error }),
    );
    this.#sending.add(sending);
    void sending.finally(() => this.#sending.delete(sending));
  }

  async #send(spans) {
    const response = await fetch(this.#url, {
      method: 'POST',
      headers: this.#headers,
      body: spans.map((span) => `${JSON.stringify(toAcme(span))}\n`).join(''),
      signal: AbortSignal.timeout(10_000),
    });
    await response.body?.cancel();
    if (!response.ok) throw new Error(`ACME answered ${response.status}`);
  }

  async forceFlush() {
    await Promise.all(this.#sending);
  }

  async shutdown() {
    this.#stopped = true;
    await this.forceFlush();
  }
}

function toAcme(span) {
  const [seconds, nanoseconds] = span.duration;
  return {
    trace: span.spanContext().traceId,
    id: span.spanContext().spanId,
    parent: span.parentSpanContext?.spanId,
    service: span.resource.attributes['service.name'],
    name: span.name,
    milliseconds: seconds * 1e3 + nanoseconds / 1e6,
    attributes: span.attributes,
  };
}
