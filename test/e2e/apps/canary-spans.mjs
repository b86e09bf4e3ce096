// A span that carries what nobody may see, in the places where redaction looks.
import { trace } from '@opentelemetry/api';

const { CANARY } = process.env;
const span = trace.getTracer('canary').startSpan('GET /login', {
  attributes: {
    'url.full': `https://user:${CANARY}@example.com/login?access_token=${CANARY}`,
    'http.request.header.authorization': [`Bearer ${CANARY}`],
    password: CANARY,
  },
});
span.addEvent('exception', { 'exception.message': `password=${CANARY}` });
span.end();
process.exit();
