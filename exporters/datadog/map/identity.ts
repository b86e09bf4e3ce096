import { normaliseTagValue } from './normalise.ts';
import { SLOT, type Slots } from './slots.ts';

const NO_SERVICE = 'otlpresourcenoservicename';

/** The service as the attributes have it. Source: Datadog Agent, `GetOTelService`. */
export function serviceText(slots: Slots): string {
  return slots.text(SLOT['service.name']) || NO_SERVICE;
}

/**
 * The environment, empty if none is set: the tag of the span, then the attributes of OpenTelemetry, then
 * the tag of the resource. Source: Datadog Agent, `OtelSpanToDDSpan`.
 */
export function envTag(slots: Slots): string {
  const conventional = slots.either(SLOT['deployment.environment.name'], SLOT['deployment.environment']);
  return normaliseTagValue(slots.own(SLOT.env) || conventional || slots.text(SLOT.env));
}

/** The version of the service, empty if none is set: likewise. */
export function versionTag(slots: Slots): string {
  const conventional = slots.text(SLOT['service.version']);
  return normaliseTagValue(slots.own(SLOT.version) || conventional || slots.text(SLOT.version));
}
