import { repeatsHealth } from '../../exporters/index.ts';
import { formatProblem } from '../core/index.ts';
import type { DiagFilter } from './log.ts';

const DUPLICATE = /Attempted duplicate registration of API/;
/** What a cloud detector looked for and did not find; values that are configured are always text. */
const NOT_DETECTED = /^dropping invalid resource attribute value/;
/** What is encoded while the process exits cannot wait for attributes that are still being found out. */
const EARLY_RESOURCE = 'Accessing resource attributes before async attributes settled';
const VERSION_MISMATCH =
  /Registration of version v(\S+) for \w+ does not match previously registered API v(\S+)/;

/**
 * What the SDK says, made fit for users: nothing about settings that were checked already, about
 * exports whose failure was reported or about what was not detected, and plain words where a second SDK gets in the way.
 *
 * @param variables names of all settings
 */
export function createDiagFilter(variables: ReadonlySet<string>): DiagFilter {
  return (message) => {
    const isNoise = NOT_DETECTED.test(message) || message.startsWith(EARLY_RESOURCE);
    if (repeatsHealth(message) || isNoise) return undefined;
    const mentioned = message.match(/\b(?:OTEL|DD|SIGNALBOX)_[A-Z0-9_]+\b/g);
    if (mentioned?.some((name) => variables.has(name))) return undefined;
    if (DUPLICATE.test(message)) {
      const source = culprit(message);
      return formatProblem({
        code: 'SDK002',
        source,
        message: 'tries to register a second OpenTelemetry SDK',
        used: 'Signalbox stays in charge; remove the other set-up, or do not load Signalbox',
      });
    }
    const versions = VERSION_MISMATCH.exec(message);
    if (!versions) return message;
    return formatProblem({
      code: 'SDK003',
      source: '@opentelemetry/api',
      message: `version ${versions[1]} meets version ${versions[2]} in one process`,
      expected: 'one version for all packages',
      used: 'the first one registered stays',
    });
  };
}

/** Files of OpenTelemetry, in a package of its own or in what stands in for its API (one-file-api.ts). */
const OF_OPENTELEMETRY = /@opentelemetry[\\/]|signalbox[\\/]dist|dist[\\/]api-copy\.cjs$/;

/** The first file on the stack that belongs to nobody's OpenTelemetry package. */
function culprit(stack: string): string {
  const frames = stack.match(/(?:file:\/\/)?\/[^\s():]+\.[cm]?[jt]s/g) ?? [];
  return frames.find((frame) => !OF_OPENTELEMETRY.test(frame)) ?? 'the application';
}
