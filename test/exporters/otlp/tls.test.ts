import { otlpExporter } from '../../../exporters/otlp/index.ts';
import { testHost } from '../support/host.ts';
import { fixture } from '../support/receivers.ts';
import { settingsOf } from '../support/settings.ts';

const P = 'OTEL_EXPORTER_OTLP';
const ENDPOINT = { [`${P}_ENDPOINT`]: 'https://localhost:1' };
const CLIENT = {
  [`${P}_CLIENT_CERTIFICATE`]: fixture('client.pem'),
  [`${P}_CLIENT_KEY`]: fixture('client.key'),
};

test.each<[what: string, env: Record<string, string>, code: string, message: RegExp, used: string]>([
  [
    'a missing CA file',
    { [`${P}_CERTIFICATE`]: '/nowhere/ca.pem' },
    'CFG010',
    /"\/nowhere\/ca.pem" cannot be read \(ENOENT\)/,
    "trusting Node.js's own CA certificates",
  ],
  [
    'a CA file that is a directory',
    { [`${P}_CERTIFICATE`]: '/' },
    'CFG010',
    /it is not a file/,
    "trusting Node.js's own CA certificates",
  ],
  [
    'a CA file without certificate',
    { [`${P}_CERTIFICATE`]: fixture('client.key') },
    'CFG010',
    /does not hold/,
    "trusting Node.js's own CA certificates",
  ],
  [
    'a missing client certificate',
    { ...CLIENT, [`${P}_CLIENT_CERTIFICATE`]: '/nowhere' },
    'CFG010',
    /ENOENT/,
    'sending no client certificate',
  ],
  [
    'a missing client key',
    { ...CLIENT, [`${P}_CLIENT_KEY`]: '/nowhere' },
    'CFG010',
    /ENOENT/,
    'sending no client certificate',
  ],
  [
    'a key of another certificate',
    { ...CLIENT, [`${P}_CLIENT_KEY`]: fixture('server.key') },
    'CFG011',
    /do not belong together/,
    'sending no client certificate',
  ],
])('%s is one problem and a running exporter', (_what, env, code, message, used) => {
  const { host, problems } = testHost();
  const { settings } = settingsOf(otlpExporter, { ...ENDPOINT, ...env });
  const otlp = otlpExporter.create(settings, host);
  expect(problems).toEqual([
    expect.objectContaining({ code, message: expect.stringMatching(message), used }),
  ]);
  expect(otlp.traces?.()).toBeDefined();
});

test('good files are no problem', () => {
  const { host, problems } = testHost();
  const env = { ...ENDPOINT, ...CLIENT, [`${P}_CERTIFICATE`]: fixture('ca.pem') };
  otlpExporter.create(settingsOf(otlpExporter, env).settings, host);
  expect(problems).toEqual([]);
});
