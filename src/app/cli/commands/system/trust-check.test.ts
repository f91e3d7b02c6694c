import { generateKeyPairSync } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { CommandFolder } from '../../../../../test/support/command-folder.ts';

let folder: CommandFolder;

beforeEach(() => {
  folder = new CommandFolder();
  const { publicKey } = generateKeyPairSync('ed25519');
  folder.write('keys/a.pub', publicKey.export({ type: 'spki', format: 'pem' }));
});
afterEach(() => folder[Symbol.dispose]());

const KEY = 'keys:\n  - {name: a, file: keys/a.pub, scopes: ["**"]}\n';

/** The row about the trust file. */
async function rowOf(...args: readonly string[]): Promise<string | undefined> {
  const { stdout, exitCode } = await folder.assay('doctor', ...args);
  const row = stdout.split('\n').find((line) => line.includes('trust file'));
  expect(exitCode).toBe(row?.startsWith('bad') === true ? 2 : 0);
  return row?.replaceAll(/ {2,}/gu, ' | ');
}

describe('the trust file in assay doctor', () => {
  it('is not mentioned where there is none', async () => {
    expect(await rowOf()).toBeUndefined();
  });

  it('is the one that is found, and that is said', async () => {
    folder.write('assay.trust.yaml', `version: 1\n${KEY}`);
    expect(await rowOf()).toBe(
      'ok | trust file | assay.trust.yaml: 1 key, 0 identities; the trust file "assay.trust.yaml" was found and not named (--trust FILE)',
    );
  });

  it.each<[string, readonly string[], Record<string, string>, string | undefined]>([
    ['none with -c', ['-c', 'none'], {}, undefined],
    ['none with --trust none', ['--trust', 'none'], {}, undefined],
    [
      'the one of the flag',
      ['--trust', 'b.yaml'],
      {},
      'ok | trust file | b.yaml: 0 keys, 0 identities',
    ],
    [
      'the one of a configuration that is named',
      ['-c', 'ci.yaml'],
      { 'ci.yaml': 'trust: b.yaml' },
      'ok | trust file | b.yaml: 0 keys, 0 identities',
    ],
    [
      'the one of a configuration that is found',
      [],
      { 'assay.yaml': 'trust: b.yaml' },
      'ok | trust file | b.yaml: 0 keys, 0 identities; the trust file "b.yaml" was found and not named (--trust FILE)',
    ],
    [
      'not switched off by a configuration that is found',
      [],
      { 'assay.yaml': 'trust: none' },
      'bad | trust file | assay.yaml:1: "trust: none" switches the trust file off, which only a configuration may that is named. Name the file: -c assay.yaml. Or take the key out, and give --trust none.',
    ],
    [
      'none by a configuration that is named',
      ['-c', 'ci.yaml'],
      { 'ci.yaml': 'trust: none' },
      undefined,
    ],
    [
      'one that is not there',
      ['--trust', 'no.yaml'],
      {},
      expect.stringContaining('bad | trust file | the file "no.yaml" does not exist.') as string,
    ],
    [
      'one with a typo',
      ['--trust', 'typo.yaml'],
      { 'typo.yaml': 'version: 1\nkeyz: []\n' },
      expect.stringContaining(
        'bad | trust file | typo.yaml:2: unknown key "keyz"; did you mean "keys"?',
      ) as string,
    ],
    [
      'one with a missing key',
      ['--trust', 'k.yaml'],
      { 'k.yaml': `version: 1\n${KEY.replace('a.pub', 'b.pub')}` },
      expect.stringContaining(
        'bad | trust file | k.yaml:3: the file "keys/b.pub" does not exist',
      ) as string,
    ],
  ])('is %s', async (_, args, files, expected) => {
    folder.write('assay.trust.yaml', `version: 1\n${KEY}`);
    folder.write('b.yaml', 'version: 1\n');
    for (const [name, text] of Object.entries(files)) folder.write(name, text);
    expect(await rowOf(...args)).toEqual(expected);
  });

  it.each([
    ['a signer of commits', 'commits: {signers: [{name: a, emails: [a@x.io], keys: [{file: F}]}]}'],
    ['a forge', 'commits: {forges: [{name: a, emails: [a@x.io], keys: [{file: F}]}]}'],
    ['an authority', 'commits: {authorities: [{name: a, principals: [a], file: F}]}'],
    ['a root of S/MIME', 'commits: {roots: [{file: F}]}'],
    ['a trusted root', 'trusted-roots: [{file: F}]'],
  ])('needs each file that it names: %s', async (_, section) => {
    folder.write('assay.trust.yaml', `version: 1\n${section.replace('F', 'none')}\n`);
    expect(await rowOf('--trust', 'assay.trust.yaml')).toContain('the file "none" does not exist');
    folder.write('assay.trust.yaml', `version: 1\n${section.replace('F', 'keys/a.pub')}\n`);
    expect(await rowOf('--trust', 'assay.trust.yaml')).toMatch(/^ok/u);
  });
});
