import { readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../../src/cli/redact.ts';

async function redact(
  args: readonly string[],
  stdin = '',
): Promise<{ status: number; out: string; err: string }> {
  let out = '';
  let err = '';
  const status = await run(args, {
    readFile: (path) => readFile(path, 'utf8'),
    readStdin: async () => stdin,
    load: createRequire(__filename),
    stdout: (text) => {
      out += text;
    },
    stderr: (text) => {
      err += text;
    },
  });
  return { status, out, err };
}

const DOCUMENT = JSON.stringify({
  resourceSpans: [
    {
      resource: { attributes: [{ key: 'service.name', value: { stringValue: 'shop' } }] },
      scopeSpans: [
        {
          spans: [
            {
              traceId: '1'.repeat(32),
              name: 'GET /',
              startTimeUnixNano: '1763632800000000000',
              attributes: [
                { key: 'db.password', value: { stringValue: 'hunter2' } },
                { key: 'note', value: { arrayValue: { values: [{ stringValue: 'to ada@example.com' }] } } },
              ],
            },
          ],
        },
      ],
    },
  ],
});

function texts(...values: string[]): object[] {
  return values.map((stringValue) => ({ stringValue }));
}

describe('signalbox redact', () => {
  it('shows where, what and why, and no secret', async () => {
    const { status, out } = await redact([], 'first\nmail ada.lovelace@example.com now');
    expect(status).toBe(0);
    expect(out).toBe('2:6  email: ada.… (24 characters) → [EMAIL_REDACTED]\n1 found.\n');
  });

  it('reads bytes, arguments of commands and names in an OTLP JSON file', async () => {
    const bytes = Buffer.from('password=hunter2').toString('base64');
    const attributes = [
      {
        key: 'process.command_args',
        value: { arrayValue: { values: texts('run', '--password', 'open sesame') } },
      },
      { key: 'payload', value: { bytesValue: bytes } },
      { key: 'visits of ada@example.com', value: { intValue: '3' } },
    ];
    const document = JSON.stringify({ resourceSpans: [{ resource: { attributes } }] });
    const { out } = await redact([], document);
    expect(out).toContain('3 found.');
    expect(out).not.toContain('ada@example');
    const printed = (await redact(['--print'], document)).out;
    expect(printed).not.toMatch(/sesame|ada@example/);
    expect(printed).toContain(Buffer.from('password=[SECRET_REDACTED]').toString('base64'));
  });

  it('reads an OTLP JSON file', async () => {
    const path = join(tmpdir(), `redact-${process.pid}.json`);
    await writeFile(path, DOCUMENT);
    const { status, out } = await redact(['--check', path]);
    expect(status).toBe(1);
    expect(out).toContain('db.password');
    expect(out).toContain('email');
    expect(out).toContain('2 found.');
    const printed = await redact(['--print', path]);
    const [span] = JSON.parse(printed.out).resourceSpans[0].scopeSpans[0].spans;
    expect(span.attributes[0].value.stringValue).toBe('[REDACTED]');
    expect(span.attributes[1].value.arrayValue.values[0].stringValue).toBe('to [EMAIL_REDACTED]');
    expect(span.startTimeUnixNano).toBe('1763632800000000000');
    await rm(path);
  });

  it('reads a document in each line, as the exporter to files writes them', async () => {
    const lines = `${DOCUMENT}\n${DOCUMENT}\n`;
    const { out } = await redact([], lines);
    expect(out).toMatch(/^2:resourceSpans.*db\.password.* key: /m);
    expect(out).toContain('4 found.');
    const printed = (await redact(['--print'], lines)).out.trimEnd().split('\n');
    expect(printed).toHaveLength(2);
    for (const line of printed) {
      const [span] = JSON.parse(line).resourceSpans[0].scopeSpans[0].spans;
      expect(span.attributes[0].value.stringValue).toBe('[REDACTED]');
    }
  });

  it('takes only the line that is broken for text', async () => {
    const lines = `${DOCUMENT}\n{"resource": "bob@example.com\n\nof bob@example.com\n${DOCUMENT}\n`;
    const { out } = await redact([], lines);
    expect(out).toMatch(/^1:resourceSpans.*db\.password.* key: /m);
    expect(out).toMatch(/^2:15 {2}email: /m);
    expect(out).toMatch(/^4:4 {2}email: /m);
    expect(out).toMatch(/^5:resourceSpans.*db\.password.* key: /m);
    expect(out).toContain('6 found.');
    const printed = (await redact(['--print'], lines)).out.trimEnd().split('\n');
    expect(printed.slice(1, -1)).toEqual(['{"resource": "[EMAIL_REDACTED]', '', 'of [EMAIL_REDACTED]']);
    for (const line of [printed[0], printed.at(-1)]) {
      const [span] = JSON.parse(line as string).resourceSpans[0].scopeSpans[0].spans;
      expect(span.attributes[0].value.stringValue).toBe('[REDACTED]');
    }
  });

  it('takes what is cut off for text', async () => {
    expect((await redact([], DOCUMENT.slice(0, -3))).status).toBe(0);
    expect((await redact(['--print'], `${DOCUMENT}\n{"resource`)).out).not.toContain('ada@');
  });

  it('prints the redacted text', async () => {
    expect((await redact(['--print', '--ip', '-'], 'from 10.0.0.1')).out).toBe('from [IP_REDACTED]');
  });

  it('takes patterns', async () => {
    expect((await redact(['--print', '--pattern', 'EMP-\\d+'], 'of EMP-7')).out).toBe('of [REDACTED]');
    expect((await redact(['--pattern', '('], 'x')).err).toContain('is not valid');
  });

  it('says so if there is nothing, or if it was called wrongly', async () => {
    expect((await redact(['--check'], 'fine')).status).toBe(0);
    expect((await redact(['--nonsense'])).status).toBe(2);
    expect((await redact(['/no/such/file'])).status).toBe(2);
    expect((await redact(['--help'])).out).toContain('signalbox redact [file]');
  });
});
