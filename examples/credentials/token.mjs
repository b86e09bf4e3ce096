/**
 * Credentials from an OAuth 2.0 token endpoint (RFC 6749, client credentials), as a plug-in.
 *
 *   SIGNALBOX_PLUGINS=./token.mjs SIGNALBOX_OTLP_CREDENTIALS=oauth \
 *   OAUTH_TOKEN_URL=https://login.example/token OAUTH_CLIENT_ID=… OAUTH_CLIENT_SECRET_FILE=/run/secrets/oauth \
 *   node --require signalbox/register app.js
 */
import { readFile } from 'node:fs/promises';
import { defineCredentials, path, text, url, variable } from 'signalbox';

const topic = 'OAuth';
const TOKEN_URL = variable({
  name: 'OAUTH_TOKEN_URL',
  type: url(),
  topic,
  doc: 'The token endpoint.',
});
const CLIENT_ID = variable({ name: 'OAUTH_CLIENT_ID', type: text(), topic, doc: 'Who asks.' });
const CLIENT_SECRET_FILE = variable({
  name: 'OAUTH_CLIENT_SECRET_FILE',
  type: path(),
  topic,
  doc: "File with the client's secret.",
});

export default defineCredentials({
  name: 'oauth',
  doc: 'Bearer tokens of an OAuth 2.0 token endpoint.',
  variables: [TOKEN_URL, CLIENT_ID, CLIENT_SECRET_FILE],
  fromEnv: (env) => ({
    endpoint: env.get(TOKEN_URL),
    id: env.get(CLIENT_ID),
    secretFile: env.get(CLIENT_SECRET_FILE),
  }),
  create: (config) => ({ get: (signal) => fetchToken(config, signal) }),
});

/** Caching, and asking again in time, is not its business. */
async function fetchToken({ endpoint, id, secretFile }, signal) {
  // Read each time, so that a new secret is used without a restart.
  const secret = (await readFile(secretFile, 'utf8')).trim();
  const response = await fetch(endpoint, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}` },
    body: new URLSearchParams({ grant_type: 'client_credentials' }),
    signal,
  });
  if (!response.ok) throw new Error(`the token endpoint answered ${response.status}`);
  const { access_token: token, expires_in: seconds } = await response.json();
  return {
    headers: { authorization: `Bearer ${token}` },
    ...(seconds ? { expiresAt: Date.now() + seconds * 1_000 } : {}),
  };
}
