/**
 * Pushed tags that lead to further tags, and forced updates of references whose former state the
 * repository does not have.
 */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { quietContext } from '../../src/core/base/context.ts';
import { loadCommitTrust } from '../../src/tasks/provenance/commit-trust.ts';
import {
  verifyPushedRef,
  type PushedRef,
  type RefUpdate,
} from '../../src/tasks/provenance/push.ts';
import { openRepository } from '../../src/tasks/provenance/repository.ts';
import { readTrustFile } from '../../src/trust/trust-file/read-trust-file.ts';
import { ADA, CommitScene, type SceneKey } from '../support/commit-scene.ts';
import { missingTool, needs } from '../support/tools.ts';

const missing = missingTool('git', 'ssh-keygen');
const UNKNOWN = 'f'.repeat(40);

describe.skipIf(missing !== undefined)(`a push${needs(missing)}`, () => {
  let scene: CommitScene;
  let ada: SceneKey;
  let mallory: SceneKey;

  beforeAll(() => {
    scene = new CommitScene();
    ada = scene.sshKey('ada');
    mallory = scene.sshKey('mallory');
    scene.commit({ key: ada });
  });
  afterAll(() => scene[Symbol.dispose]());

  /** Makes a tag and returns its id. */
  function tag(name: string, target: string, key?: SceneKey): string {
    const config = key === undefined ? [] : scene.signingConfig(key).flatMap((one) => ['-c', one]);
    const kind = key === undefined ? '-a' : '-s';
    scene.git([...config, 'tag', '-f', kind, '-m', 'x', name, target], scene.commitEnv({}));
    return scene.git(['rev-parse', `refs/tags/${name}`]);
  }

  async function pushed(update: RefUpdate, mayForce: readonly string[] = []): Promise<PushedRef> {
    const env = { ...process.env, ...scene.env() };
    const context = { ...quietContext(), now: () => Date.parse('2025-06-01') };
    const repository = await openRepository({ folder: scene.folder.cwd, env }, context);
    const signer = `{ name: Ada, emails: [${ADA}], keys: ['${scene.sshLine(ada)}'] }`;
    const text = `version: 1\ncommits:\n  signers: [${signer}]\n`;
    const found = {
      trust: readTrustFile('trust.yaml', Buffer.from(text)),
      readFile: () => Promise.reject(new Error('no file is named')),
    };
    const trust = await loadCommitTrust(found, context.now());
    const rules = { trust, mayDelete: [], mayForce, knownRefs: [] };
    return verifyPushedRef(update, repository, rules, context);
  }

  it.each<[string, (name: string) => string, string | undefined]>([
    ['of a commit', (name) => tag(name, 'HEAD', ada), undefined],
    ['of a signed tag', (name) => tag(name, tag('a', 'HEAD', ada), ada), undefined],
    [
      'of an unsigned tag',
      (name) => tag(name, tag('b', 'HEAD'), ada),
      'it leads to the tag "b", which does not count: it is not signed',
    ],
    [
      'of a tag that another key signed',
      (name) => tag(name, tag('c', 'HEAD', mallory), ada),
      'it leads to the tag "c", which does not count: its key SHA256:',
    ],
    [
      'of a signed tag of an unsigned tag',
      (name) => tag(name, tag('e', tag('d', 'HEAD'), ada), ada),
      'it leads to the tag "d", which does not count: it is not signed',
    ],
    [
      'of an unsigned tag of a signed tag',
      (name) => tag(name, tag('g', tag('f', 'HEAD', ada)), ada),
      'it leads to the tag "g", which does not count: it is not signed',
    ],
    [
      'of a tag that is malformed',
      (name) => {
        const text = `object ${scene.head()}\ntype commit\ntag h\nx y\n\nh\n`;
        const write = ['hash-object', '-t', 'tag', '-w', '--literally', '--stdin'];
        return tag(name, scene.tool('git', write, {}, text), ada);
      },
      'it leads to a tag that cannot be read: it does not begin with object, type, tag and tagger',
    ],
    ['of ten signed tags, one after another', (name) => tag(name, chain(10), ada), undefined],
    [
      'of eleven signed tags, one after another',
      (name) => tag(name, chain(11), ada),
      'it leads to a chain of more than 10 tags',
    ],
  ])('with a signed tag %s', async (_, make, reason) => {
    const after = make('v1');
    const { problem, rows } = await pushed({ ref: 'refs/tags/v1', after });
    expect([problem, rows]).toEqual([
      undefined,
      reason === undefined
        ? []
        : [expect.objectContaining({ reason: expect.stringContaining(reason) as string })],
    ]);
  });

  function chain(count: number): string {
    let target = 'HEAD';
    for (let index = 0; index < count; index += 1) target = tag(`n${index}`, target, ada);
    return target;
  }

  it.each<[string, string, readonly string[], string | undefined]>([
    ['a branch that may be forced', 'refs/heads/topic/a', ['refs/heads/topic/*'], undefined],
    ['any reference that may be forced', 'refs/x/a', ['refs/*'], undefined],
    ['a tag that may be forced', 'refs/tags/v1', ['refs/tags/*'], undefined],
    ['a branch', 'refs/heads/main', [], `its former state ${'f'.repeat(12)} is not in`],
    ['another branch', 'refs/heads/main', ['refs/heads/topic/*'], 'git fetch'],
    ['a tag', 'refs/tags/v1', [], 'the tag is moved, which no rule allows'],
  ])('over an unknown state of %s', async (_, ref, mayForce, problem) => {
    const after = ref.startsWith('refs/tags/') ? tag('v1', 'HEAD', ada) : scene.head();
    const found = await pushed({ ref, before: UNKNOWN, after }, mayForce);
    expect([found.problem, found.commitCount, found.rows]).toEqual([
      problem === undefined ? undefined : expect.stringContaining(problem),
      problem === undefined ? 1 : 0,
      [],
    ]);
  });

  it('over an unknown state verifies all commits', async () => {
    const first = scene.head();
    const after = scene.commit({ message: 'unsigned' });
    const update = { ref: 'refs/heads/topic/a', before: UNKNOWN, after };
    const { rows, commitCount } = await pushed(update, ['refs/heads/topic/*']);
    scene.git(['reset', '-q', '--hard', first]);
    expect([commitCount, rows.map(({ status }) => status)]).toEqual([2, ['unsigned']]);
  });
});
