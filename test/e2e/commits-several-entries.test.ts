/** Keys that several entries of a trust file name: one that revokes the key decides, in whichever order they stand. */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { ADA, CommitScene, type SceneKey } from '../support/commit-scene.ts';
import { missingTool } from '../support/tools.ts';

const missing = missingTool('git', 'ssh-keygen', 'gpg');

describe.skipIf(missing !== undefined)('keys of several entries', () => {
  let scene: CommitScene;
  let base: string;
  const lines: Record<string, string> = {};

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
});
