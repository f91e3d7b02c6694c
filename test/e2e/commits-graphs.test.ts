/**
 * Random graphs of commits: each commit that git counts is verified once, also with many children,
 * merges and roots.
 */

import '../support/property-seed.ts';

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { quietContext } from '../../src/core/base/context.ts';
import { loadCommitTrust } from '../../src/tasks/provenance/commit-trust.ts';
import { resolveRange } from '../../src/tasks/provenance/range.ts';
import { openRepository } from '../../src/tasks/provenance/repository.ts';
import { verifyRange } from '../../src/tasks/provenance/verify-range.ts';
import { readTrustFile } from '../../src/trust/trust-file/read-trust-file.ts';
import { CommitScene } from '../support/commit-scene.ts';
import { missingTool, needs } from '../support/tools.ts';

const missing = missingTool('git');
const COMMIT_COUNT = 80;
const GRAPH_COUNT = 3;

/** For each commit its parents, as steps back; none: a root. */
const graph = fc.array(
  fc.oneof(
    { weight: 8, arbitrary: fc.array(fc.nat(12), { minLength: 1, maxLength: 1 }) },
    { weight: 3, arbitrary: fc.uniqueArray(fc.nat(40), { minLength: 2, maxLength: 4 }) },
    { weight: 1, arbitrary: fc.constant<number[]>([]) },
  ),
  { minLength: COMMIT_COUNT, maxLength: COMMIT_COUNT },
);

/** The text that makes a graph: each commit has a branch. */
function imported(parents: readonly (readonly number[])[], prefix: string): string {
  return parents
    .map((steps, index) => {
      const marks = [...new Set(steps.map((step) => index - step))].filter((mark) => mark > 0);
      const lines = marks.map((mark, at) => `${at === 0 ? 'from' : 'merge'} :${mark}`);
      return [
        ...[`commit refs/heads/${prefix}${index + 1}`, `mark :${index + 1}`],
        ...[`committer A <a@b.c> ${1_746_000_000 + index} +0000`, 'data 1', 'x', ...lines, ''],
      ].join('\n');
    })
    .join('\n');
}

/** A commit with one parent twice, which git never makes, and a child of it. */
function writeTwins(scene: CommitScene, parent: string): void {
  const id = scene.git(['rev-parse', parent]);
  const person = 'A <a@b.c> 1746000100 +0000';
  const tree = scene.git(['rev-parse', `${parent}^{tree}`]);
  const write = (...parents: readonly string[]): string => {
    const lines = [`tree ${tree}`, ...parents.map((one) => `parent ${one}`)];
    const text = `${[...lines, `author ${person}`, `committer ${person}`].join('\n')}\n\nx\n`;
    const make = ['hash-object', '-t', 'commit', '-w', '--literally', '--stdin'];
    return scene.tool('git', make, {}, text);
  };
  const child = write(write(id, id), id);
  scene.git(['update-ref', `refs/heads/twin-${parent}`, child]);
}

describe.skipIf(missing !== undefined)(`graphs of commits${needs(missing)}`, () => {
  it('are verified as a whole', async () => {
    using scene = new CommitScene();
    const env = { ...process.env, ...scene.env() };
    const context = { ...quietContext(), now: () => Date.parse('2025-06-01') };
    const trustFile = readTrustFile(
      't.yaml',
      Buffer.from('version: 1\ncommits: {check-author: true}\n'),
    );
    const readFile = (): Promise<Buffer> => Promise.reject(new Error('no file is named'));
    const trust = await loadCommitTrust({ trust: trustFile, readFile }, context.now());
    for (const [number, parents] of fc.sample(graph, GRAPH_COUNT).entries()) {
      const prefix = `g${number}-`;
      scene.tool('git', ['fast-import', '--quiet'], {}, imported(parents, prefix));
      const repository = await openRepository({ folder: scene.folder.cwd, env }, context);
      const { place } = repository;
      writeTwins(scene, `${prefix}7`);
      const last = `${prefix}${COMMIT_COUNT}`;
      const ranges = [
        last,
        `${prefix}${COMMIT_COUNT / 2}..${last}`,
        `${prefix}${COMMIT_COUNT - 5}..${prefix}${COMMIT_COUNT - 9}`,
        '--all',
      ];
      for (const text of ranges) {
        const asked = text === '--all' ? { isAll: true } : { range: text };
        const range = await resolveRange(asked, place, context);
        const request = { repository, range, trust, withTags: false, allowsEmpty: true };
        const { problems } = await verifyRange(request, context);
        const listed = scene.git(['rev-list', text === '--all' ? '--branches' : text]).split('\n');
        expect([text, problems.map(({ id }) => id).sort()]).toEqual([
          text,
          listed.filter((id) => id !== '').sort(),
        ]);
      }
    }
  });
});
