import { createRedactor, type RedactionConfig, type Redactor, redactorOf } from '../../processors/index.ts';
import type { Config } from '../config/index.ts';
import type { Host } from '../core/index.ts';

/** Our own lines go through redaction too: the SDK writes attributes into its debug output. */
export class LineRedactor {
  /** Made with the first line; null if redaction is off. */
  private redactor: Redactor | null | undefined;

  /** @param host asked for with the first line: it is made after the log that writes the lines */
  constructor(
    private readonly config: Pick<Config, 'processors'>,
    private readonly host: () => Host,
  ) {}

  clean(line: string): string {
    if (this.redactor === undefined) this.redactor = this.create();
    return this.redactor?.redactText(line) ?? line;
  }

  /** As configured; if that fails, as built in: no line may be the way round redaction. */
  private create(): Redactor | null {
    const { settings } = this.config.processors.find(({ name }) => name === 'redaction') ?? {};
    if (!settings) return null;
    try {
      return redactorOf(settings as RedactionConfig, this.host()) ?? null;
    } catch {
      return createRedactor();
    }
  }
}
