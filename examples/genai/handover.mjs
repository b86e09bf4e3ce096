import { activeAgent, handoverLink, traceAgent, traceCreateAgent } from 'signalbox/genai';
import { printed } from './print.mjs';

await printed(async () => {
  await traceCreateAgent({ name: 'triage', provider: 'openai', model: 'gpt-4o' }, async () => {});
  let handover;
  await traceAgent({ name: 'triage', collaborators: ['billing'] }, async () => {
    handover = handoverLink('triage', 'billing');
    // An agent within an agent is its child, and knows so.
    await traceAgent({ name: 'reader' }, async () => console.log(activeAgent().lineage));
  });
  // One that goes on alone is linked to where it comes from.
  await traceAgent({ name: 'billing', links: [handover] }, async () => {});
}, ['signalbox.genai.agent.parent', 'signalbox.genai.agent.collaborators']);
