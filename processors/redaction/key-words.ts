/**
 * The words by which a key is known to carry a secret. A key is split into its words
 * (`http.request.header.x-api-key` → http, request, header, x, api, key) and only its end counts,
 * so that `password.length` or `secret.name` are not taken for a secret.
 */

/** A key that ends in one of these carries a secret. */
export const LAST_WORDS: ReadonlySet<string> = words(`
  password passwd pwd passphrase passcode pass userpass userpassword dbpassword dbpass dbpasswd mypassword
  secret secrets clientsecret appsecret apisecret secretkey accesskey privatekey apikey apitoken authtoken
  accesstoken refreshtoken sessiontoken bearertoken idtoken authkey masterkey encryptionkey signingkey
  secretaccesskey authorization cookie cookies setcookie jwt credential credentials creds
  ssn cvv cvc cvv2 cvc2 otp totp mfa pincode phpsessid jsessionid sessid aspsessionid sshkey
  connectionstring connstr privkey xoxp xoxb ssword pswd psw pw
  passwort kennwort contrasena contraseña senha motdepasse mdp wachtwoord losenord lösenord salasana heslo haslo hasło
`);

/** A key that ends in one of these pairs of words carries a secret. */
export const LAST_PAIRS: ReadonlySet<string> = new Set([
  ...pairs(
    'access refresh id auth bearer session csrf xsrf security api bot user personal deploy vault',
    'token',
  ),
  ...pairs(
    'oauth oauth2 jwt login reset verification service webhook push device client app push identity',
    'token',
  ),
  ...pairs(
    'authentication authorization secret admin registry publish root migration github gitlab slack',
    'token',
  ),
  ...pairs(
    'npm telegram discord datadog heroku hf huggingface dropbox cloudflare vercel linear notion',
    'token',
  ),
  ...pairs(
    'api private ssh signing access encryption master secret auth storage account subscription',
    'key',
  ),
  ...pairs(
    'license application app consumer host deploy admin service hmac aes rsa pgp gpg ssl tls jwt',
    'key',
  ),
  ...pairs(
    'cipher crypto decryption root webhook shared integration ingestion functions openai anthropic',
    'key',
  ),
  ...pairs(
    'stripe sendgrid mailgun twilio datadog newrelic dd aws azure gcp google cohere mistral groq',
    'key',
  ),
  ...pairs('credit debit bank payment', 'card'),
  ...pairs('card account routing pan passport', 'number').filter(
    (pair) => pair === 'card number' || pair === 'passport number',
  ),
  ...pairs('connection conn', 'string'),
  ...pairs('connect session', 'sid'),
  ...pairs('database db redis mongo mongodb postgres postgresql mysql amqp rabbitmq broker', 'url'),
  ...pairs('database db redis mongo mongodb postgres postgresql mysql amqp rabbitmq broker', 'uri'),
  ...pairs('recovery backup verification security otp mfa auth pin', 'code'),
  'recovery codes',
  'backup codes',
  'social security',
  'set cookie',
  'sas url',
  'webhook url',
  'amz signature',
  'goog signature',
  'amz credential',
  'seed phrase',
  'recovery phrase',
  'pass word',
  'pass phrase',
  'palavra passe',
  'api keys',
  'access tokens',
  'api tokens',
  'x auth',
]);

/** Three words at the end. */
export const LAST_TRIPLES: ReadonlySet<string> = new Set([
  'social security number',
  'social security no',
  'shared access signature',
  'mot de passe',
  'two factor code',
  'one time password',
]);

/** A key of at most two words, the last being one of these, carries a secret unless the first is listed. */
export const SHORT_KEY_WORDS: ReadonlySet<string> = words('token');
export const HARMLESS_BEFORE: ReadonlySet<string> = words(
  'next page continuation progress sync cursor first last start end stop eos bos pad unk mask cls sep special max min total sampling',
);

/** Keys of maps, tables, caches and keyboards, and those that are meant to be known. */
export const HARMLESS_KEYS: ReadonlySet<string> = words(`
  public pub publishable primary foreign partition sort sorting order cache caching routing route idempotency object index
  row column hash composite natural lookup map bucket message kafka group grouping unique surrogate candidate shard dedup
  dedupe deduplication feature flag translation i18n lock mutex redis item entry event metric state session query react
  component dictionary dict record document doc entity blob file path storage s3 memo memoize tag label attribute field
  property prop config setting option section job task queue topic stream batch request response trace span node tree json
  data resource asset image video upload download page next prev last first min max range search filter sub parent child
  left right up down arrow enter shift ctrl alt tab space escape function hot short any this that the each same other new old
  answer major minor musical fingerprint host known verification
`);

/** Query parameters of a URL that carry a secret; compared in lower case. */
export const QUERY_KEYS: ReadonlySet<string> = words(`
  sig signature token auth access_token refresh_token id_token api_key apikey api-key secret password pwd pass
  awsaccesskeyid x-amz-signature x-amz-credential x-amz-security-token x-goog-signature x-goog-credential
  client_secret code_verifier client_assertion assertion samlrequest samlresponse jwt sessionid sid
  otp hmac sharedaccesssignature se_token _gitlab_session authorization authkey auth_key auth_token
`);

/** Words of keys whose digits are numbers of things, not of cards: no card or id detector looks there. */
export const COUNTING_WORDS: ReadonlySet<string> = words(`
  id ids uid uuid guid time timestamp ts count counter size bytes length offset seq sequence port pid line lineno column
  duration elapsed latency version build revision hash sha digest checksum etag nonce index partition total number icc
`);

function words(list: string): ReadonlySet<string> {
  return new Set(list.split(/\s+/).filter(Boolean));
}

function pairs(firsts: string, last: string): string[] {
  return firsts.split(' ').map((first) => `${first} ${last}`);
}
