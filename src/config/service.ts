import type { ServiceConfig } from './config.ts';
import type { SettingsReader } from './reader.ts';
import * as identity from './variables/identity.ts';

/**
 * Name, version and environment of the service. Datadog's variables win over OpenTelemetry's, as
 * dd-trace does it; two that contradict each other are reported.
 * Source: OpenTelemetry specification, OTEL_SERVICE_NAME beats service.name in
 * OTEL_RESOURCE_ATTRIBUTES; Datadog, unified service tagging.
 */
export function readService(reader: SettingsReader): ServiceConfig {
  const attributes = reader.get(identity.RESOURCE_ATTRIBUTES);
  const tags = reader.get(identity.DD_TAGS);
  const ddName = reader.get(identity.DD_SERVICE);
  const otelName = reader.get(identity.SERVICE_NAME);
  if (ddName && otelName && ddName !== otelName) {
    reader.report({
      code: 'CFG011',
      source: 'DD_SERVICE',
      message: `"${ddName}" contradicts ${reader.sourceOf(identity.SERVICE_NAME)} "${otelName}"`,
      used: `using ${ddName}`,
    });
  }
  const name = ddName ?? otelName ?? attributes['service.name'] ?? tags.service;
  const version = reader.get(identity.SERVICE_VERSION) ?? attributes['service.version'] ?? tags.version;
  const environment =
    reader.get(identity.ENVIRONMENT) ??
    attributes['deployment.environment.name'] ??
    attributes['deployment.environment'] ??
    tags.env;
  return {
    ...(name ? { name } : {}),
    ...(version ? { version } : {}),
    ...(environment ? { environment } : {}),
  };
}
