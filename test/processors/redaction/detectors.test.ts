import { createRedactor } from '../../../processors/redaction/index.ts';

const redactor = createRedactor();
const everything = createRedactor({ kinds: { phone: true, ip: true, mac: true, national_id: true } });

describe('detectors that are on by default', () => {
  it.each([
    ['an address', 'mail ada@example.com now', 'mail [EMAIL_REDACTED] now'],
    ['an encoded address', '?to=ada%40example.com&x=1', '?to=[EMAIL_REDACTED]&x=1'],
    ['an address in a JSON escape', '"ada\\u0040example.com"', '"[EMAIL_REDACTED]"'],
    ['an address at an IP', 'root@[10.0.0.1]', '[EMAIL_REDACTED]'],
    ['an address in Chinese text', '请联系ada@example.com谢谢', '请联系[EMAIL_REDACTED]谢谢'],
    ['a card', 'pan 4111111111111111.', 'pan [CC_REDACTED].'],
    ['a card in groups', '3782 822463 10005', '[CC_REDACTED]'],
    ['an account number', 'DE89 3704 0044 0532 0130 00', '[IBAN_REDACTED]'],
    ['a social security number', 'ssn 078-05-1120', 'ssn [SSN_REDACTED]'],
    [
      'a user and password in a URL',
      'https://ada:pw@example.com/x',
      'https://REDACTED:REDACTED@example.com/x',
    ],
    [
      'a password in a database URL',
      'postgres://app:s3cr3t@db:5432/x',
      'postgres://REDACTED:REDACTED@db:5432/x',
    ],
    ['a signature', '/blob?sv=2&sig=AbC%2B1&se=3', '/blob?sv=2&sig=REDACTED&se=3'],
    ['an AWS signature', '?X-Amz-Signature=abc123&X-Amz-Date=1', '?X-Amz-Signature=REDACTED&X-Amz-Date=1'],
    ['a cookie header', 'Cookie: sid=abc; theme=dark', 'Cookie: [COOKIE_REDACTED]'],
    ['basic credentials', 'Basic dXNlcjpwYXNzd29yZA==', 'Basic [TOKEN_REDACTED]'],
    ['bearer credentials', 'Authorization: Bearer abc123def456', 'Authorization: Bearer [TOKEN_REDACTED]'],
    ['a password', 'password=hunter2&x', 'password=[SECRET_REDACTED]'],
    ['a password in JSON', '{"password": "a\\"b", "x": 1}', '{"password": "[SECRET_REDACTED]", "x": 1}'],
    ['a number in JSON', '{"cvv": 123, "n": 4}', '{"cvv": "[SECRET_REDACTED]", "n": 4}'],
    ['a list in JSON', '{"cookies": ["a=b"], "n": 4}', '{"cookies": ["[SECRET_REDACTED]"], "n": 4}'],
    ['a key with a blank', 'secret access key: wJalr0UtnF', 'secret access key: [SECRET_REDACTED]'],
    ['a password in a sentence', 'the password is hunter2.', 'the password is [SECRET_REDACTED].'],
    ['a line of .netrc', 'machine x login y password z1234', 'machine x login y password [SECRET_REDACTED]'],
    [
      'a variable',
      'CI_JOB_TOKEN=64_abcd PGPASSWORD=abc',
      'CI_JOB_TOKEN=[SECRET_REDACTED] PGPASSWORD=[SECRET_REDACTED]',
    ],
    [
      'digest credentials',
      'Authorization: Digest username="a", response="6629"',
      'Authorization: Digest [TOKEN_REDACTED]',
    ],
    [
      'a connection string',
      'jdbc:sqlserver://h;user=sa;password=P@ss;encrypt=true',
      'jdbc:sqlserver://h;user=sa;password=[SECRET_REDACTED];encrypt=true',
    ],
    [
      'a password with a hash and a slash',
      'postgres://u:p#ss/w@host/db',
      'postgres://REDACTED:REDACTED@host/db',
    ],
    [
      'a password with an @ and a slash',
      'redis://:p@ss/w0rd@cache:6379/0',
      'redis://REDACTED:REDACTED@cache:6379/0',
    ],
    ['a user and password of curl', "curl -u 'ada:x1y2z3' h", "curl -u 'ada:[SECRET_REDACTED]' h"],
    ['a password joined to its option', 'mysql -u a -pxyzzy db', 'mysql -u a -p[SECRET_REDACTED] db'],
    [
      'a password of a login',
      'docker login -u a -p xyzzy r.io',
      'docker login -u a -p [SECRET_REDACTED] r.io',
    ],
    ['quotes as entities', 'a password=&quot;x y&quot; b', 'a password=&quot;[SECRET_REDACTED]&quot; b'],
    [
      'quotes as percent codes',
      '%7B%22token%22%3A%22xyz123%22%7D',
      '%7B%22token%22%3A%22[SECRET_REDACTED]%22%7D',
    ],
    ['a key behind an escape', 'failed\\ntoken=abc123', 'failed\\ntoken=[SECRET_REDACTED]'],
    ['a key in German', 'Kennwort: geheim12', 'Kennwort: [SECRET_REDACTED]'],
    ['a key in French', 'mot_de_passe=azerty', 'mot_de_passe=[SECRET_REDACTED]'],
    ['a key in Spanish', '"CONTRASEÑA": "abc"', '"CONTRASEÑA": "[SECRET_REDACTED]"'],
    ['an account number in lower case', 'iban gb82west12345698765432', 'iban [IBAN_REDACTED]'],
    [
      'an AWS secret in a sentence',
      `password ${'abcdEFGH12'.repeat(3)}ab/cd+EF12`,
      'password [SECRET_REDACTED]',
    ],
    ['a Ruby hash', ':password => "x1y2"', ':password => "[SECRET_REDACTED]"'],
    [
      'a flag with a mere word',
      'run --password correcthorse --host h',
      'run --password [SECRET_REDACTED] --host h',
    ],
    [
      'the end of a client secret of Azure',
      `x_prefixab8Q~${'aB3dE6gH'.repeat(4)}`,
      'x_prefi[API_KEY_REDACTED]',
    ],
    ['a flag', 'run --api-key k1k2k3 --verbose', 'run --api-key [SECRET_REDACTED] --verbose'],
    [
      'a password in a pair',
      '{"name":"DB_PASSWORD","value":"x y"}',
      '{"name":"DB_PASSWORD","value":"[SECRET_REDACTED]"}',
    ],
    [
      'a password in an escaped pair',
      '{\\"name\\":\\"DB_PASSWORD\\",\\"value\\":\\"x\\u0020y\\"}',
      '{\\"name\\":\\"DB_PASSWORD\\",\\"value\\":\\"[SECRET_REDACTED]\\"}',
    ],
    [
      'an attribute of XML',
      '<add key="Password" value="open sesame"/>',
      '<add key="Password" value="[SECRET_REDACTED]"/>',
    ],
    [
      'an element of XML',
      '<wsse:Password>open sesame</wsse:Password>',
      '<wsse:Password>[SECRET_REDACTED]</wsse:Password>',
    ],
    ['an argument', "set('ACME_TOKEN', 'k1k2k3')", "set('ACME_TOKEN', '[SECRET_REDACTED]')"],
    ['a header in a list', "['Cookie', 'sid=1']", "['Cookie', '[SECRET_REDACTED]']"],
    ['a declaration of Go', 'var apiToken string = "abc"', 'var apiToken string = "[SECRET_REDACTED]"'],
    ['a declaration of TypeScript', "apiToken: string = 'abc'", "apiToken: string = '[SECRET_REDACTED]'"],
    ['a default of make', 'API_TOKEN ?= abc1', 'API_TOKEN ?= [SECRET_REDACTED]'],
    ['a simple variable of make', 'API_TOKEN ::= "abc"', 'API_TOKEN ::= "[SECRET_REDACTED]"'],
    ['a comparison', 'if (password !== "abc")', 'if (password !== "[SECRET_REDACTED]")'],
    ['a string with a prefix', 'password = @"abc"', 'password = @"[SECRET_REDACTED]"'],
    ['a value on the next line', 'const apiKey =\n  "abc"', 'const apiKey =\n  "[SECRET_REDACTED]"'],
    [
      'a numbered key',
      'token2: "abc", API_KEY_1=abc',
      'token2: "[SECRET_REDACTED]", API_KEY_1=[SECRET_REDACTED]',
    ],
    ['words written together', 'ACMEAPIKEY=abc', 'ACMEAPIKEY=[SECRET_REDACTED]'],
    ['a token of a provider', 'new-relic_token: a1b2c3d4e5f6g7h8', 'new-relic_token: [SECRET_REDACTED]'],
    ['a key of a provider', 'acme_key=aB3dE5gH7jK9mN1pQ2rS', 'acme_key=[SECRET_REDACTED]'],
    ['a key in a query', 'https://x.test/v1?key=aB3dE5gH7jK9mN1pQ2rS', 'https://x.test/v1?key=REDACTED'],
    ['a user with password', 'curl --user ada:lovelace x', 'curl --user ada:[SECRET_REDACTED] x'],
    [
      'a header in backticks',
      'Authorization: `Bearer abc123def`;',
      'Authorization: `Bearer [TOKEN_REDACTED]`;',
    ],
    ['a block of YAML', 'password: |\n  open-sesame1\nport: 1', 'password: |\n  [SECRET_REDACTED]\nport: 1'],
    ['a value far from its key', 'password            = abc1', 'password            = [SECRET_REDACTED]'],
    ['a card behind its name', 'card number: 4111 1111 1111 1111.', 'card number: [CC_REDACTED].'],
    [
      'a long card that words tell of',
      'my card 4111111111111111110 is lost',
      'my card [CC_REDACTED] is lost',
    ],
    ['a social security number with blanks', 'SSN is 078 05 1120', 'SSN is [SSN_REDACTED]'],
    ['an encoded query', 'next=%2F%3Ftoken%3Dabc123', 'next=%2F%3Ftoken%3D[SECRET_REDACTED]'],
  ])('find %s', (_name, text, expected) => expect(redactor.redactText(text)).toBe(expected));

  it('find a private key, also one that is cut off', () => {
    const [begin, end] = ['BEGIN', 'END'].map((word) => `-----${word} RSA ${'PRIVATE'} KEY-----`);
    expect(redactor.redactText(`x ${begin}\nMIIE\nabc=\n${end} y`)).toBe('x [PRIVATE_KEY_REDACTED] y');
    expect(redactor.redactText(`{"k":"${begin}\\nMIIEabc\\n`)).toBe('{"k":"[PRIVATE_KEY_REDACTED]');
    expect(redactor.redactText(`${begin?.replaceAll(' ', '%20')}%0AMIIEabc%0A`)).toBe(
      '[PRIVATE_KEY_REDACTED]',
    );
  });

  it.each([
    ['card without Luhn digit', '4111111111111112'],
    ['card inside a longer number', '94111111111111111'],
    ['card of one digit only', '0000000000000000'],
    ['account number with a wrong check', 'DE88370400440532013000'],
    ['social security number never assigned', '000-12-3456'],
    ['address of a repository', 'git@github.com:org/repo.git'],
    ['host and port', 'redis://cache:6379/0'],
    ['password that is a variable', 'password=$DB_PASSWORD'],
    ['publishable key', `pk_${'live'}_4eC39HqLyjWDarjtT1zdp7dcabcdefghijk`],
    ['sentence on passwords', 'the password is required and must have 8 characters'],
    ['telephone number', '+49 30 901820'],
    ['long number that no word tells of', 'trace 4111111111111111110'],
    ['beginning of a word', 'key-0001'],
    ['beginning of a word with a number', 'SK12ab'],
    ['identifier', `s.${'acceptanceTimeoutSeconds'}`],
    ['long identifier', `hf_${'requiredCharacteristicTypesForDisplayMetadata'}`],
    ['type in a schema', 'type="clm56702004:AgencyIdentificationCodeContentType"'],
    ['list of names', '{"required":["password","email"],"columns":["token","expires"]}'],
    ['type with a parameter', 'Promise<Token>, or Page<APIKey>, { x'],
    ['label', 'passwordLabel:"Password:",rememberMe:"Remember me:"'],
    ['sum of texts', 'append("password: " + mask(it) + ",")'],
    ['template of a URL', 'https://${user}:${password}@example.com'],
    ['masked URL', 'amqp://user:*****@example.com'],
    ['option of a program', 'this.apiKey = options?.apiKey ?? read()'],
    ['working directory', 'PWD=/srv/app'],
    ['key of a cache', 'cache_key=aB3dE5gH7jK9mN1pQ2rS partition_key=aB3dE5gH7jK9mN1pQ2rS'],
    ['key that is a hash', 'object_key=0f9e8d7c6b5a49382716050f9e8d7c6b'],
    ['cursor', 'next_page_token=aB3dE5gH7jK9mN1pQ2rS'],
    ['scope operator', 'Token::verify2 and Secret::AES256'],
    ['IP address', 'from 10.1.2.3'],
  ])('leave a %s', (_name, text) => expect(redactor.redactText(text)).toBe(text));
});

