import { type Attributes, context, logs, SeverityNumber } from '@opentelemetry/api';
import { VERSION } from '../core/index.ts';
import { genAiAttributes } from './attributes.ts';
import { quietly } from './quietly.ts';

/** The outcome of judging a response. */
export interface Evaluation {
  /** What was judged, e.g. `relevance`. */
  readonly name: string;
  readonly score?: number;
  /** The score in a word, e.g. `pass`. */
  readonly label?: string;
  /** Content. */
  readonly explanation?: string;
  /** The response that was judged, if the span of its call is not the active one. */
  readonly responseId?: string;
  readonly errorType?: string;
}

/** Records an evaluation as the event `gen_ai.evaluation.result` of the active span. */
export function recordEvaluation(evaluation: Evaluation): void {
  quietly(() => emit(evaluation));
}

function emit(evaluation: Evaluation): void {
  const { name, score, label, explanation, responseId, errorType } = evaluation;
  const attributes: Attributes = genAiAttributes({
    'gen_ai.evaluation.name': name,
    'gen_ai.evaluation.score.value': score,
    'gen_ai.evaluation.score.label': label,
    'gen_ai.evaluation.explanation': explanation,
    'gen_ai.response.id': responseId,
    'error.type': errorType,
  });
  logs.getLogger('signalbox.genai', VERSION).emit({
    eventName: 'gen_ai.evaluation.result',
    severityNumber: SeverityNumber.INFO,
    attributes,
    context: context.active(),
  });
}
