import type { Instrumentation } from '@opentelemetry/instrumentation';
import { errorMessage, type Report } from '../core/index.ts';

/** What an instrumentation says about one module or file it patches. */
interface Patchable {
  name?: string;
  patch?: (exports: unknown, version?: string) => unknown;
  files?: Patchable[];
}

/**
 * Makes sure that an instrumentation which fails while it patches a module does not break the
 * application's `require` or `import` of it: the module stays as it is, and the failure is
 * reported once.
 */
export function guardPatches(
  name: string,
  instrumentation: Instrumentation,
  report: Report,
): Instrumentation {
  // InstrumentationBase keeps its module definitions in `_modules`; others have nothing to guard.
  const modules: unknown = Reflect.get(instrumentation, '_modules');
  if (!Array.isArray(modules)) return instrumentation;
  const reported = new Set<string>();
  for (const definition of modules as Patchable[]) {
    for (const target of [definition, ...(definition.files ?? [])]) {
      guard(target, (error) => {
        const module = target.name ?? definition.name ?? 'a module';
        if (reported.has(module)) return;
        reported.add(module);
        report({
          code: 'INS001',
          source: `instrumentation ${name}`,
          message: `failed to patch ${module}: ${errorMessage(error)}`,
          used: `leaving ${module} as it is`,
        });
      });
    }
  }
  return instrumentation;
}

function guard(target: Patchable, onError: (error: unknown) => void): void {
  const { patch } = target;
  if (!patch) return;
  target.patch = function patchSafely(this: unknown, exports, version) {
    try {
      return patch.call(this, exports, version);
    } catch (error) {
      onError(error);
      return exports;
    }
  };
}
