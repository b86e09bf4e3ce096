import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readHeaderFile } from '../../../exporters/credentials/header-file.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

const directory = temporaryDirectory();
let files = 0;

function fileWith(text: string, mode = 0o600): string {
  const path = join(directory, `headers-${++files}`);
  writeFileSync(path, text);
  chmodSync(path, mode);
  return path;
}

test.each<[what: string, text: string, headers: Record<string, string>]>([
  ['one name=value', 'api-key=abc', { 'api-key': 'abc' }],
  ['a newline at the end', 'api-key=abc\n', { 'api-key': 'abc' }],
  ['lines of Windows', 'a=1\r\nb=2\r\n', { a: '1', b: '2' }],
  [
    'the form of HTTP',
    'Authorization: Bearer t\nX-Tenant: shop',
    { authorization: 'Bearer t', 'x-tenant': 'shop' },
  ],
  ['a value with =, after a colon', 'Authorization: Basic dTpw==', { authorization: 'Basic dTpw==' }],
  ['a value with a colon, after =', 'x-key=a:b=c', { 'x-key': 'a:b=c' }],
  ['a value with a comma and percent signs, as it is', 'x-key=a,b%20c', { 'x-key': 'a,b%20c' }],
  ['empty lines and comments', '# the key\n\nx-key = abc \n', { 'x-key': 'abc' }],
])('%s', (_what, text, headers) => {
  expect(readHeaderFile(fileWith(text))).toMatchObject({ headers, isOpen: false });
});

test.each<[what: string, text: string, mistake: string]>([
  ['nothing', '\n', 'holds no header'],
  ['a bare secret', 's3cr3t\n', 'has neither name=value nor "Name: value" in line 1'],
  ['no name', 'a=1\n=s3cr3t', 'has neither name=value nor "Name: value" in line 2'],
  ['a name with a space', 'my s3cr3t=1', 'has something in line 1 that headers cannot have'],
  ['a value with a control character', 'a=s3cr3t\u0001', 'has something in line 1 that headers cannot have'],
  ['an empty value', 'a=', 'has an empty value in line 1'],
])('%s is a mistake, told without quoting it', (_what, text, mistake) => {
  expect(readHeaderFile(fileWith(text))).toEqual({ mistake });
});

test('a file that is not there', () => {
  expect(readHeaderFile(join(directory, 'none'))).toEqual({ mistake: 'cannot be read (ENOENT)' });
});

test('what is no file of headers is not read: a pipe, a giant, a directory of other things', () => {
  const pipe = join(directory, 'pipe');
  execFileSync('mkfifo', [pipe]);
  expect(readHeaderFile(pipe)).toEqual({ mistake: 'cannot be read (it is not a file)' });
  const giant = fileWith('a=1');
  truncateSync(giant, 2 ** 40);
  expect(readHeaderFile(giant)).toEqual({ mistake: 'cannot be read (it is too large)' });
  const many = join(directory, 'many');
  mkdirSync(many);
  for (let index = 0; index <= 100; index++) writeFileSync(join(many, `x-${index}`), '1');
  expect(readHeaderFile(many)).toEqual({ mistake: 'holds more than 100 files' });
});

test('a file that everybody can read', () => {
  expect(readHeaderFile(fileWith('a=1', 0o644))).toMatchObject({ isOpen: true });
});

test('a directory as Kubernetes mounts it: a link to a link for each header', () => {
  const mount = join(directory, 'mount');
  mkdirSync(join(mount, '..2026_11_20'), { recursive: true });
  writeFileSync(join(mount, '..2026_11_20', 'Authorization'), 'Bearer t\n');
  symlinkSync('..2026_11_20', join(mount, '..data'));
  symlinkSync('..data/Authorization', join(mount, 'Authorization'));
  expect(readHeaderFile(mount)).toMatchObject({ headers: { authorization: 'Bearer t' } });
});
