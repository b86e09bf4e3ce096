import {
  type AnyValue,
  type Attributes,
  type HrTime,
  INVALID_SPANID,
  INVALID_TRACEID,
} from '@opentelemetry/api';
import type { ReadableLogRecord } from '@opentelemetry/sdk-logs';
import { groupsOf } from './envelope.ts';
import type { Origins } from './origins.ts';
import { ProtobufReader } from './protobuf.ts';
import { hrTime, readAnyValue, readAttribute } from './values.ts';

/** The log records of an `ExportLogsServiceRequest`. @throws RangeError if it is none */
export function readLogs(request: Uint8Array, origins: Origins): ReadableLogRecord[] {
  const records: ReadableLogRecord[] = [];
  for (const { resource, scope, items } of groupsOf(request, origins)) {
    for (const bytes of items) {
      const record = readLog(new ProtobufReader(bytes));
      records.push({
        ...record,
        resource,
        instrumentationScope: scope as ReadableLogRecord['instrumentationScope'],
      });
    }
  }
  return records;
}

class Draft {
  time: HrTime = [0, 0];
  observed: HrTime = [0, 0];
  severityNumber: number | undefined;
  severityText: string | undefined;
  body: { readonly value: AnyValue } | undefined;
  readonly attributes: Attributes = {};
  dropped = 0;
  flags = 0;
  traceId: string | undefined;
  spanId: string | undefined;
  eventName: string | undefined;
}

/** By the field numbers of `LogRecord` in opentelemetry-proto `logs.proto`. */
const FIELDS: Readonly<Record<number, (draft: Draft, reader: ProtobufReader) => void>> = {
  1: (draft, reader) => {
    draft.time = hrTime(reader.fixed64());
  },
  2: (draft, reader) => {
    draft.severityNumber = reader.uint();
  },
  3: (draft, reader) => {
    draft.severityText = reader.text();
  },
  5: (draft, reader) => {
    draft.body = { value: readAnyValue(reader.message()) };
  },
  6: (draft, reader) => readAttribute(reader, draft.attributes),
  7: (draft, reader) => {
    draft.dropped = reader.uint();
  },
  8: (draft, reader) => {
    draft.flags = reader.fixed32();
  },
  9: (draft, reader) => {
    draft.traceId = reader.hex();
  },
  10: (draft, reader) => {
    draft.spanId = reader.hex();
  },
  11: (draft, reader) => {
    draft.observed = hrTime(reader.fixed64());
  },
  12: (draft, reader) => {
    draft.eventName = reader.text();
  },
};

function readLog(reader: ProtobufReader): Omit<ReadableLogRecord, 'resource' | 'instrumentationScope'> {
  const draft = new Draft();
  while (reader.next()) FIELDS[reader.field]?.(draft, reader);
  const { traceId, spanId, severityNumber, severityText, body, eventName } = draft;
  return {
    hrTime: draft.time,
    hrTimeObserved: draft.observed,
    ...(traceId === undefined && spanId === undefined
      ? {}
      : {
          spanContext: {
            traceId: traceId ?? INVALID_TRACEID,
            spanId: spanId ?? INVALID_SPANID,
            traceFlags: draft.flags & 0xff,
          },
        }),
    ...(severityNumber === undefined ? {} : { severityNumber }),
    ...(severityText === undefined ? {} : { severityText }),
    ...(body === undefined ? {} : { body: body.value }),
    ...(eventName === undefined ? {} : { eventName }),
    attributes: draft.attributes,
    droppedAttributesCount: draft.dropped,
  };
}
