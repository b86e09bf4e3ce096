import { ALNUM, BASE64, DIGITS, HEX, LOWER, Random } from './random.ts';

const random = new Random(42);

function many(count: number, make: (r: Random) => string): [string, string][] {
  return Array.from({ length: count }, () => ['value', make(random)]);
}

/** Values that must come out as they went in: attribute key and text. */
export const BENIGN: readonly (readonly [key: string, text: string])[] = [
  ...many(100, (r) => r.of(HEX, 32)),
  ...many(100, (r) => r.of(HEX, 40)),
  ...many(100, (r) => `sha256:${r.of(HEX, 64)}`),
  ...many(100, (r) => `${r.of(HEX, 8)}-${r.of(HEX, 4)}-4${r.of(HEX, 3)}-b${r.of(HEX, 3)}-${r.of(HEX, 12)}`),
  ...many(100, (r) => String(1_700_000_000_000 + r.below(100_000_000_000))),
  ...many(100, (r) => `2026-11-${10 + r.below(19)}T12:${10 + r.below(49)}:00.${r.of(DIGITS, 3)}Z`),
  ...many(
    100,
    (r) => `/users/${r.of(DIGITS, 7)}/orders/${r.of(DIGITS, 12)}?page=${r.below(99)}&sort=created`,
  ),
  ...many(100, (r) => `GET https://api-${r.of(LOWER, 4)}.example.com:8443/v1/items/${r.of(ALNUM, 12)}`),
  ...many(
    100,
    (r) =>
      `SELECT id, token_count FROM t_${r.of(LOWER, 5)} WHERE id = $1 AND created > '2026-01-01' LIMIT ${r.below(500)}`,
  ),
  ...many(
    100,
    (r) =>
      `    at Object.${r.of(LOWER, 6)} (/srv/app/node_modules/${r.of(LOWER, 6)}@${r.below(9)}.${r.below(9)}.1/index.js:${r.below(900)}:13)`,
  ),
  ...many(100, (r) => r.of(BASE64, 64)),
  ...many(40, (r) => `data:image/png;base64,${r.of(`${ALNUM}+/`, 30_000)}`),
  ...many(100, (r) => `arn:aws:s3:::${r.of(LOWER, 8)}/${r.of(LOWER, 6)}-${r.of(DIGITS, 4)}.tar.gz`),
  ...many(
    100,
    (r) =>
      `test_${r.of(DIGITS, 4)} key-${r.of(DIGITS, 4)} SK${r.of(DIGITS, 5)} s.${r.of(LOWER, 9)}Of${r.of(LOWER, 9)}By${r.of(LOWER, 3)}`,
  ),
  ...many(100, (r) => `10.${r.below(255)}.${r.below(255)}.${r.below(255)}:${1024 + r.below(60_000)}`),
  ...many(
    100,
    (r) =>
      `pod/checkout-${r.of(LOWER + DIGITS, 10)}-${r.of(LOWER + DIGITS, 5)} restarted ${r.below(9)} times`,
  ),
  ...many(100, (r) => String(r.next())),
  ...many(100, (r) => `task-${r.of(LOWER, 8)}-risk-${r.of(LOWER, 16)}-desk-${r.of(LOWER, 20)}`),
  ['text', 'The token limit was reached: 4096 tokens used, max_tokens=4096, total_tokens=8192.'],
  [
    'text',
    'Ask the secretary; the author has the keyboard layout and a basic understanding of bearer bonds.',
  ],
  ['text', 'Password reset requested. Password: required. Token expired. secret: none, api_key: null'],
  ['text', 'Unexpected token < in JSON at position 0'],
  ['text', 'SyntaxError: Unexpected token: string'],
  ['text', 'Invalid password for user ada; password authentication failed'],
  ['text', 'const token = await getToken(); const secret = process.env.SECRET; password = ?'],
  ['text', 'UPDATE users SET password = $1, token = :token WHERE id = ?'],
  ['text', 'curl -H "Authorization: Bearer $TOKEN" --password "$PASS" https://example.com'],
  ['text', 'pip install scikit-learn sk-learn; conda: sk-learn-contrib'],
  ['text', 'Kapitel 4: Größe 12 cm, Übergröße möglich – siehe Anhang №7'],
  ['text', '数据库连接失败：请稍后再试。订单号 1234567890123'],
  ['text', 'トークンの有効期限が切れました。ユーザー@管理者'],
  ['text', 'Ошибка: пользователь не найден; повторите попытку позже.'],
  ['text', 'مرحبا بالعالم 🌍👩‍💻 emoji and فارسی mixed'],
  ['text', '@media (max-width: 100px) { color: red } @types/node@24.1.0 @app.route("/x")'],
  ['text', 'git@github.com:open-telemetry/opentelemetry-js.git pushed to main'],
  ['text', 'ssh://git@github.com/org/repo.git and https://github.com/org/repo'],
  ['text', 'image@2x.png user@1000.service npm:@scope/pkg@1.2.3 a@b'],
  ['url.full', 'https://shop.example.com/search?q=shoes&color=red&author=ada&monkey=1#top'],
  ['url.query', 'page_token_type=opaque&next=2&key=abc'],
  ['http.route', '/api/v1/tokens/:tokenId/secrets'],
  [
    'code.stacktrace',
    'TypeError: x is not a function\n    at Token.verify (/app/auth/token.js:12:9)\n    at async Password.check (file:///app/password.mjs:4:1)',
  ],
  [
    'gen_ai.input.messages',
    '[{"role":"user","parts":[{"type":"text","content":"How many tokens does this cost?"}]}]',
  ],
  [
    'gen_ai.tool.definitions',
    '[{"name":"login","parameters":{"type":"object","properties":{"password":{"type":"string"}}}}]',
  ],
  ['gen_ai.usage.input_tokens', '1234'],
  ['db.query.text', "SELECT * FROM card WHERE pan IS NULL AND phone LIKE '%555%'"],
  ['log', 'level=info ts=2026-11-20T10:00:00Z caller=main.go:42 msg="listening" addr=0.0.0.0:8080 tokens=5'],
  ['log', 'serial 4532-0151-1283-0367 is out of stock'],
  ['version', 'v1.0-rc.3+build.20261120 API-2.0 s.toString A3-paper'],
  ['text', 'docker run -p 8080:80 -u 1000:1000 app && mkdir -p src/dir2 && tar -uvf a2:b3'],
  [
    'text',
    'curl -u $USER:$PASS -w %{http_code}x1 https://example.com; ssh -p 2222 host1; ps -aux2 | grep -u x1',
  ],
  ['text', 'mysql -u root -p orders2 < dump1.sql; redis-cli -p 6379 -h cache1; git push -u origin:main2'],
  ['url.full', 'https://example.com:8080/@ada/notes#a@b.c'],
  ['url.full', 'mongodb://db-1:27017,db-2:27017/orders?appName=a@b'],
  [
    'text',
    'http://$' + '{host}:$' + '{port}/@scope/pkg and http://[::1]:8080/@x and https://example.com/a:b/@c',
  ],
  [
    'text',
    '{&quot;author&quot;:&quot;ada&quot;,&quot;tokens&quot;:&quot;4096&quot;} \\u0022name\\u0022:\\u0022x1\\u0022',
  ],
  [
    'text',
    'Ihr Passwort: ist abgelaufen. La contraseña: es obligatoria. Mot de passe: oublié ? Senha: inválida',
  ],
  [
    'text',
    'Usage: acme --password PASSWORD --token string --secret <secret> --host; see the --password option - it',
  ],
  ['text', 'took 1000.512 ms, 1000.123456789012345678901234567890 and 1000.deadbeef'],
  ...many(100, (r) => `de${r.of(DIGITS, 2)}${r.of(HEX, 20)}`),
  ['cursor', 'eyJpZCI6MTIzLCJwYWdlIjoyfQ=='],
  ['ratio', '0.4111111111111111'],
];
