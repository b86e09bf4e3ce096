/**
 * What an OTLP receiver got, in the words of the demo. A side has a `name`, the `spans` that arrived
 * (ids in hex, times in nanoseconds), how one is written in an outline (`line`), the outline that a
 * request must give (`wanted`), the names of `metrics`, what it could not read (`malformed`),
 * `waitForSpans`, and `judgeLogs`, which is handed the records that the services wrote to stdout.
 */
export const otlpSide = (name, receiver) => ({
  name,
  get spans() {
    return receiver.spans;
  },
  line: ({ service, kind, name, status }) =>
    `${service} ${kind} ${name}${status.code === 'ERROR' ? ' ERROR' : ''}`,
  wanted: ({ spans }) => spans,
  get metrics() {
    return receiver.metrics.map(({ name }) => name);
  },
  get malformed() {
    return receiver.malformed;
  },
  waitForSpans: (count, timeout) => receiver.waitForSpans(count, timeout),
  judgeLogs(written, traceIds) {
    const { logs } = receiver;
    const lost = logs.filter(({ traceId }) => traceId && !traceIds.has(traceId)).length;
    const problems = [];
    if (logs.length !== written.length)
      problems.push(`${written.length} log records were written, ${logs.length} arrived.`);
    if (lost > 0) problems.push(`${lost} log records name a trace that did not arrive.`);
    const inTrace = (traceId) => logs.filter((log) => log.traceId === traceId).length;
    return { text: `${logs.length} of ${written.length}`, problems, inTrace };
  },
});
