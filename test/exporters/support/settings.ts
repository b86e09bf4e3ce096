import type { ConfigTree } from '../../../src/config/index.ts';
import { loadConfig } from '../../../src/config/index.ts';
import type { Component, Problem } from '../../../src/core/index.ts';

/** A component's settings, read as the distro reads them: from environment, file and code. */
export function settingsOf<C>(
  component: Component<'exporter', C>,
  env: Record<string, string> = {},
  more: { yaml?: string; code?: ConfigTree } = {},
): { settings: C; problems: readonly Problem[] } {
  const signal = component.signals?.[0] ?? 'traces';
  const { config, problems } = loadConfig({
    env: { [`OTEL_${signal.toUpperCase()}_EXPORTER`]: component.name, ...env },
    components: [component],
    ...(more.yaml === undefined ? {} : { file: { name: 'test.yaml', text: more.yaml } }),
    ...(more.code === undefined ? {} : { code: more.code }),
  });
  const chosen = config.exporters.find(({ name }) => name === component.name);
  return {
    settings: chosen?.settings as C,
    problems: problems.filter(({ source }) => !/EXPORTER$|BACKEND$|PROPAGATORS$|SAMPLER$/.test(source)),
  };
}
