/**
 * The official instrumentations (`@opentelemetry/instrumentation-<key>`) and the packages each of
 * them patches: one is only worth loading if one of its packages is installed. An empty list
 * stands for parts of Node.js itself. That of `openai` is not here: Signalbox has its own.
 */
export const OFFICIAL_INSTRUMENTATIONS: Readonly<Record<string, readonly string[]>> = {
  amqplib: ['amqplib'],
  'aws-lambda': [],
  'aws-sdk': [
    'aws-sdk',
    '@smithy/smithy-client',
    '@aws-sdk/smithy-client',
    '@smithy/core',
    '@smithy/middleware-stack',
  ],
  bunyan: ['bunyan'],
  'cassandra-driver': ['cassandra-driver'],
  connect: ['connect'],
  cucumber: ['@cucumber/cucumber'],
  dataloader: ['dataloader'],
  dns: [],
  express: ['express'],
  fastify: ['fastify'],
  fs: [],
  'generic-pool': ['generic-pool'],
  graphql: ['graphql'],
  grpc: ['@grpc/grpc-js'],
  hapi: ['@hapi/hapi'],
  'host-metrics': [],
  ioredis: ['ioredis'],
  kafkajs: ['kafkajs'],
  knex: ['knex'],
  koa: ['koa'],
  'lru-memoizer': ['lru-memoizer'],
  memcached: ['memcached'],
  mongodb: ['mongodb'],
  mongoose: ['mongoose'],
  mysql: ['mysql'],
  mysql2: ['mysql2'],
  'nestjs-core': ['@nestjs/core'],
  net: [],
  oracledb: ['oracledb'],
  pg: ['pg', 'pg-pool'],
  pino: ['pino'],
  redis: ['redis', '@redis/client', '@node-redis/client'],
  'redis-4': ['redis', '@redis/client', '@node-redis/client'],
  restify: ['restify'],
  router: ['router'],
  'socket.io': ['socket.io'],
  tedious: ['tedious'],
  winston: ['winston'],
};

/**
 * Off unless named in OTEL_NODE_ENABLED_INSTRUMENTATIONS: a span for every file, socket and name
 * look-up buries the others, and Lambda's belongs to the Lambda layer.
 */
export const OFF_BY_DEFAULT: ReadonlySet<string> = new Set([
  'fs',
  'net',
  'dns',
  'aws-lambda',
  'host-metrics',
]);
