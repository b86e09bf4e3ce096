import { loadConfig } from '../src/config/index.ts';

test('an empty environment gives a configuration without problems', () => {
  const { config, problems } = loadConfig({ env: {}, components: [] });
  expect(problems).toEqual([]);
  expect(config.enabled).toBe(true);
});
