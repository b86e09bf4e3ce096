import { traceToolSelection } from 'signalbox/genai';
import { printed } from './print.mjs';

await printed(() => {
  const chosen = traceToolSelection({ agent: 'travel', tools: ['weather', 'hotels'] }, () => 'weather');
  console.log(chosen);
}, ['gen_ai.tool.name']);
