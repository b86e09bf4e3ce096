import { diag } from '@opentelemetry/api';

/** Runs what is telemetry only: if it fails, the application goes on as if it had not been there. */
export function quietly(what: () => void): void {
  try {
    what();
  } catch (error) {
    diag.debug('signalbox.genai: something could not be recorded', error);
  }
}
