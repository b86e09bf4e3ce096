import { traced } from 'signalbox/genai';
import { printed } from './print.mjs';

const double = traced('double', (n) => n * 2);
const describe = traced({ name: 'describe', attributes: { 'app.tone': 'dry' } }, async (n) => `It is ${n}.`);

await printed(async () => {
  console.log(await describe(double(21)));
}, ['app.tone']);
