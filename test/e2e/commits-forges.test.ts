/**
 * Merges that a forge makes and signs with a key of its own: only those that its entry allows, and
 * only with the automatic content.
 */

import { existsSync, rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { ADA, CommitScene, type SceneKey } from '../support/commit-scene.ts';
import { missingForInterop } from '../support/interop.ts';
import { missingTool, needs } from '../support/tools.ts';

const FORGE = 'noreply@forge.example';
const missing = missingTool('git', 'ssh-keygen');
const missing256 = missingForInterop('git', 'ssh-keygen');

describe.skipIf(missing !== undefined)(
  `merges of a forge, in a repository with sha1${needs(missing)}`,
  () => merges('sha1'),
);
// Both formats take the same way, and git runs some hundred times in each.
describe.skipIf(missing256 !== undefined)(
  `merges of a forge, in a repository with sha256${needs(missing256)}`,
  () => merges('sha256'),
);

function merges(format: 'sha1' | 'sha256'): void {
  let scene: CommitScene;
  let ada: SceneKey;
  let forge: SceneKey;
  let base: string;

  beforeAll(() => {
    scene = new CommitScene(format);
    ada = scene.sshKey('ada');
    forge = scene.sshKey('forge');
    scene.folder.write('one', 'one\n');
    scene.git(['add', 'one']);
    base = scene.commit({ key: ada });
    branch('topic', 'topic');
    branch('main2', 'other');
    branch('conflict', 'other', 'differs\n');
  });
  afterAll(() => scene[Symbol.dispose]());

  function branch(name: string, file: string, content = `${name}\n`): void {
    scene.git(['checkout', '-q', '-B', name, base]);
    scene.folder.write(file, content);
    scene.git(['add', file]);
    scene.commit({ key: ada, message: name });
  }

  /** A merge of two branches on the forge; `change` changes the files before it is committed. */
  function merged(other: string, change: () => void = () => undefined, key = forge): string {
    scene.git(['checkout', '-q', '--detach', 'main2']);
    const env = scene.commitEnv({});
    try {
      scene.git(['merge', '-q', '--no-ff', '--no-commit', other], env);
    } catch {
      // A conflict, which `change` resolves.
    }
    change();
    scene.git(['add', '-A']);
    return scene.commit({ key, committer: FORGE, author: ADA, message: 'merge' });
  }

  async function verify(id: string, merges: string): Promise<readonly [number, string]> {
    const lines = [
      'version: 1',
      'commits:',
      '  signers:',
      `  - {name: Ada, emails: [${ADA}], keys: ["${scene.sshLine(ada)}"]}`,
      '  forges:',
      `  - {name: forge, emails: [${FORGE}], keys: ["${scene.sshLine(forge)}"], merges: ${merges}}`,
    ];
    scene.folder.write('.keys/trust.yaml', `${lines.join('\n')}\n`);
    const args = ['commits', `${base}..${id}`, '--trust', '.keys/trust.yaml', '-f', 'json'];
    const { stdout, exitCode } = await scene.folder.assay(...args);
    const { problems } = JSON.parse(stdout) as { problems: readonly { reason: string }[] };
    return [exitCode, problems.map(({ reason }) => reason).join('; ')];
  }

  const squash = (key?: SceneKey): string => {
    scene.git(['checkout', '-q', '--detach', base]);
    scene.git(['merge', '-q', '--squash', 'topic'], scene.commitEnv({}));
    return scene.commit({ ...(key && { key }), committer: FORGE, author: ADA });
  };

  it.each<[string, () => string, string, readonly [number, string]]>([
    ['the automatic merge', () => merged('topic'), '[merge]', [0, '']],
    [
      'a changed file',
      () => merged('topic', () => scene.folder.write('one', 'changed\n')),
      '[merge]',
      [12, 'its content is not the automatic merge'],
    ],
    [
      'an added file',
      () => merged('topic', () => scene.folder.write('added', 'x\n')),
      '[merge]',
      [12, 'its content is not the automatic merge'],
    ],
    [
      'a conflict that was resolved',
      () => merged('conflict', () => scene.folder.write('other', 'x\n')),
      '[merge]',
      [12, 'do not merge without a conflict'],
    ],
    [
      'a merge that is not allowed',
      () => merged('topic'),
      '[squash]',
      [12, 'may make only squash'],
    ],
    [
      'a merge with the key of a person',
      () => merged('topic', undefined, ada),
      '[merge]',
      [12, 'not theirs'],
    ],
    ['a squash merge', () => squash(forge), '[merge, squash]', [0, '']],
    [
      'a squash merge that is not allowed',
      () => squash(forge),
      '[merge]',
      [12, 'it is a squash or rebase merge, or was made on the forge'],
    ],
    [
      'a rebase merge without a signature',
      () => squash(),
      '[merge, rebase]',
      [10, 'as forges do with rebase merges'],
    ],
  ])('%s', async (_, make, merges, [code, reason]) => {
    expect(await verify(make(), merges)).toEqual([code, expect.stringContaining(reason)]);
  });

  it('are compared without programs of the repository or the user', async () => {
    const mark = scene.folder.path('.keys/ran');
    const lines = Array.from({ length: 20 }, (_, index) => `line ${index}`);
    const shared = (change: (all: string[]) => void): void => {
      const all = [...lines];
      change(all);
      scene.folder.write('shared', `${all.join('\n')}\n`);
      scene.git(['add', '-A']);
    };
    scene.git(['checkout', '-q', '-B', 'start', base]);
    scene.folder.write('.gitattributes', 'shared merge=evil\n');
    shared(() => undefined);
    scene.commit({ key: ada });
    scene.git(['checkout', '-q', '-b', 'left']);
    shared((all) => (all[0] = 'left'));
    scene.commit({ key: ada });
    scene.git(['checkout', '-q', '-b', 'right', 'start']);
    shared((all) => (all[19] = 'right'));
    scene.commit({ key: ada });
    scene.git(['merge', '-q', '--no-ff', '--no-commit', 'left'], scene.commitEnv({}));
    const id = scene.commit({ key: forge, committer: FORGE, author: ADA });
    const driver = `touch ${mark}`;
    scene.git(['config', 'merge.evil.driver', driver]);
    scene.folder.write('.gitconfig', `[merge "evil"]\n\tdriver = ${driver}\n`);
    // git runs the driver, so that the test would show it.
    scene.git(['merge-tree', '--write-tree', `${id}^1`, `${id}^2`]);
    rmSync(mark, { recursive: true, force: true });
    expect(await verify(id, '[merge]')).toEqual([0, '']);
    expect(existsSync(mark)).toBe(false);
  });
}
