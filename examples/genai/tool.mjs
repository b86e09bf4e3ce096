import { traceTool } from 'signalbox/genai';
import { printed } from './print.mjs';

const forecasts = { Oslo: { sky: 'clear' } };

await printed(async () => {
  const asked = { city: 'Oslo' };
  const forecast = await traceTool(
    { name: 'weather', callId: 'call_1', arguments: asked, step: 2 },
    async (call) => {
      call.retry(); // The first attempt failed.
      call.cached();
      return forecasts[asked.city];
    },
  );
  console.log(forecast.sky);
}, [
  'signalbox.genai.tool.retries',
  'signalbox.genai.tool.cached',
  'signalbox.genai.tool.result.size',
  'signalbox.genai.step',
]);
