/**
 * Keys that several entries of a trust file name: one that revokes the key decides, in whichever
 * order they stand.
 */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { ADA, CommitScene, type SceneKey } from '../support/commit-scene.ts';
import { missingTool, needs } from '../support/tools.ts';

const missing = missingTool('git', 'ssh-keygen', 'gpg', 'openssl');

describe.skipIf(missing !== undefined)(`keys of several entries${needs(missing)}`, () => {
  let scene: CommitScene;
  let base: string;
  const lines: Record<string, string> = {};
  const texts: Record<string, string> = {};

  /** The subkey is younger than the copy `pgp-old`. */
  function subkeyOf({ id }: SceneKey): SceneKey {
    scene.gpg(['--passphrase', '', '--quick-add-key', id, 'ed25519', 'sign', 'never']);
    const list = scene.gpg(['--with-colons', '--list-keys', id]);
    const [, subkey = ''] = /^sub:.*\nfpr:::::::::([0-9A-F]{40}):/mu.exec(list) ?? [];
    return { format: 'openpgp', id: `${subkey}!` };
  }

  beforeAll(() => {
    scene = new CommitScene();
    const ssh = scene.sshKey('ssh');
    const pgp = scene.gpgKey('pgp');
    lines['ssh'] = scene.sshLine(ssh);
    lines['pgp-old'] = `file: ${scene.exportGpg(pgp, 'old.asc')}`;
    const sub = subkeyOf(pgp);
    lines['pgp'] = `file: ${scene.exportGpg(pgp, 'pgp.asc')}`;
    const [own, other] = [pgp, scene.gpgKey('other')].map(({ id }) =>
      scene.gpg(['--armor', '--export', id]),
    ) as [string, string];
    const cut = own.split('\n').slice(0, -1).join('\n');
    Object.assign(texts, { pgp: own, other, cut, joined: own.replace('\n\n', '\n') });
    const made = ['-newkey', 'ed25519', '-nodes', '-keyout', '/dev/null', '-subj', '/CN=a'];
    const certificate = scene.tool('openssl', ['req', '-x509', ...made]);
    const cutPem = certificate.split('\n').slice(0, -1).join('\n');
    Object.assign(texts, { certificate, cutPem });
    base = scene.commit({ key: ssh });
    for (const [name, key] of Object.entries({ ssh, pgp, sub })) {
      scene.git(['checkout', '-q', '-B', name, base]);
      scene.commit({ key });
    }
  });
  afterAll(() => scene[Symbol.dispose]());

  const ACTIVE = ['  - name: Ada', `    emails: [${ADA}]`];
  const OTHER = ['  - name: Work', '    emails: [ada@work.example]'];
  const REVOKED = ['  - name: Stolen', `    emails: [${ADA}]`, '    revoked: {reason: stolen}'];

  it.each<[string, readonly (readonly [readonly string[], string])[], number]>([
    [
      'ssh',
      [
        [ACTIVE, 'ssh'],
        [REVOKED, 'ssh'],
      ],
      12,
    ],
    [
      'ssh',
      [
        [REVOKED, 'ssh'],
        [ACTIVE, 'ssh'],
      ],
      12,
    ],
    [
      'ssh',
      [
        [OTHER, 'ssh'],
        [ACTIVE, 'ssh'],
      ],
      0,
    ],
    [
      'pgp',
      [
        [ACTIVE, 'pgp'],
        [REVOKED, 'pgp'],
      ],
      12,
    ],
    [
      'pgp',
      [
        [REVOKED, 'pgp'],
        [ACTIVE, 'pgp'],
      ],
      12,
    ],
    [
      'pgp',
      [
        [ACTIVE, 'pgp'],
        [REVOKED, 'pgp-old'],
      ],
      12,
    ],
    [
      'pgp',
      [
        [OTHER, 'pgp'],
        [ACTIVE, 'pgp'],
      ],
      0,
    ],
    [
      'pgp',
      [
        [OTHER, 'pgp-old'],
        [ACTIVE, 'pgp'],
      ],
      0,
    ],
    [
      'sub',
      [
        [ACTIVE, 'pgp'],
        [REVOKED, 'pgp'],
      ],
      12,
    ],
    [
      'sub',
      [
        [ACTIVE, 'pgp'],
        [REVOKED, 'pgp-old'],
      ],
      12,
    ],
    [
      'sub',
      [
        [OTHER, 'pgp'],
        [ACTIVE, 'pgp'],
      ],
      0,
    ],
    [
      'sub',
      [
        [OTHER, 'pgp'],
        [ACTIVE, 'pgp-old'],
      ],
      12,
    ],
  ])('%s with %j: exit code %i', async (branch, entries, exitCode) => {
    const signers = entries.flatMap(([entry, key]) => [
      ...entry,
      '    keys:',
      `      - ${lines[key] ?? ''}`,
    ]);
    const text = ['version: 1', 'commits:', '  signers:', ...signers].join('\n');
    scene.folder.write('.keys/trust.yaml', `${text}\n`);
    const args = ['commits', `${base}..${branch}`, '--trust', '.keys/trust.yaml'];
    const { exitCode: code, stderr } = await scene.folder.assay(...args);
    expect([code, stderr]).toEqual([exitCode, expect.any(String)]);
  });

  it.each<[string, string, readonly string[], string]>([
    ['a certificate and an OpenPGP key', 'pgp', ['certificate', 'pgp'], 'its own file'],
    ['an OpenPGP key and a line of SSH', 'ssh', ['pgp', 'ssh'], 'its own file'],
    ['a certificate and a line of SSH', 'ssh', ['certificate', 'ssh'], 'its own file'],
    ['an OpenPGP key behind one that is cut off', 'pgp', ['cut', 'other'], 'is not whole'],
    ['an OpenPGP key before one that is cut off', 'pgp', ['other', 'cut'], 'is not whole'],
    ['an OpenPGP key and one without an empty line', 'pgp', ['other', 'joined'], 'is not whole'],
    ['a certificate and one that is cut off', 'pgp', ['certificate', 'cutPem'], 'is not whole'],
    ['two OpenPGP keys', 'pgp', ['other', 'pgp'], 'was revoked'],
  ])('a file with %s that is revoked', async (_, branch, parts, message) => {
    const files: Record<string, string> = { ...texts, ssh: lines['ssh'] ?? '' };
    const text = parts.map((part) => `${files[part] ?? ''}\n`).join('');
    scene.folder.write('.keys/revoked', text);
    const entries = [...ACTIVE, '    keys:', `      - ${lines[branch] ?? ''}`, ...REVOKED];
    const trust = ['version: 1', 'commits:', '  signers:', ...entries, '    keys: [file: revoked]'];
    scene.folder.write('.keys/trust.yaml', `${trust.join('\n')}\n`);
    const args = ['commits', `${base}..${branch}`, '--trust', '.keys/trust.yaml'];
    const { exitCode, stdout, stderr } = await scene.folder.assay(...args);
    expect([exitCode, stdout + stderr]).toEqual([
      message === 'was revoked' ? 12 : 2,
      expect.stringContaining(message),
    ]);
  });
});
