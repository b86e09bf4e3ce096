/** The places secrets turn up in. */
export const CONTEXTS: Readonly<Record<string, (secret: string) => string>> = {
  bare: (secret) => secret,
  bearer: (secret) => `GET /v1/items failed, sent Authorization: Bearer ${secret}`,
  query: (secret) => `https://api.acme.test/v1/items?page=2&value=${secret}&limit=10`,
  json: (secret) => `{"id": 17, "note": "${secret}", "ok": true}`,
  'escaped json': (secret) => `"{\\"id\\":17,\\"note\\":\\"${secret}\\",\\"ok\\":true}"`,
  'environment line': (secret) => `NODE_ENV=production\nSERVICE_SETTING=${secret}\nPORT=8080`,
  'error text': (secret) =>
    `Error: Incorrect value provided: ${secret}. See the documentation.\n    at Client.call (/app/client.js:10:5)`,
};

/** Words around a secret that give it away. */
export const TELLING_CONTEXTS: Readonly<Record<string, (secret: string) => string>> = {
  assignment: (secret) => `connecting with password=${secret} to db-1`,
  'environment line': (secret) => `DB_PASSWORD=${secret}\nPORT=8080`,
  json: (secret) => `{"user":"ada","client_secret":"${secret}","scope":"all"}`,
  'escaped json': (secret) => `"{\\"user\\":\\"ada\\",\\"api_key\\":\\"${secret}\\"}"`,
  yaml: (secret) => `user: ada\npassword: ${secret}\nport: 1`,
  query: (secret) => `/login?user=ada&access_token=${secret}&next=%2F`,
  code: (secret) => `const apiKey = '${secret}';`,
  url: (secret) => `postgres://app:${encodeURIComponent(secret)}@db-1:5432/orders`,
  flag: (secret) => `mysql --user app --password ${secret} --host db-1`,
  'named value': (secret) => `[{"name":"PORT","value":"80"},{"name":"DB_PASSWORD","value":"${secret}"}]`,
  argument: (secret) => `System.setProperty("ACME_TOKEN", "${secret}")`,
  element: (secret) => `<user>ada</user><password>${secret}</password>`,
  declaration: (secret) => `var acmeToken string = "${secret}"`,
  default: (secret) => `ACME_API_KEY ?= "${secret}"`,
  'numbered key': (secret) => `token1 = "${secret}"`,
  'option of one letter': (secret) => `mysqldump -h db-1 -u app -p${secret} orders`,
  'user and password': (secret) => `curl -s -u ada:${secret} https://api.acme.test/v1/items`,
  'url, not encoded': (secret) => `postgres://app:x#${secret}@db-1:5432/orders`,
  'quotes of html': (secret) =>
    `{&quot;user&quot;:&quot;ada&quot;,&quot;password&quot;:&quot;${secret}&quot;}`,
  'quotes of unicode': (secret) => `{\\u0022token\\u0022:\\u0022${secret}\\u0022,\\u0022id\\u0022:17}`,
  'other language': (secret) => `usuario=ada contraseña=${secret} puerto=1`,
  prose: (secret) => `please use the password ${secret} from now on`,
};
