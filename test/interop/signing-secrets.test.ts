/**
 * Passwords, private keys and identity tokens do not leave the command. All that the command and
 * its children write, send or pass to a program is searched for them: output, logs, temporary
 * files, pipes, sockets, arguments and environments.
 */

import { generateKeyPairSync, sign } from 'node:crypto';
import { chmodSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { builtCommand, type BuiltCommand } from '../support/build.ts';
import { CommandFolder } from '../support/command-folder.ts';
import { identityToken } from '../support/identity-token.ts';
import { missingForInterop } from '../support/interop.ts';
import { makeImage, ociFiles } from '../support/stored-images.ts';
import { needs, run } from '../support/tools.ts';
import { hasBytes, tracedRun, whyNoStrace, type TracedRun } from '../support/traced-run.ts';

const missing = missingForInterop('git') ?? whyNoStrace();
const PASSWORD = 'c0rrect-h0rse-b4ttery';
const WRONG = 'wr0ng-h0rse-b4ttery';
const REPOSITORY = ['--repository', 'ghcr.io/acme/app'];
/** Programs are started, and bytes leave a process. */
const CALLS = 'execve,execveat,write,writev,pwrite64,pwritev,pwritev2,sendto,sendmsg,sendmmsg';

const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const TOKEN = identityToken();
const number = Buffer.from(privateKey.export({ format: 'jwk' }).d ?? '', 'base64url');

/** What must not be found, by its name. */
const SECRETS = new Map<string, Uint8Array>([
  ['the password', Buffer.from(PASSWORD)],
  ['a wrong password', Buffer.from(WRONG)],
  ['the password in base64', Buffer.from(Buffer.from(PASSWORD).toString('base64').slice(0, 24))],
  ['the number of the key', number],
  ['the number of the key in hexadecimal', Buffer.from(number.toString('hex'))],
  ['the number of the key in base64', Buffer.from(number.toString('base64url').slice(0, 40))],
  ...pem
    .split('\n')
    .slice(1, 3)
    .map((line, at) => [`line ${at + 2} of the key`, Buffer.from(line)] as const),
  // The head of a token is no secret.
  ...TOKEN.split('.')
    .slice(1)
    .map((part, at) => [`part ${at + 2} of the identity token`, Buffer.from(part)] as const),
]);

/** Ways to give a password: variables, further arguments, and standard input. */
const SOURCES = ['ASSAY_KEY_PASSWORD', 'COSIGN_PASSWORD', 'a file', 'standard input'] as const;
type Source = (typeof SOURCES)[number];

describe.skipIf(missing !== undefined)(`secrets${needs(missing)}`, () => {
  let command: BuiltCommand;
  let folder: CommandFolder;

  beforeAll(async () => {
    command = await builtCommand();
    folder = new CommandFolder();
    folder.write('plain.pem', pem);
    folder.write('plain.pub', publicKey.export({ type: 'spki', format: 'pem' }));
    folder.write('blob', 'content\n');
    folder.write(
      'blob.sig',
      sign('sha256', Buffer.from('content\n'), privateKey).toString('base64'),
    );
    folder.write('token', TOKEN);
    folder.write('tokens', `${TOKEN}\n${TOKEN}\n`);
    folder.write('passwords/right', `${PASSWORD}\n`);
    folder.write('passwords/wrong', `${WRONG}\n`);
    const image = makeImage([[{ path: 'srv/data', body: 'content' }]]);
    for (const [path, bytes] of ociFiles([{ tag: '1', image }])) {
      folder.write(`images/${path}`, bytes);
    }
    folder.write('sign', '#!/bin/sh\nenv > env.txt\necho \'{"version":1,"error":"locked"}\'\n');
    chmodSync(folder.path('sign'), 0o755);
    folder.write(
      'crash.cjs',
      `const crypto = require('node:crypto');\ncrypto.sign = () => { throw new TypeError('broken'); };\n`,
    );
    folder.write(
      'assay.trust.yaml',
      'version: 1\nkeys:\n  - {name: a, file: plain.pub, scopes: ["**"]}\n',
    );
    const git = ['-c', 'user.name=a', '-c', 'user.email=a@example.com'];
    run('git', ['init', '-q'], folder.cwd);
    run('git', ['add', 'assay.trust.yaml', 'plain.pub'], folder.cwd);
    run('git', [...git, 'commit', '-q', '-m', 'trust'], folder.cwd);
  });
  afterAll(() => {
    folder[Symbol.dispose]();
    command[Symbol.dispose]();
  });

  function traced(
    args: readonly string[],
    { source, isWrong = false, more = {} }: Given,
  ): TracedRun {
    const password = isWrong ? WRONG : PASSWORD;
    const env = source.endsWith('PASSWORD') ? { [source]: password } : {};
    const flags = {
      'a file': ['--key-password-file', `passwords/${isWrong ? 'wrong' : 'right'}`],
      'standard input': ['--key-password-stdin'],
    };
    return tracedRun(command, [...args, ...(source in flags ? flags[source as 'a file'] : [])], {
      cwd: folder.cwd,
      env: { ASSAY_OFFLINE: 'true', ...env, ...more },
      calls: CALLS,
      ...(source === 'standard input' && { input: `${password}\n` }),
    });
  }

  interface Given {
    readonly source: Source;
    readonly isWrong?: boolean;
    readonly more?: Readonly<Record<string, string>>;
  }

  /** The calls that contain a secret, without the start of the command by the test. */
  function leaks({ calls }: TracedRun): readonly string[] {
    return [...SECRETS].flatMap(([name, bytes]) =>
      calls.slice(1).flatMap((call) => (hasBytes(call, bytes) ? [`${name}: ${call}`] : [])),
    );
  }

  describe.each(SOURCES)('with a password from %s', (source) => {
    const name = source.replaceAll(/\W/gu, '-');
    const key = `${name}.key`;
    const image = ['sign', 'oci:images:1', ...REPOSITORY];

    it.each<[string, readonly string[], number, Omit<Given, 'source'>?]>([
      ['import a key', ['key', 'import', 'plain.pem', name], 0],
      ['make a key', ['key', 'generate', `${name}-made`], 0],
      ['print the public key', ['key', 'public', key], 0],
      ['sign an image', [...image, '--sign-key', key], 0],
      ['sign a file', ['sign-blob', 'blob', '--sign-key', key], 0],
      ['sign with a wrong password', [...image, '--sign-key', key], 2, { isWrong: true }],
      ['sign with a damaged key', ['sign-blob', 'blob', '--sign-key', 'plain.pub'], 2],
      [
        'crash',
        ['sign-blob', 'blob', '--sign-key', key],
        70,
        { more: { NODE_OPTIONS: '-r ./crash.cjs' } },
      ],
    ])('%s', (_, args, exitCode, given = {}) => {
      const result = traced([...args, '--debug'], { source, ...given });
      expect([result.exitCode, result.stderr]).toEqual([exitCode, expect.anything()]);
      expect(leaks(result)).toEqual([]);
    });
  });

  describe.each(['ASSAY_KEY_PASSWORD', 'COSIGN_PASSWORD'] as const)('of %s', (source) => {
    it('are not in the environment of a program that signs', () => {
      const result = traced(['sign-blob', 'blob', '--sign-key', 'exec:./sign'], { source });
      expect([result.exitCode, result.stderr]).toEqual([3, expect.stringContaining('locked')]);
      expect(readFileSync(folder.path('env.txt'), 'utf8')).toContain('PATH=');
      expect(leaks(result)).toEqual([]);
    });

    it('are not in the environment of git', () => {
      const args = ['verify-blob', 'blob', '--trust', 'HEAD:assay.trust.yaml'];
      const result = traced(args, { source });
      expect([result.exitCode, result.stderr]).toEqual([0, '']);
      expect(
        result.calls.filter((call) => hasBytes(call, Buffer.from('git'))).length,
      ).toBeGreaterThan(0);
      expect(leaks(result)).toEqual([]);
    });
  });

  it.each<{
    readonly from: string;
    readonly args?: readonly string[];
    readonly env?: Readonly<Record<string, string>>;
    readonly input?: string;
    readonly code?: number;
  }>([
    { from: 'a variable', env: { SIGSTORE_ID_TOKEN: TOKEN } },
    { from: 'a file', args: ['--identity-token', 'token'] },
    { from: 'standard input', args: ['--identity-token', '-'], input: TOKEN },
    { from: 'an argument', args: ['--identity-token', TOKEN], code: 2 },
    { from: 'a file of another form', args: ['--identity-token', 'tokens'], code: 2 },
  ])('an identity token from $from, and no service answers', (given) => {
    const { args = [], env = {}, input = '', code = 3 } = given;
    const services = ['--rekor-url', 'http://127.0.0.1:1', '--fulcio-url', 'http://127.0.0.1:1'];
    const line = ['sign-blob', 'blob', ...args, ...services, '--debug'];
    const result = tracedRun(command, line, { cwd: folder.cwd, env, calls: CALLS, input });
    expect([result.exitCode, result.stderr]).toEqual([code, expect.stringContaining('ERROR')]);
    expect(leaks(result)).toEqual([]);
  });

  it('are found in the start of a command, and in a file that is asked for', () => {
    const args = ['key', 'export', 'plain.pem', 'exported.pem', '--plain'];
    const result = traced(args, { source: 'ASSAY_KEY_PASSWORD' });
    const [first = ''] = result.calls;
    expect(hasBytes(first, Buffer.from(PASSWORD))).toBe(true);
    expect(leaks(result)).toEqual([
      expect.stringContaining('line 2 of the key'),
      expect.stringContaining('line 3 of the key'),
    ]);
  });
});
