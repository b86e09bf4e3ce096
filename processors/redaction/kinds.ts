/** What was found; each kind has a placeholder and can be switched and treated on its own. */
export type Kind = keyof typeof KINDS;

interface KindRow {
  /** What stands in its place. */
  readonly placeholder: string;
  /** Looked for unless switched off. */
  readonly default: boolean;
  readonly doc: string;
}

/** Every kind with its defaults. */
export const KINDS = {
  key: row('[REDACTED]', true, 'The value of a key whose name says that it is secret.'),
  secret: row('[SECRET_REDACTED]', true, '`password=…`, `"client_secret": "…"` and the like inside text.'),
  api_key: row('[API_KEY_REDACTED]', true, 'Credentials of providers, recognised by their format.'),
  token: row('[TOKEN_REDACTED]', true, 'What follows `Bearer`, `Basic` and other HTTP schemes.'),
  jwt: row('[JWT_REDACTED]', true, 'JSON Web Tokens, signed, unsigned and encrypted.'),
  private_key: row('[PRIVATE_KEY_REDACTED]', true, 'PEM, OpenSSH, PGP and PuTTY private keys.'),
  cookie: row('[COOKIE_REDACTED]', true, 'The value of a Cookie or Set-Cookie header inside text.'),
  url_credentials: row('REDACTED:REDACTED', true, 'User name and password in a URL.'),
  url_query: row('REDACTED', true, 'Query parameters of a URL that carry signatures or credentials.'),
  email: row('[EMAIL_REDACTED]', true, 'E-mail addresses.'),
  card: row('[CC_REDACTED]', true, 'Payment card numbers: issuer range, length and Luhn digit.'),
  iban: row('[IBAN_REDACTED]', true, 'International bank account numbers: country, length and check digits.'),
  ssn: row('[SSN_REDACTED]', true, 'US social security numbers written with dashes.'),
  phone: row('[PHONE_REDACTED]', false, 'Telephone numbers in international or North American notation.'),
  ip: row('[IP_REDACTED]', false, 'IPv4 and IPv6 addresses.'),
  mac: row('[MAC_REDACTED]', false, 'MAC addresses.'),
  national_id: row('[NATIONAL_ID_REDACTED]', false, 'National identity numbers with a check digit.'),
  custom: row('[REDACTED]', true, 'Your own patterns.'),
} as const;

/** All kinds, in the order of the documentation. */
export const KIND_NAMES = Object.keys(KINDS) as Kind[];

/** What replaces a value that could not be examined. */
export const ERROR_PLACEHOLDER = '[REDACTED:error]';

function row(placeholder: string, on: boolean, doc: string): KindRow {
  return { placeholder, default: on, doc };
}
