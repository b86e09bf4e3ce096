/** What the applications of the client matrix share. Each cell runs within a trace of its own. */
import { logs, trace } from '@opentelemetry/api';

export const { PROVIDER_URL: baseURL, CLIENT: client } = process.env;
const REPEAT = Number(process.env.REPEAT ?? 1);

/** A text that must stay in the process, of the given kind; on request long and full of escapes. */
export const kept = (kind) => (REPEAT > 1 ? `"kept-${kind} 😀\\" `.repeat(REPEAT) : `kept-${kind}`);

const tracer = trace.getTracer('test');
export const ignored = () => {};

/** Runs one cell. */
export async function cell(name, run) {
  await tracer.startActiveSpan(
    `scenario ${client ?? name.split('/')[0]}/${name.split('/').at(-1)}`,
    async (span) => {
      try {
        await run();
      } finally {
        span.end();
      }
    },
  );
}

export async function drain(stream) {
  for await (const _ of stream);
}

/** Reads some chunks and aborts. What then is thrown is the client's way to say so. */
export async function abortEarly(open, after = 2) {
  const controller = new AbortController();
  try {
    let chunks = 0;
    for await (const _ of await open(controller.signal)) if (++chunks === after) controller.abort();
  } catch (error) {
    if (!controller.signal.aborted) throw error;
  }
}

/** What an application or another library may leave beside a call: an event, and a log record. */
export function sayElsewhere() {
  trace.getActiveSpan()?.addEvent('gen_ai.user.message', { content: kept('event') });
  logs
    .getLogger('test')
    .emit({ eventName: 'gen_ai.user.message', body: { role: 'user', content: kept('log') } });
}
