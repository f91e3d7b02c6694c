import { generateKeyPairSync } from 'node:crypto';
import { chmodSync, existsSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { CommandFolder } from '../../../../../test/support/command-folder.ts';
import { makeImage, ociFiles } from '../../../../../test/support/stored-images.ts';

/** The start of each program: it has two keys, and can answer as it should. */
const HEAD = `#!${process.execPath}
const { readFileSync } = require('node:fs');
const { createPrivateKey, createPublicKey, sign } = require('node:crypto');
const request = JSON.parse(readFileSync(0, 'utf8'));
const [own, other] = ['own', 'other'].map((name) => createPrivateKey(readFileSync(__dirname + '/' + name + '.pem')));
const publicKey = createPublicKey(own).export({ type: 'spki', format: 'pem' });
const content = Buffer.from(request.content ?? '', 'base64');
const answer = (fields) => console.log(JSON.stringify({ version: 1, ...fields }));
const signed = (content, key) => answer(request.operation === 'sign' ? { signature: sign('sha256', content, key).toString('base64') } : { publicKey });
`;

const COMMANDS = {
  image: ['sign', 'oci:images:1', '--repository', 'ghcr.io/acme/app'],
  file: ['sign-blob', 'blob'],
} as const;

let folder: CommandFolder;
beforeEach(() => {
  folder = new CommandFolder();
  for (const name of ['own', 'other']) {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    folder.write(`${name}.pem`, privateKey.export({ type: 'pkcs8', format: 'pem' }));
    folder.write(`${name}.pub`, publicKey.export({ type: 'spki', format: 'pem' }));
  }
  folder.write('blob', 'content\n');
  const image = makeImage([[{ path: 'srv/data', body: 'content' }]]);
  for (const [path, bytes] of ociFiles([{ tag: '1', image }]))
    folder.write(`images/${path}`, bytes);
});
afterEach(() => folder[Symbol.dispose]());

function program(body: string): readonly string[] {
  folder.write('program', body.startsWith('#!') ? body : HEAD + body);
  chmodSync(folder.path('program'), 0o755);
  return ['--sign-key', 'exec:./program'];
}

describe.each(['image', 'file'] as const)('a program that signs an %s', (what) => {
  const verify = {
    image: ['verify', 'oci:images:1', '--any-repository', '--key', 'own.pub'],
    file: ['verify-blob', 'blob', '--key', 'own.pub'],
  };

  it('makes signatures that verify', async () => {
    await folder.run(...COMMANDS[what], ...program('signed(content, own);'));
    await folder.run(...verify[what]);
  });

  it.each<[string, string, number, RegExp]>([
    ['signs with another key', 'signed(content, other);', 2, /signature does not verify/u],
    ['signs other content', 'signed(Buffer.from("x"), own);', 2, /signature does not verify/u],
    [
      'signs the digest as if it were the content',
      'signed(Buffer.from(request.digest ?? "", "base64"), own);',
      2,
      /signature does not verify/u,
    ],
    ['answers with the key again', 'answer({ publicKey });', 2, /has no "signature" in base64/u],
    ['prints garbage', 'console.log("garbage");', 2, /not a JSON object/u],
    [
      'prints without end',
      '#!/bin/sh\nwhile :; do echo more; done\n',
      2,
      /longer than 65536 bytes/u,
    ],
    ['fails', 'console.error("no token"); process.exit(4);', 2, /code 4 and said: no token/u],
    [
      'fails after its answer',
      'signed(content, own); process.exitCode = 1;',
      2,
      /ended with code 1/u,
    ],
    ['refuses', 'answer({ error: "locked" });', 3, /refuses: locked/u],
    ['leaves a process behind', '#!/bin/sh\n(sleep 30) &\necho garbage\n', 2, /not a JSON object/u],
    [
      'colors its error',
      'console.error("\\u001b[31mred\\u0007"); process.exit(1);',
      2,
      /said: \uFFFD\[31mred\uFFFD/u,
    ],
  ])('%s: nothing is signed', async (_, body, exitCode, message) => {
    const outcome = await folder.assay(...COMMANDS[what], ...program(body));
    expect([outcome.exitCode, outcome.stderr]).toEqual([exitCode, expect.stringMatching(message)]);
    expect(
      ['blob.sig', 'blob.sigstore.json'].filter((name) => existsSync(folder.path(name))),
    ).toEqual([]);
    expect((await folder.assay(...verify[what])).exitCode).toBe(10);
  });
});
