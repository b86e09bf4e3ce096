import { normaliseTagValue } from './normalise.ts';
import { SLOT, type Slots } from './slots.ts';

const NO_SERVICE = 'otlpresourcenoservicename';

/** The service as the attributes have it. Source: Datadog Agent, `GetOTelService`. */
export function serviceText(slots: Slots): string {
  return slots.text(SLOT['service.name']) || NO_SERVICE;
}

/** The environment, empty if none is set. Source: Datadog Agent, `GetOTelEnv`. */
export function envTag(slots: Slots): string {
  const explicit = slots.text(SLOT.env);
  return normaliseTagValue(
    explicit || slots.either(SLOT['deployment.environment.name'], SLOT['deployment.environment']),
  );
}

/** The version of the service, empty if none is set. Source: Datadog Agent, `GetOTelVersion`. */
export function versionTag(slots: Slots): string {
  return normaliseTagValue(slots.either(SLOT.version, SLOT['service.version']));
}
