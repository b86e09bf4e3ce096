import {
  boolean,
  datadogBoolean,
  duration,
  integer,
  keyValues,
  listOf,
  number,
  oneOf,
  path,
  text,
  url,
  type ValueType,
} from '../../src/core/index.ts';

const protocol = oneOf(['grpc', 'http/protobuf'], { proto: 'http/protobuf' });

test.each<[type: ValueType<unknown>, input: string, value: unknown]>([
  [text(), 'a b', 'a b'],
  [path(), './a b', './a b'],
  [boolean(), 'true', true],
  [boolean(), 'FALSE', false],
  [datadogBoolean(), '1', true],
  [datadogBoolean(), 'False', false],
  [number(), '-1.5e3', -1500],
  [number(), '.5', 0.5],
  [number(), '5.', 5],
  [number({ min: 0, max: 1 }), '1', 1],
  [integer(), '+7', 7],
  [integer({ min: -3 }), '-3', -3],
  [duration(), '0', 0],
  [duration(), '2147483647', 2_147_483_647],
  [protocol, 'GRPC', 'grpc'],
  [protocol, 'HTTP/ProtoBuf', 'http/protobuf'],
  [protocol, 'proto', 'http/protobuf'],
  [oneOf(['always_on']), 'always-on', 'always_on'],
  [oneOf(['always_on']), 'alwaysOn', 'always_on'],
  [listOf(text()), ' a, ,b,', ['a', 'b']],
  [listOf(integer()), '1,2', [1, 2]],
  [keyValues(), 'a=1, b = x%2Cy ,,c=', { a: '1', b: 'x,y', c: '' }],
  [keyValues(), 'a=b=c', { a: 'b=c' }],
  [keyValues(), 'a=1,a=2', { a: '2' }],
  [url(), 'HTTPS://host/path', 'HTTPS://host/path'],
  [url(['unix', 'http']), 'unix:///var/run/agent.sock', 'unix:///var/run/agent.sock'],
  [url(['http'], 'http'), 'host:4317', 'http://host:4317'],
  [url(['http'], 'http'), 'http://[::1]:4317', 'http://[::1]:4317'],
])('%#: %j of "%s"', (type, input, value) => {
  expect(type.parse(input)).toEqual({ value });
});

test.each<[type: ValueType<unknown>, input: string, mistake: object]>([
  [boolean(), 'yes', { problem: 'is not a boolean', instead: false }],
  [datadogBoolean(), 'yes', { problem: 'is not a boolean' }],
  [number(), '1,5', { problem: 'is not a number' }],
  [number(), '0x10', { problem: 'is not a number' }],
  [number(), 'Infinity', { problem: 'is not a number' }],
  [number(), '1e999', { problem: 'is out of range', code: 'CFG002' }],
  [number({ max: 1 }), '1.01', { problem: 'is out of range', code: 'CFG002' }],
  [integer(), '1.0', { problem: 'is not a whole number' }],
  [integer(), '99999999999999999999', { problem: 'is out of range', code: 'CFG002' }],
  [duration(), '-1', { problem: 'is out of range', code: 'CFG002' }],
  [duration(), '2147483648', { problem: 'is out of range', code: 'CFG002' }],
  [duration(), '5s', { problem: 'is not a whole number of milliseconds' }],
  [protocol, 'thrift', { problem: 'is not known', code: 'CFG003' }],
  [listOf(protocol), 'grpc, thrift', { problem: 'is not known', code: 'CFG003', received: 'thrift' }],
  [listOf(text()), ' , ', { problem: 'names nothing' }],
  [keyValues(), 'a', { problem: 'is not a list of key=value pairs' }],
  [keyValues(), '=a', { problem: 'is not a list of key=value pairs' }],
  [keyValues(), 'a=%zz', { problem: 'is not a list of key=value pairs' }],
  [url(), 'localhost:4318', { problem: 'does not begin with http:// or https://' }],
  [url(), 'ftp://host', { problem: 'does not begin with http:// or https://' }],
  [url(), 'http://', { problem: 'is not a URL' }],
  [url(), 'http://host:99999', { problem: 'is not a URL' }],
])('%#: %j does not take "%s"', (type, input, mistake) => {
  expect(type.parse(input)).toEqual(mistake);
});

test.each<[type: ValueType<unknown>, accepts: string]>([
  [integer({ min: 1 }), 'a whole number ≥ 1'],
  [number({ max: 1 }), 'a number ≤ 1'],
  [number({ min: 0, max: 1 }), 'a number from 0 to 1'],
  [number(), 'a number'],
  [protocol, 'grpc, http/protobuf'],
  [listOf(protocol), 'a comma-separated list of grpc, http/protobuf'],
])('what is accepted is said: %#', (type, accepts) => {
  expect(type.accepts).toBe(accepts);
});

test('structures of a file become values without being split', () => {
  expect(listOf(text()).parseItems?.(['a,b', ' c ', ''])).toEqual({ value: ['a,b', 'c'] });
  expect(listOf(text()).parseItems?.([])).toEqual({ value: [] });
  expect(keyValues().parseEntries?.([['a', 'x,y=%2C']])).toEqual({ value: { a: 'x,y=%2C' } });
});

test.each<[type: ValueType<unknown>, input: string]>([
  [listOf(integer()), '1,2'],
  [keyValues(), 'a=x%2Cy'],
  [boolean(), 'true'],
  [duration(), '5000'],
])('what is written can be read again: %#', (type, input) => {
  const parsed = type.parse(input);
  expect('value' in parsed && type.format(parsed.value)).toBe(input);
});
