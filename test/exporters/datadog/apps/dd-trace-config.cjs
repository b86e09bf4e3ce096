// Prints how dd-trace reads each environment of the JSON array on stdin, one after another.
const { readFileSync } = require('node:fs');
const PATH = 'dd-trace/packages/dd-trace/src/config';

function understood(env) {
  process.env = { PATH: process.env.PATH, ...env };
  for (const file of Object.keys(require.cache)) if (file.includes('dd-trace')) delete require.cache[file];
  const config = require(PATH)({});
  const {
    service,
    env: environment,
    version,
    tags,
    url,
    dogstatsd,
    flushMinSpans,
    sampleRate,
    rateLimit,
  } = config;
  const { 'runtime-id': _, service: _service, env: _env, version: _version, ...others } = tags;
  return {
    service,
    environment,
    version,
    tags: others,
    url: String(url).replace(/\/$/, ''),
    dogstatsd: `${dogstatsd.hostname}:${dogstatsd.port}`,
    flushMinSpans,
    sampleRate,
    rateLimit,
    samplingRules: config.samplingRules?.map(({ sampleRate }) => sampleRate) ?? [],
    reportHostname: config.reportHostname,
    logInjection: config.logInjection,
    traceId128: config.traceId128BitGenerationEnabled,
    extract: config.tracePropagationStyle.extract,
    inject: config.tracePropagationStyle.inject,
  };
}

const environments = JSON.parse(readFileSync(0, 'utf8'));
console.log(JSON.stringify(environments.map(understood)));