describe('detectors to switch on', () => {
  it.each([
    ['IPv4', 'from 10.1.2.3:443', 'from [IP_REDACTED]:443'],
    ['IPv6', 'from 2001:db8::1 to', 'from [IP_REDACTED] to'],
    ['IPv6 with letters first', 'from fe80::1', 'from [IP_REDACTED]'],
    ['MAC', 'hw ac-de-48-23-45-67', 'hw [MAC_REDACTED]'],
    ['international phone', 'call +49 30 901820 now', 'call [PHONE_REDACTED] now'],
    ['American phone', 'call (212) 555-0100', 'call [PHONE_REDACTED]'],
    ['CPF', 'cpf 529.982.247-25', 'cpf [NATIONAL_ID_REDACTED]'],
    ['NHS number', 'nhs 943 476 5919', 'nhs [NATIONAL_ID_REDACTED]'],
    ['American phone with extension', '415-555-0132 x12', '[PHONE_REDACTED]'],
    ['phone with the zero of long distance', 'ring 030 901820', 'ring [PHONE_REDACTED]'],
    ['French phone', '01.84.17.61.18', '[PHONE_REDACTED]'],
    ['phone that a word tells of', 'phone: 5403926876', 'phone: [PHONE_REDACTED]'],
    ['British insurance number', 'AB 12 34 56 C', '[NATIONAL_ID_REDACTED]'],
    ['Medicare number', '1EG4-TE5-MK73', '[NATIONAL_ID_REDACTED]'],
    ['American tax number', '911-70-1234', '[NATIONAL_ID_REDACTED]'],
    ['Indian account number', 'AFZPK7190K', '[NATIONAL_ID_REDACTED]'],
    ['Korean number', '960121-1234567', '[NATIONAL_ID_REDACTED]'],
    ['South African number', '8001015009087', '[NATIONAL_ID_REDACTED]'],
    ['Swedish number with its century', '19811218-9876', '[NATIONAL_ID_REDACTED]'],
    ['date', '09-12-2024 10:30', '09-12-2024 10:30'],
    ['version', 'v 1.2.3', 'v 1.2.3'],
    ['time', 'at 12:30:15', 'at 12:30:15'],
    ['number', '1763632800', '1763632800'],
  ])('%s', (_name, text, expected) => expect(everything.redactText(text)).toBe(expected));
});
