/**
 * `assay push` beside files of the working directory that no flag names: they count as for a scan,
 * and the signed verdict names them.
 */

import { generateKeyPairSync } from 'node:crypto';
import { existsSync, rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { CommandFolder } from '../support/command-folder.ts';
import { leftImage } from '../support/push-images.ts';
import { ociFiles } from '../support/stored-images.ts';

let folder: CommandFolder;
beforeAll(async () => {
  folder = new CommandFolder();
  await folder.load({ id: 'GHSA-left', name: 'left', fixed: '1.0.1', severity: 'CRITICAL' });
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  folder.write('team.pem', privateKey.export({ type: 'pkcs8', format: 'pem' }));
  folder.write('team.pub', publicKey.export({ type: 'spki', format: 'pem' }));
  const images = { good: leftImage('1.0.1'), bad: leftImage('1.0.0') };
  for (const [name, image] of Object.entries(images)) {
    for (const [file, bytes] of ociFiles([{ image, tag: '1' }])) {
      folder.write(`${name}/${file}`, bytes);
    }
  }
  folder.write('other.ignore', 'GHSA-left\n');
  folder.write(
    'strict.yaml',
    `version: 1
keys: [{ name: team, scopes: ['**'], file: team.pub }]
attestations:
  - type: verdict
    scopes: ['**']
    signers: [team]
    result: PASSED
    conditions: [{ path: implicitFileCount, sign: '=', value: 0 }]
`,
  );
});
afterAll(() => folder[Symbol.dispose]());

const REPOSITORY = ['--repository', 'ghcr.io/acme/app'];
const SIGNED = ['--sign-key', 'team.pem', ...REPOSITORY];
const EXCEPTION = '- id: GHSA-left\n  reason: not reached\n  expires: 2030-01-01\n';
const override = JSON.stringify({
  overrides: [{ id: 'GHSA-left', reason: 'not ours', withdraw: true }],
});

/** Whether a verifier accepts the verdict that refuses those of implicit files. */
async function isAccepted(layout: string): Promise<boolean> {
  const verify = ['verify', `oci:${layout}:1`, '--type', 'verdict', '--trust', 'strict.yaml'];
  const { exitCode, stdout } = await folder.assay(...verify, ...REPOSITORY);
  expect([0, 12], stdout).toContain(exitCode);
  return exitCode === 0;
}

describe('a push beside a file that no flag names', () => {
  it.each([
    ['.trivyignore', 'GHSA-left\n'],
    ['.assayignore', 'GHSA-left\n'],
    ['.trivyignore.yaml', `vulnerabilities:\n${EXCEPTION.replace('expires', 'expired_at')}`],
    ['.assayignore.yaml', `exceptions:\n${EXCEPTION}`],
    ['advisories.override.json', override],
    ['assay.yaml', 'ignorefile: other.ignore\n'],
    ['trivy.yaml', 'ignorefile: other.ignore\n'],
  ])('says that %s changed the verdict, also in the signed one', async (name, text) => {
    folder.write(name, text);
    const layout = `out${name.replaceAll('.', '-')}`;
    try {
      // What was named does not count for these files.
      const named = await folder.assay('push', 'oci:bad:1', `oci:${layout}:1`, '-c', 'none');
      expect([named.exitCode, named.stdout, existsSync(layout)]).toEqual([1, '', false]);
      const { exitCode, stderr } = await folder.assay(
        ...['push', 'oci:bad:1', `oci:${layout}:1`, ...SIGNED],
      );
      expect([exitCode, stderr]).toEqual([0, expect.stringContaining(`Read     ${name} of the `)]);
      expect(await isAccepted(layout)).toBe(false);
    } finally {
      rmSync(folder.path(name));
    }
  });

  it('says that a trust file which was found is one of them, and none that is named', async () => {
    const trust = "version: 1\nkeys: [{ name: team, scopes: ['**'], file: team.pub }]\n";
    folder.write('assay.trust.yaml', trust);
    const push = ['push', 'oci:good:1'];
    try {
      const found = await folder.assay(...push, 'oci:trusting:1', ...SIGNED);
      const read = 'Read     assay.trust.yaml of the working directory names who is trusted';
      expect([found.exitCode, found.stderr]).toEqual([0, expect.stringContaining(read)]);
      expect(await isAccepted('trusting')).toBe(false);
      const named = [...push, 'oci:named:1', ...SIGNED, '--trust', 'assay.trust.yaml'];
      const { exitCode, stderr } = await folder.assay(...named);
      expect([exitCode, stderr]).toEqual([0, expect.not.stringContaining('Read     ')]);
      expect(await isAccepted('named')).toBe(true);
    } finally {
      rmSync(folder.path('assay.trust.yaml'));
    }
  });

  it.each([
    ['without such a file', [], undefined],
    ['with one that a flag names', ['--ignorefile', 'other.ignore'], undefined],
    ['with one that changes nothing', [], 'CVE-2000-1\n'],
  ])('names none %s', async (what, more, ignored) => {
    if (ignored !== undefined) folder.write('.trivyignore', ignored);
    const layout = what.replaceAll(' ', '-');
    const image = more.length === 0 ? 'oci:good:1' : 'oci:bad:1';
    const { exitCode, stderr } = await folder.assay(
      ...['push', image, `oci:${layout}:1`, ...SIGNED, ...more],
    );
    if (ignored !== undefined) rmSync(folder.path('.trivyignore'));
    expect([exitCode, stderr]).toEqual([0, expect.not.stringContaining('Read     ')]);
    expect(await isAccepted(layout)).toBe(true);
  });
});
