import { datadogBoolean, keyValues, listOf, oneOf, text, variable } from '../../core/index.ts';
import { tagList } from '../tag-list.ts';

const topic = 'Identity';

export const SERVICE_NAME = variable({
  name: 'OTEL_SERVICE_NAME',
  type: text('a name'),
  topic,
  yaml: 'service.name',
  doc: 'The name of the service. Falls back to `service.name` in OTEL_RESOURCE_ATTRIBUTES, then to the name in the package.json of the application.',
});

export const DD_SERVICE = variable({
  name: 'DD_SERVICE',
  aliases: ['DD_SERVICE_NAME'],
  type: text('a name'),
  topic,
  doc: 'The name of the service as dd-trace users set it. Wins over OTEL_SERVICE_NAME.',
});

export const SERVICE_VERSION = variable({
  name: 'DD_VERSION',
  type: text('a version'),
  topic,
  yaml: 'service.version',
  doc: 'The version of the service (`service.version`).',
});

export const ENVIRONMENT = variable({
  name: 'DD_ENV',
  type: text('a name'),
  topic,
  yaml: 'service.environment',
  doc: 'The deployment environment (`deployment.environment.name`), e.g. `production`.',
});

export const RESOURCE_ATTRIBUTES = variable({
  name: 'OTEL_RESOURCE_ATTRIBUTES',
  type: keyValues(),
  default: {},
  topic,
  yaml: 'resource.attributes',
  doc: 'Attributes of the resource, e.g. `team=checkout,region=eu`.',
});

export const DD_TAGS = variable({
  name: 'DD_TAGS',
  type: tagList(),
  default: {},
  topic,
  doc: 'Attributes of the resource as dd-trace users set them: `key:value` with commas or blanks between.',
});

export const DD_TRACE_TAGS = variable({
  name: 'DD_TRACE_TAGS',
  aliases: ['DD_TRACE_GLOBAL_TAGS'],
  type: tagList(),
  default: {},
  topic,
  doc: 'The same, as older set-ups of dd-trace have it. Wins over DD_TAGS, tag by tag.',
});

export const LLMOBS_ENABLED = variable({
  name: 'DD_LLMOBS_ENABLED',
  type: datadogBoolean(),
  topic,
  yaml: 'genai.llmobs_enabled',
  doc: 'Whether Datadog is to make GenAI spans traces of Agent Observability (LLM Observability): the resource attribute `dd_llmobs_enabled`. Default: `true` with `datadog` among the exporters of traces, else left out.',
});

/** Source: `OTEL_NODE_RESOURCE_DETECTORS` of @opentelemetry/sdk-node and auto-instrumentations-node. */
const DETECTORS = [
  'env',
  'host',
  'os',
  'process',
  'serviceinstance',
  'container',
  'aws',
  'gcp',
  'azure',
  'alibaba',
  'all',
  'none',
] as const;

export const RESOURCE_DETECTORS = variable({
  name: 'OTEL_NODE_RESOURCE_DETECTORS',
  type: listOf(oneOf(DETECTORS)),
  default: ['all'] as const,
  topic,
  yaml: 'resource.detectors',
  doc: 'Which resource detectors run. Cloud detectors run if their package is installed.',
});

export const IDENTITY = [
  SERVICE_NAME,
  DD_SERVICE,
  SERVICE_VERSION,
  ENVIRONMENT,
  RESOURCE_ATTRIBUTES,
  DD_TAGS,
  DD_TRACE_TAGS,
  LLMOBS_ENABLED,
  RESOURCE_DETECTORS,
];
