import { resourceFromAttributes } from '@opentelemetry/resources';
import { createRedactor } from '../../../processors/index.ts';
import { SharedParts } from '../../../processors/redaction/shared-parts.ts';

const secret = `sk-ant-api03-${'x7Q'.repeat(31)}AA`;

test('a resource that needs nothing takes its own place once its detectors are done', async () => {
  const resource = resourceFromAttributes({ 'host.name': 'vm', 'host.id': Promise.resolve('4711') });
  const shared = new SharedParts(createRedactor({}));
  expect(shared.resource(resource)).not.toBe(resource);
  await resource.waitForAsyncAttributes?.();
  expect(shared.resource(resource)).toBe(resource);
});

test('one that needs something is replaced by the same copy from then on', async () => {
  const resource = resourceFromAttributes({ 'host.name': 'vm', 'app.note': Promise.resolve(secret) });
  const shared = new SharedParts(createRedactor({}));
  shared.resource(resource);
  await resource.waitForAsyncAttributes?.();
  const clean = shared.resource(resource);
  expect(clean).not.toBe(resource);
  expect(shared.resource(resource)).toBe(clean);
  expect(JSON.stringify(clean.attributes)).not.toContain('x7Q');
  expect(clean.attributes['host.name']).toBe('vm');
});
