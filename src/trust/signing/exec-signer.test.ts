import { generateKeyPairSync } from 'node:crypto';
import { chmodSync, statSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { parseExecKey } from './exec-signer.ts';
import { openSigner, type Signer } from './signer.ts';
import { missingTool, needs } from '../../../test/support/tools.ts';

let folder = '';

/** The start of each program of these tests: it reads the request and has two keys. */
const HEAD = `#!${process.execPath}
const { readFileSync, writeFileSync } = require('node:fs');
const { createPrivateKey, createPublicKey, sign } = require('node:crypto');
const request = JSON.parse(readFileSync(0, 'utf8'));
const key = createPrivateKey(readFileSync(__dirname + '/' + (request.key ?? 'p256') + '.pem'));
const publicKey = createPublicKey(key).export({ type: 'spki', format: 'pem' });
const signature = () => sign(request.hash, Buffer.from(request.content, 'base64'), key).toString('base64');
const answer = (fields) => console.log(JSON.stringify({ version: 1, ...fields }));
const honest = () => answer(request.operation === 'sign' ? { signature: signature() } : { publicKey });
`;

function program(name: string, body: string): string {
  writeFileSync(join(folder, name), body.startsWith('#!') ? body : HEAD + body);
  chmodSync(join(folder, name), 0o755);
  return `exec:./${name}`;
}

function open(
  spec: string,
  timeoutMs = 20_000,
  signal = new AbortController().signal,
): Promise<Signer> {
  return openSigner(spec, {
    cwd: folder,
    env: { PATH: process.env['PATH'] },
    signal,
    timeoutMs,
    password: () => Promise.resolve(undefined),
  });
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'assay-exec-'));
  const pairs = {
    p256: generateKeyPairSync('ec', { namedCurve: 'P-256' }),
    other: generateKeyPairSync('ec', { namedCurve: 'P-256' }),
    ed: generateKeyPairSync('ed25519'),
    short: generateKeyPairSync('rsa', { modulusLength: 1024 }),
  };
  for (const [name, { privateKey }] of Object.entries(pairs)) {
    writeFileSync(join(folder, `${name}.pem`), privateKey.export({ type: 'pkcs8', format: 'pem' }));
  }
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('a program that signs', () => {
  it.each([
    ['', 'p256'],
    ['#p256', 'p256'],
    ['#ed', 'ed25519'],
  ])('is asked for its key and for signatures: %s', async (suffix, kind) => {
    const spec = program('honest', 'honest();') + suffix;
    const signer = await open(spec);
    expect(signer.publicKey.kind).toBe(kind);
    const content = Buffer.from('what is signed');
    expect(signer.publicKey.verify(content, await signer.sign(content))).toBe(true);
  });

  it('gets one JSON object with the digest and the content, and no argument', async () => {
    const spec = program(
      'noted',
      `writeFileSync(__dirname + '/noted.json', JSON.stringify({ request, args: process.argv.length })); honest();`,
    );
    const signer = await open(spec);
    await signer.sign(Buffer.from('content'));
    expect(JSON.parse(readFileSync(join(folder, 'noted.json'), 'utf8'))).toEqual({
      args: 2,
      request: {
        version: 1,
        operation: 'sign',
        publicKey: signer.publicKey.pem,
        hash: 'sha256',
        digest: '7XACtDnprIRfIjV9giusFERzD722AW0+yUMil7nsn3M=',
        content: Buffer.from('content').toString('base64'),
      },
    });
  });

  it.each<[string, string, RegExp, string]>([
    [
      'prints garbage',
      `console.log('hello');`,
      /its answer is not a JSON object/,
      'CONFIG_INVALID',
    ],
    ['prints nothing', ``, /its answer is not a JSON object/, 'CONFIG_INVALID'],
    ['prints a list', `console.log('[1]');`, /its answer is not a JSON object/, 'CONFIG_INVALID'],
    [
      'prints two objects',
      `honest(); honest();`,
      /its answer is not a JSON object/,
      'CONFIG_INVALID',
    ],
    [
      'knows another version',
      `answer({ version: 2, publicKey });`,
      /has not the "version" 1/,
      'CONFIG_INVALID',
    ],
    ['names no key', `answer({});`, /has no "publicKey"/, 'CONFIG_INVALID'],
    [
      'names a key that is none',
      `answer({ publicKey: 'x' });`,
      /public key cannot be used: .*is not PEM/,
      'CONFIG_INVALID',
    ],
    [
      'gives its private key away',
      `answer({ publicKey: key.export({ type: 'pkcs8', format: 'pem' }) });`,
      /is a private key/,
      'CONFIG_INVALID',
    ],
    [
      'refuses',
      `answer({ error: 'the device is locked' });`,
      /refuses: the device is locked/,
      'ACCESS_DENIED',
    ],
    [
      'fails',
      `console.error('no token'); process.exit(3);`,
      /code 3 and said: no token/,
      'CONFIG_INVALID',
    ],
    ['answers and fails', `honest(); process.exitCode = 1;`, /ended with code 1/, 'CONFIG_INVALID'],
    [
      'kills itself',
      `process.kill(process.pid, 'SIGTERM'); setTimeout(() => 0, 9000);`,
      /ended by SIGTERM/,
      'CONFIG_INVALID',
    ],
    [
      'never stops',
      `setInterval(() => process.stdout.write('x'.repeat(65536)), 1);`,
      /longer than 65536 bytes/,
      'CONFIG_INVALID',
    ],
  ])('%s: the key cannot be used', async (name, body, reason, code) => {
    const spec = program(name.replaceAll(' ', '-'), body);
    const opening = open(spec);
    await expect(opening).rejects.toMatchObject({ code });
    await expect(opening).rejects.toThrow(reason);
  });

  it.each<[string, string, RegExp]>([
    [
      'with another key',
      `sign(request.hash, Buffer.from(request.content, 'base64'), createPrivateKey(readFileSync(__dirname + '/other.pem'))).toString('base64')`,
      /does not verify/,
    ],
    [
      'something else',
      `sign('sha256', Buffer.from('other'), key).toString('base64')`,
      /does not verify/,
    ],
    [
      'in another form',
      `sign('sha256', Buffer.from(request.content, 'base64'), { key, dsaEncoding: 'ieee-p1363' }).toString('base64')`,
      /does not verify/,
    ],
    ['with text', `'not base64!'`, /no "signature" in base64/],
    ['with nothing', `''`, /no "signature" in base64/],
    ['with a number', `7`, /no "signature" in base64/],
  ])('that signs %s is not believed', async (name, signature, reason) => {
    const spec = program(
      `lies-${name.replaceAll(' ', '-')}`,
      `answer(request.operation === 'sign' ? { signature: ${signature} } : { publicKey });`,
    );
    const signer = await open(spec);
    await expect(signer.sign(Buffer.from('content'))).rejects.toThrow(reason);
  });

  it('that has a weak key is refused', async () => {
    await expect(open(`${program('weak', 'honest();')}#short`)).rejects.toThrow(
      /RSA key of 1024 bits/,
    );
  });

  /** A line of shell that starts a process, which adds to a file again and again until it is ended. */
  function beats(file: string): string {
    return `i=0; while [ $i -lt 2000 ]; do i=$((i + 1)); echo beat >>"${file}"; sleep 0.05; done &\nwhile [ ! -s "${file}" ]; do sleep 0.01; done`;
  }

  async function expectNoBeats(file: string): Promise<void> {
    const before = statSync(file).size;
    await new Promise((resolve) => setTimeout(resolve, 1000));
    expect(statSync(file).size).toBe(before);
  }

  const noSleep = missingTool('sleep');
  it.skipIf(noSleep !== undefined)(
    `that hangs is ended with all that it started${needs(noSleep)}`,
    async () => {
      const mark = join(folder, 'alive');
      const spec = program('hangs', `#!/bin/sh\n${beats(mark)}\nsleep 300\n`);
      await expect(open(spec, 2000)).rejects.toMatchObject({
        code: 'TIMEOUT',
        message: expect.stringContaining('did not answer within 2 s') as string,
      });
      await expectNoBeats(mark);
    },
  );

  it.skipIf(noSleep !== undefined)(
    `that ends is not waited for, and what it left behind is ended${needs(noSleep)}`,
    async () => {
      const left = (name: string, answer: string): Promise<Signer> =>
        open(program(name, `#!/bin/sh\n${beats(join(folder, `mark-${name}`))}\n${answer}\n`));
      await Promise.all([
        expect(left('leaves', '')).rejects.toThrow(/not a JSON object/),
        expect(left('locked', `echo '{"version":1,"error":"locked"}'`)).rejects.toThrow(/locked/),
      ]);
      await expectNoBeats(join(folder, 'mark-leaves'));
      await expectNoBeats(join(folder, 'mark-locked'));
    },
  );

  it('is ended when the run is interrupted', async () => {
    const spec = program('waits', `setInterval(() => undefined, 1000);`);
    const controller = new AbortController();
    const opening = open(spec, 20_000, controller.signal);
    setTimeout(() => controller.abort(), 200);
    await expect(opening).rejects.toMatchObject({ code: 'INTERRUPTED' });
  });

  it.each<[string, string, RegExp]>([
    ['is not there', 'exec:./nothing', /there is no such program/],
    ['is not on the PATH', 'exec:assay-no-such-program', /there is no such program/],
    ['is not executable', 'exec:./p256.pem', /it is not executable/],
    ['has no name', 'exec:', /names no program/],
    ['has no name and a key', 'exec:#key', /names no program/],
  ])('%s', async (_, spec, reason) => {
    await expect(open(spec)).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
    await expect(open(spec)).rejects.toThrow(reason);
  });

  it('is told apart from files', () => {
    expect(parseExecKey('key.pem')).toBeUndefined();
    expect(parseExecKey('exec:/opt/a#b#slot 1')).toEqual({ program: '/opt/a#b', key: 'slot 1' });
  });
});
