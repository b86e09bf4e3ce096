import { createRedactor, sanitizeSql } from '../../../processors/redaction/index.ts';

describe('sanitizeSql', () => {
  it.each([
    ["SELECT * FROM t WHERE a = 'x' AND b = 12.5", 'SELECT * FROM t WHERE a = ? AND b = ?'],
    ["INSERT INTO t VALUES ('it''s', 0xFF, -3, x'ab', N'text')", 'INSERT INTO t VALUES (?, ?, -?, ?, ?)'],
    [
      'SELECT "col1", `tab2`, c3 FROM t4 WHERE id = $1 AND x = :name1',
      'SELECT "col1", `tab2`, c3 FROM t4 WHERE id = $1 AND x = :name1',
    ],
    ['SELECT $$a body$$, $tag$b$tag$', 'SELECT ?, ?'],
    ["SELECT 1 -- secret 'x'\nFROM t /* user 77 */", 'SELECT ? \nFROM t '],
    ["SELECT 'unterminated", 'SELECT ?'],
    ["SELECT 'a\\'b' , 2", 'SELECT ? , ?'],
    ['SELECT name FROM users', 'SELECT name FROM users'],
  ])('%s', (statement, expected) => expect(sanitizeSql(statement)).toBe(expected));

  it('is done on request only, in statements only', () => {
    const text = 'SELECT 1';
    expect(createRedactor().redactAttribute('db.query.text', text)).toBe(text);
    expect(createRedactor({ sql: true }).redactAttribute('db.query.text', text)).toBe('SELECT ?');
    expect(createRedactor({ sql: true }).redactAttribute('note', text)).toBe(text);
  });
});

describe('statements of other systems', () => {
  const redactor = createRedactor({ sql: true });

  it.each([
    ['redis', 'SET user:77 hunter2 EX 60', 'SET ? ? ? ?'],
    ['redis', 'GET a\nDEL b c', 'GET ?\nDEL ? ?'],
    ['memcached', 'get key', 'get ?'],
    [
      'mongodb',
      '{"find":"users","filter":{"name":"Ada","age":{"$gt":3}}}',
      '{"find":"?","filter":{"name":"?","age":{"$gt":"?"}}}',
    ],
    ['elasticsearch', '[{"match":{"title":"x"}}]', '[{"match":{"title":"?"}}]'],
    ['mongodb', '{"find":"users","filter":{"name":"Ad', '?'],
    ['postgresql', "SELECT 'x'", 'SELECT ?'],
  ])('%s: %s', (system, statement, expected) => {
    expect(redactor.redactAttributes({ 'db.system.name': system, 'db.query.text': statement })).toMatchObject(
      {
        'db.query.text': expected,
      },
    );
    expect(
      redactor.redactAttributes({ 'db.system': system, 'db.statement': statement })['db.statement'],
    ).toBe(expected);
  });

  it('stay as they are unless asked for', () =>
    expect(createRedactor().redactAttribute('db.query.text', 'SET a b', 'redis')).toBe('SET a b'));
});
