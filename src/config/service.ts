import type { ServiceConfig } from './config.ts';
import type { Origin, SettingsReader } from './reader.ts';
import * as identity from './variables/identity.ts';

/** A possible value and where it came from. */
type Bid = readonly [value: string | undefined, origin: Origin];

/** Strongest first. */
const ORIGINS: readonly Origin[] = ['code', 'env', 'file', 'default'];

/**
 * Name, version and environment of the service. Code beats the environment, which beats the file;
 * within one of them Datadog's variables beat OpenTelemetry's, as dd-trace does it, and the dedicated
 * variable beats the attribute. Two names in the environment that contradict each other are reported.
 * Source: OpenTelemetry specification, OTEL_SERVICE_NAME beats service.name in
 * OTEL_RESOURCE_ATTRIBUTES; Datadog, unified service tagging.
 */
export function readService(reader: SettingsReader): ServiceConfig {
  const attributes = reader.get(identity.RESOURCE_ATTRIBUTES);
  const from = (variable: typeof identity.SERVICE_NAME): Bid => [
    reader.get(variable),
    reader.originOf(variable),
  ];
  const attribute = (key: string): Bid => [attributes[key], reader.originOf(identity.RESOURCE_ATTRIBUTES)];
  const tag = (key: string): Bid[] =>
    [identity.DD_TRACE_TAGS, identity.DD_TAGS].map((tags) => [reader.get(tags)[key], reader.originOf(tags)]);

  reportContradiction(reader);
  const name = strongest(
    from(identity.DD_SERVICE),
    from(identity.SERVICE_NAME),
    attribute('service.name'),
    ...tag('service'),
  );
  const version = strongest(from(identity.SERVICE_VERSION), attribute('service.version'), ...tag('version'));
  const environment = strongest(
    from(identity.ENVIRONMENT),
    attribute('deployment.environment.name'),
    attribute('deployment.environment'),
    ...tag('env'),
  );
  return {
    ...(name ? { name } : {}),
    ...(version ? { version } : {}),
    ...(environment ? { environment } : {}),
  };
}

function strongest(...bids: readonly Bid[]): string | undefined {
  for (const origin of ORIGINS) {
    const bid = bids.find(([value, from]) => value && from === origin);
    if (bid) return bid[0];
  }
  return undefined;
}

function reportContradiction(reader: SettingsReader): void {
  const { DD_SERVICE, SERVICE_NAME } = identity;
  const ours = reader.get(DD_SERVICE);
  const other = reader.get(SERVICE_NAME);
  if (!ours || !other || ours === other || reader.originOf(SERVICE_NAME) !== 'env') return;
  reader.report({
    code: 'CFG011',
    source: DD_SERVICE.name,
    message: `"${ours}" contradicts ${SERVICE_NAME.name} "${other}"`,
    used: `using ${ours}`,
  });
}
