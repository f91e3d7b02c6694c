/**
 * What a pushed reference may lead to: outside of `refs/tags/` nothing but commits is verified, so
 * nothing else is accepted.
 */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { quietContext } from '../../src/core/base/context.ts';
import { verifyPushedRef, type PushedRef } from '../../src/tasks/provenance/push.ts';
import { openRepository } from '../../src/tasks/provenance/repository.ts';
import { CommitScene } from '../support/commit-scene.ts';
import { missingTool, needs } from '../support/tools.ts';

const missing = missingTool('git');

describe.skipIf(missing !== undefined)(`references of a push${needs(missing)}`, () => {
  let scene: CommitScene;

  beforeAll(() => {
    scene = new CommitScene();
    scene.commit();
    const env = scene.commitEnv({});
    scene.git(['tag', '-a', '-m', 'x', 'tag'], env);
    scene.git(['tag', '-a', '-m', 'x', 'nested', 'tag'], env);
  });
  afterAll(() => scene[Symbol.dispose]());

  async function pushed(ref: string, revision: string, before?: string): Promise<PushedRef> {
    const env = { ...process.env, ...scene.env() };
    const repository = await openRepository({ folder: scene.folder.cwd, env }, quietContext());
    const none = new Map<string, never>();
    const trust = {
      ssh: { keys: none, authorities: none },
      openpgp: none,
      x509: { certificates: none, revokedKeys: none, roots: [], signers: [] },
      expiredKey: 'deny',
      isAuthorChecked: false,
      startingPoints: [],
      forges: [],
      rootNotes: [],
    } as const;
    const id = (name: string): string => scene.git(['rev-parse', name]);
    const update = {
      ref,
      after: id(revision),
      ...(before !== undefined && { before: id(before) }),
    };
    const rules = { trust, mayDelete: [], mayForce: ['refs/x/*'], knownRefs: ['--all'] };
    return verifyPushedRef(update, repository, rules, quietContext());
  }

  it.each<[string, string, string | undefined, string | undefined]>([
    ['refs/x/v1', 'tag', undefined, 'leads to a tag'],
    ['refs/x/v1', 'nested', undefined, 'leads to a tag'],
    ['refs/x/v1', 'tag', 'HEAD', 'leads to a tag'],
    ['refs/tagsx/v1', 'tag', undefined, 'leads to a tag'],
    ['refs/notes/x', 'HEAD^{tree}', undefined, 'leads to a tree'],
    ['refs/heads/main', 'HEAD', undefined, undefined],
    ['refs/x/main', 'HEAD', 'HEAD', undefined],
  ])('%s, to %s from %s', async (ref, revision, before, problem) => {
    const found = await pushed(ref, revision, before);
    if (problem === undefined) expect(found).toEqual({ ref, commitCount: 0, rows: [] });
    else expect(found.problem).toContain(problem);
  });

  it('of a tag are those of a tag', async () => {
    const { problem, rows } = await pushed('refs/tags/tag', 'tag');
    expect([problem, rows.map(({ status }) => status)]).toEqual([undefined, ['unsigned']]);
  });
});
