import { traceAgent, traceWorkflow } from 'signalbox/genai';
import { printed } from './print.mjs';

await printed(() =>
  traceWorkflow({ name: 'book a trip' }, async () => {
    await Promise.all([
      traceAgent({ name: 'hotels' }, async () => {}),
      traceAgent({ name: 'trains' }, async () => {}),
    ]);
  }),
);
