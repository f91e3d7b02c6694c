/**
 * Assay's own workflows, settings of Dependabot, owners and rulesets, judged by Assay for the
 * persona `auditor`, which sees all findings. Nothing is left, and no comment sets anything aside.
 */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';

import type { TreeNote } from '../../src/rules/detect/detector.ts';
import { loadShell, pipelineFindings } from '../../src/rules/detect/pipeline/pipeline.ts';
import { repository } from '../../src/rules/detect/repository/repository.ts';
import { treeOf } from '../support/detected.ts';

const ROOT = join(import.meta.dirname, '../..');
const SETTINGS = { persona: 'auditor' } as const;

const OWN = [
  ...readdirSync(join(ROOT, '.github'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(ROOT.length)),
  ...['/.ci/run', '/Dockerfile', '/package.json', '/package-lock.json', '/SECURITY.md'],
];
const FILES = Object.fromEntries(OWN.map((path) => [path, readFileSync(join(ROOT, path))]));

beforeAll(loadShell);

it('has workflows, settings of updates, owners and rulesets', () => {
  for (const path of ['workflows/ci.yml', 'dependabot.yml', 'CODEOWNERS', 'rulesets/main.json']) {
    expect(existsSync(join(ROOT, '.github', path)), path).toBe(true);
  }
});

it('no workflow and no settings of updates has a finding', () => {
  const notes: unknown[] = [];
  const drafts = Object.entries(FILES).flatMap(([path, bytes]) =>
    pipelineFindings(path, bytes, SETTINGS, (note) => {
      if (note.kind !== 'not-asked') notes.push(note);
    }),
  );
  expect(drafts.map(({ rule, location }) => `${rule} ${location.path}`)).toEqual([]);
  expect(notes).toEqual([]);
});

it('the repository as a whole has no finding', () => {
  const notes: TreeNote[] = [];
  const tree = { ...treeOf(FILES), settings: { repository: SETTINGS } };
  const drafts = repository.detect(tree, (one) => notes.push(one));
  expect(drafts.map(({ rule, message }) => `${rule} ${message}`)).toEqual([]);
  expect(notes).toEqual([]);
});

it('nothing is set aside by a comment', () => {
  const ignoring = Object.entries(FILES).filter(
    ([path, bytes]) => path.startsWith('/.github/') && /zizmor:|assay:/u.test(bytes.toString()),
  );
  expect(ignoring).toEqual([]);
});

it('finds a fault that is planted in each of them', () => {
  const workflow = FILES['/.github/workflows/ci.yml']?.toString() ?? '';
  const planted = workflow.replace('persist-credentials: false', 'fetch-depth: 0');
  const path = '/.github/workflows/ci.yml';
  const found = pipelineFindings(path, Buffer.from(planted), SETTINGS);
  expect(found.map(({ rule }) => rule)).toContain('pipeline/artipacked');
  const files = { ...FILES, '/.github/CODEOWNERS': Buffer.from('* @a\n/.github/\n') };
  const drafts = repository.detect(treeOf(files));
  expect(drafts.map(({ rule }) => rule)).toContain('repository/unowned-pipelines');
});
