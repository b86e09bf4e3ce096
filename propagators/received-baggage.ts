import {
  type Baggage,
  type BaggageEntry,
  baggageEntryMetadataFromString,
  propagation,
} from '@opentelemetry/api';
import { decodeValue, splitMember } from './baggage-header.ts';

/**
 * Baggage as it came in. Most services pass it on without a look, so the entries are only decoded
 * when somebody asks, and the text is sent again as it is.
 */
export class ReceivedBaggage implements Baggage {
  private parsed: Map<string, BaggageEntry> | undefined;

  /** @param text legal members only, as `readBaggage` returns it */
  constructor(
    readonly text: string,
    readonly size: number,
  ) {}

  getEntry(key: string): BaggageEntry | undefined {
    const entry = this.entries().get(key);
    return entry && { ...entry };
  }

  getAllEntries(): [string, BaggageEntry][] {
    return [...this.entries()].map(([key, entry]) => [key, { ...entry }]);
  }

  setEntry(key: string, entry: BaggageEntry): Baggage {
    return this.editable().setEntry(key, entry);
  }

  removeEntry(key: string): Baggage {
    return this.editable().removeEntry(key);
  }

  removeEntries(...keys: string[]): Baggage {
    return this.editable().removeEntries(...keys);
  }

  clear(): Baggage {
    return propagation.createBaggage();
  }

  private editable(): Baggage {
    return propagation.createBaggage(Object.fromEntries(this.entries()));
  }

  private entries(): Map<string, BaggageEntry> {
    if (!this.parsed) {
      this.parsed = new Map();
      for (const member of this.text.split(',')) {
        const { key, value, metadata } = splitMember(member);
        const entry = { value: decodeValue(value) };
        this.parsed.set(
          key,
          metadata === '' ? entry : { ...entry, metadata: baggageEntryMetadataFromString(metadata) },
        );
      }
    }
    return this.parsed;
  }
}
