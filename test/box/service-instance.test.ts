import type { ResourceDetector } from '@opentelemetry/resources';

/** RFC 9562: version 4, variant 1. */
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** The detector as another process has it. */
function fresh(open?: () => number): ResourceDetector {
  let detector: ResourceDetector | undefined;
  jest.isolateModules(() => {
    if (open) jest.doMock('node:fs', () => ({ ...jest.requireActual('node:fs'), openSync: open }));
    detector = require('../../src/box/service-instance.ts').serviceInstanceDetector;
  });
  return detector as ResourceDetector;
}

function idOf(detector: ResourceDetector): unknown {
  return detector.detect().attributes?.['service.instance.id'];
}

afterEach(() => jest.dontMock('node:fs'));

test('an instance has a random UUID that stays the same', () => {
  const detector = fresh();
  const id = idOf(detector);
  expect(id).toMatch(UUID);
  expect(idOf(detector)).toBe(id);
});

test('each process has another', () => {
  const ids = Array.from({ length: 50 }, () => idOf(fresh()));
  expect(new Set(ids).size).toBe(50);
  for (const id of ids) expect(id).toMatch(UUID);
});

test('where the system has no such device, or it may not be read, there is one too', () => {
  let asked = 0;
  const detector = fresh(() => {
    asked++;
    throw Object.assign(new Error('access to this API has been restricted'), { code: 'ERR_ACCESS_DENIED' });
  });
  expect(idOf(detector)).toMatch(UUID);
  expect(asked).toBe(1);
});
