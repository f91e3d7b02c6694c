/**
 * Keys and signatures of files, exchanged with cosign, skopeo, openssl, minisign and a PKCS#11
 * token.
 */

import { execFileSync, spawnSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { missingAbility } from '../support/abilities.ts';
import { CommandFolder } from '../support/command-folder.ts';
import { missingForInterop } from '../support/interop.ts';
import { makeToken, TOKEN_TOOLS } from '../support/pkcs11-token.ts';
import { needs } from '../support/tools.ts';

const KINDS = ['p256', 'p384', 'p521', 'ed25519', 'rsa-2048', 'rsa-4096'] as const;
const PASSWORD = 'correct horse';

let folder: CommandFolder;

beforeAll(() => {
  folder = new CommandFolder();
  folder.env['ASSAY_KEY_PASSWORD'] = PASSWORD;
  folder.write('blob', 'what is signed\n');
  folder.write('other', 'something else\n');
  folder.write(
    'root.json',
    '{"mediaType":"application/vnd.dev.sigstore.trustedroot+json;version=0.1"}',
  );
});
afterAll(() => folder[Symbol.dispose]());

function tool(name: string, ...args: readonly string[]): string {
  const env = { PATH: process.env['PATH'], HOME: folder.cwd, COSIGN_PASSWORD: PASSWORD };
  return execFileSync(name, args, {
    cwd: folder.cwd,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  }).toString();
}

function exitOf(name: string, ...args: readonly string[]): number | null {
  const env = { PATH: process.env['PATH'], HOME: folder.cwd, COSIGN_PASSWORD: PASSWORD };
  return spawnSync(name, args, { cwd: folder.cwd, env }).status;
}

const cosignMissing = missingForInterop() ?? missingAbility('cosign/2');

describe.skipIf(cosignMissing !== undefined).each(KINDS)(
  `a key of the kind %s${needs(cosignMissing)}`,
  (kind) => {
    it('made by Assay is used by cosign', async () => {
      await folder.run('key', 'generate', `ours-${kind}`, '--kind', kind);
      expect(tool('cosign', 'public-key', '--key', `ours-${kind}.key`)).toBe(
        folder.read(`ours-${kind}.pub`),
      );
      tool(
        'cosign',
        'sign-blob',
        '--yes',
        '--key',
        `ours-${kind}.key`,
        '--tlog-upload=false',
        '--output-signature',
        `c-${kind}.sig`,
        'blob',
      );
      await folder.run(
        'verify-blob',
        'blob',
        '--verify-key',
        `ours-${kind}.pub`,
        '--signature',
        `c-${kind}.sig`,
      );
      const wrong = await folder.assay(
        'verify-blob',
        'other',
        '--verify-key',
        `ours-${kind}.pub`,
        '--signature',
        `c-${kind}.sig`,
      );
      expect(wrong.exitCode).toBe(12);
    });

    it('signs in cosign, and each form that cosign writes is verified', async () => {
      await folder.run('key', 'generate', `both-${kind}`, '--kind', kind);
      const signing = ['sign-blob', '--yes', '--key', `both-${kind}.key`, '--tlog-upload=false'];
      const places = ['raw', 'old', 'new'].map((form) => `${form}-${kind}`);
      const [raw = '', old = '', bundle = ''] = places;
      tool('cosign', ...signing, '--bundle', old, '--output-signature', raw, 'blob');
      tool('cosign', ...signing, '--new-bundle-format', '--bundle', bundle, 'blob');
      for (const place of places) {
        const args = ['--verify-key', `both-${kind}.pub`, '--signature', place];
        await folder.run('verify-blob', 'blob', ...args);
        const { exitCode } = await folder.assay('verify-blob', 'other', ...args);
        expect([place, exitCode]).toEqual([place, 12]);
      }
    });

    it('signs files that cosign verifies, as signature and as bundle', async () => {
      await folder.run('sign-blob', 'blob', '--sign-key', `ours-${kind}.key`);
      const verify = ['verify-blob', '--key', `ours-${kind}.pub`, '--insecure-ignore-tlog'];
      tool('cosign', ...verify, '--signature', 'blob.sig', 'blob');
      expect(exitOf('cosign', ...verify, '--signature', 'blob.sig', 'other')).not.toBe(0);
      const bundled = [
        ...verify,
        '--new-bundle-format',
        '--trusted-root',
        'root.json',
        '--bundle',
        'blob.sigstore.json',
      ];
      tool('cosign', ...bundled, 'blob');
      expect(exitOf('cosign', ...bundled, 'other')).not.toBe(0);
    });
  },
);

describe.skipIf(cosignMissing !== undefined)(
  `keys that cosign makes${needs(cosignMissing)}`,
  () => {
    it('sign in Assay, and their signatures verify, in each form of cosign', async () => {
      tool('cosign', 'generate-key-pair', '--output-key-prefix', 'theirs');
      const { stdout } = await folder.run('key', 'public', 'theirs.key');
      expect(stdout).toBe(folder.read('theirs.pub'));
      await folder.run('sign-blob', 'blob', '--sign-key', 'theirs.key');
      tool(
        'cosign',
        'verify-blob',
        '--key',
        'theirs.pub',
        '--insecure-ignore-tlog',
        '--signature',
        'blob.sig',
        'blob',
      );
      const sign = ['sign-blob', '--yes', '--key', 'theirs.key', '--tlog-upload=false'];
      tool('cosign', ...sign, '--bundle', 'old.bundle', '--output-signature', 'raw.sig', 'blob');
      tool('cosign', ...sign, '--new-bundle-format', '--bundle', 'new.bundle', 'blob');
      for (const place of ['old.bundle', 'raw.sig', 'new.bundle']) {
        await folder.run('verify-blob', 'blob', '--verify-key', 'theirs.pub', '--signature', place);
        const wrong = await folder.assay(
          'verify-blob',
          'other',
          '--verify-key',
          'theirs.pub',
          '--signature',
          place,
        );
        expect([place, wrong.exitCode]).toEqual([place, 12]);
      }
    });

    it('are imported from Ed25519 keys of openssl alike', async () => {
      tool('openssl', 'genpkey', '-algorithm', 'ed25519', '-out', 'ed.pem');
      tool('cosign', 'import-key-pair', '--key', 'ed.pem', '--output-key-prefix', 'imported');
      await folder.run('key', 'import', 'ed.pem', 'imported-ours');
      expect((await folder.run('key', 'public', 'imported.key')).stdout).toBe(
        folder.read('imported-ours.pub'),
      );
    });
  },
);

const skopeoMissing = missingForInterop() ?? missingAbility('skopeo/sigstore-keys');
describe.skipIf(skopeoMissing !== undefined)(
  `keys that skopeo makes${needs(skopeoMissing)}`,
  () => {
    it('are read under the older label', async () => {
      folder.write('passphrase', PASSWORD);
      tool(
        'skopeo',
        'generate-sigstore-key',
        '--output-prefix',
        'skopeo',
        '--passphrase-file',
        'passphrase',
      );
      expect(folder.read('skopeo.private')).toContain('ENCRYPTED COSIGN PRIVATE KEY');
      const { stdout } = await folder.run('key', 'public', 'skopeo.private');
      expect(stdout).toBe(folder.read('skopeo.pub'));
    });
  },
);

const minisignMissing = missingForInterop('minisign');
describe.skipIf(minisignMissing !== undefined)(
  `signatures of minisign${needs(minisignMissing)}`,
  () => {
    it.each([
      ['of the hash', []],
      ['of the content', ['-l']],
    ])('%s are verified', async (_, options) => {
      tool('minisign', '-G', '-W', '-f', '-p', 'mini.pub', '-s', 'mini.key');
      tool('minisign', '-S', ...options, '-s', 'mini.key', '-m', 'blob', '-t', 'release 1');
      await folder.run(
        'verify-blob',
        'blob',
        '--verify-key',
        'mini.pub',
        '--signature',
        'blob.minisig',
      );
      const changed = folder.read('blob.minisig').replace('release 1', 'release 2');
      folder.write('changed.minisig', changed);
      for (const [file, place] of [
        ['other', 'blob.minisig'],
        ['blob', 'changed.minisig'],
      ] as const) {
        const wrong = await folder.assay(
          'verify-blob',
          file,
          '--verify-key',
          'mini.pub',
          '--signature',
          place,
        );
        expect([place, wrong.exitCode]).toEqual([place, 12]);
      }
    });
  },
);

const tokenMissing = missingForInterop(...TOKEN_TOOLS) ?? missingAbility('cosign/2');
describe.skipIf(tokenMissing !== undefined)(`a PKCS#11 token${needs(tokenMissing)}`, () => {
  it('signs through the program of the documentation, and cosign verifies', async () => {
    makeToken(folder, { release: 'EC:prime256v1' });
    const { stdout } = await folder.run('key', 'public', 'exec:./hsm-sign#release');
    folder.write('hsm.pub', stdout);
    await folder.run('sign-blob', 'blob', '--sign-key', 'exec:./hsm-sign#release');
    tool(
      'cosign',
      'verify-blob',
      '--key',
      'hsm.pub',
      '--insecure-ignore-tlog',
      '--signature',
      'blob.sig',
      'blob',
    );
    const unknown = await folder.assay('sign-blob', 'blob', '--sign-key', 'exec:./hsm-sign#other');
    expect(unknown.exitCode).toBe(2);
  });
});
