import { trace } from '@opentelemetry/api';
import { errorAttributes, errorChain, recordError } from 'signalbox/genai';
import { printed } from './print.mjs';

await printed(() => {
  const span = trace.getTracer('mine').startSpan('nightly summary');
  try {
    throw Object.assign(new Error('Too many requests'), { status: 429, headers: { 'retry-after': '7' } });
  } catch (cause) {
    const error = new Error('no summary today', { cause });
    recordError(span, error);
    console.log(errorChain(error).join(' < '));
    console.log(errorAttributes(cause)['signalbox.genai.retry_after']);
  }
  span.end();
}, ['error.type', 'signalbox.genai.error.category']);
