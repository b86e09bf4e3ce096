// Writes one record inside a span and one outside with each of three loggers, then ends.
const { trace } = require('@opentelemetry/api');
const bunyan = require('bunyan');
const pino = require('pino');
const winston = require('winston');

const loggers = {
  pino: pino(),
  winston: winston.createLogger({
    format: winston.format.json(),
    transports: [new winston.transports.Console()],
  }),
  bunyan: bunyan.createLogger({ name: 'shop' }),
};

trace.getTracer('loggers').startActiveSpan('work', (span) => {
  for (const [name, logger] of Object.entries(loggers)) logger.info(`${name} inside`);
  span.end();
});
for (const [name, logger] of Object.entries(loggers)) logger.info(`${name} outside`);
