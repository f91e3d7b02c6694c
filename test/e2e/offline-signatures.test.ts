/** Signing and verifying without network: not a single call of the system for a socket. */

import { generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { builtCommand, type BuiltCommand } from '../support/build.ts';
import { CommandFolder } from '../support/command-folder.ts';
import { freePort } from '../support/free-port.ts';
import { makeImage, ociFiles } from '../support/stored-images.ts';
import { tracedRun, whyNoStrace } from '../support/traced-run.ts';

const missing = whyNoStrace();
const REPOSITORY = ['--repository', 'ghcr.io/acme/app'];
const platforms = ['amd64', 'arm64'].map((architecture) => ({
  image: makeImage([[{ path: 'srv/data', body: architecture }]], {
    platform: { os: 'linux', architecture },
  }),
  isPlatformListed: true,
}));

describe.skipIf(missing !== undefined)(`no socket (${missing ?? 'as strace counts'})`, () => {
  let command: BuiltCommand;
  let folder: CommandFolder;

  beforeAll(async () => {
    command = await builtCommand();
    folder = new CommandFolder();
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    folder.write('a.pem', privateKey.export({ type: 'pkcs8', format: 'pem' }));
    folder.write('a.pub', publicKey.export({ type: 'spki', format: 'pem' }));
    const trusted = '  - {name: a, file: a.pub, scopes: ["**"]}';
    folder.write('trust.yaml', `version: 1\nkeys:\n${trusted}\n`);
    folder.write('blob', 'content\n');
    for (const [path, bytes] of ociFiles([{ tag: '1', platforms }])) {
      folder.write(`images/${path}`, bytes);
    }
  });
  afterAll(() => {
    folder[Symbol.dispose]();
    command[Symbol.dispose]();
  });

  /** How a run ends, and its calls that make or use a socket. */
  function socketCalls(args: readonly string[]): object {
    const env = { ASSAY_KEY_PASSWORD: 'x' };
    const { exitCode, calls } = tracedRun(command, args, {
      cwd: folder.cwd,
      env,
      calls: 'network',
    });
    return { exitCode, calls };
  }

  it.each<[string, readonly string[], number]>([
    ['to make a key', ['key', 'generate', 'b'], 0],
    ['to sign an image', ['sign', 'oci:images:1', '--key', 'a.pem', ...REPOSITORY], 0],
    ['to verify it by a key', ['verify', 'oci:images:1', '--key', 'a.pub', ...REPOSITORY], 0],
    [
      'to verify all platforms by the trust file',
      ['verify', 'oci:images:1', '--trust', 'trust.yaml', '--platform', 'all', ...REPOSITORY],
      0,
    ],
    [
      'to refuse it by another key',
      ['verify', 'oci:images:1', '--key', 'b.pub', ...REPOSITORY],
      12,
    ],
    ['to sign a file', ['sign-blob', 'blob', '--key', 'a.pem'], 0],
    ['to verify it', ['verify-blob', 'blob', '--key', 'a.pub'], 0],
  ])('%s', (_, args, exitCode) => {
    expect(socketCalls([...args, '--offline'])).toEqual({ exitCode, calls: [] });
  });

  it('is counted where one is opened', async () => {
    const args = ['verify', `127.0.0.1:${await freePort()}/app:1`, '--key', 'a.pub'];
    expect(socketCalls(args)).toEqual({
      exitCode: 3,
      calls: expect.arrayContaining([expect.stringContaining(' socket(')]) as unknown,
    });
  });

  it('is opened for a registry with --offline', async () => {
    const named = `127.0.0.1:${await freePort()}/app:1`;
    const args = ['verify', named, '--key', 'a.pub', '--offline'];
    expect(socketCalls(args)).toEqual({ exitCode: 3, calls: [] });
  });
});
