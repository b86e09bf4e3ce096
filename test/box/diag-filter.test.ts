import { createDiagFilter } from '../../src/box/diag-filter.ts';

const filter = createDiagFilter(new Set(['OTEL_BSP_MAX_QUEUE_SIZE']));

describe('what the SDK says', () => {
  test('stays silent about a setting that was checked already', () => {
    expect(filter('Unknown value "x" for OTEL_BSP_MAX_QUEUE_SIZE, expected a number')).toBeUndefined();
  });

  test('is kept if it is about something else', () => {
    expect(filter('OTEL_SOMETHING_ELSE is odd')).toBe('OTEL_SOMETHING_ELSE is odd');
  });

  test('about a failing export is left to the one line of the destination', () => {
    expect(filter('Export failed with non-retryable error: Error: 400')).toBeUndefined();
  });

  test.each([
    '/app/node_modules/@opentelemetry/api/dist/internal/global-utils.cjs',
    '/app/node_modules/signalbox/dist/api-copy.cjs',
    '/app/packages/telemetry/dist/api-copy.cjs',
  ])('about a second SDK names the file that brings it, and not %s', (api) => {
    const stack = [
      'Error: @opentelemetry/api: Attempted duplicate registration of API: trace',
      `    at registerGlobal (${api}:20:15)`,
      '    at NodeSDK.start (/app/node_modules/@opentelemetry/sdk-node/dist/sdk.cjs:100:9)',
      '    at Object.<anonymous> (/app/tracing.js:12:5)',
    ].join('\n');
    expect(filter(stack)).toMatch(
      /^\/app\/tracing\.js: tries to register a second OpenTelemetry SDK.*\[SDK002\]$/,
    );
  });

  test('about two versions of the API names both', () => {
    const message =
      'Error: @opentelemetry/api: Registration of version v1.9.0 for trace does not match previously registered API v1.10.0';
    expect(filter(message)).toMatch(/version 1\.9\.0 meets version 1\.10\.0.*\[SDK003\]/);
  });
});
