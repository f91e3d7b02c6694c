/** `assay fix` with the real pnpm and yarn, and a registry on loopback. */

import { rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { FixScene, type Json } from '../support/fix-project.ts';
import { missingForInterop } from '../support/interop.ts';
import type { ManagerId } from '../support/javascript-managers.ts';
import type { NpmVersions } from '../support/npm-registry.ts';
import { needs } from '../support/tools.ts';

const missing = missingForInterop('npm', 'git');

const ALL: Readonly<Record<string, NpmVersions>> = {
  vuln: { '1.0.0': {}, '1.2.5': {}, '1.2.6': {}, '1.3.0': {} },
  core: { '1.0.0': {}, '2.0.0': {} },
  plugin: { '1.0.0': {} },
  exact: { '1.0.0': { vuln: '1.0.0' }, '1.1.0': { vuln: '1.2.6' }, '2.0.0': { vuln: '1.3.0' } },
  stuck: { '1.0.0': { vuln: '~1.0.0' } },
  ranged: { '1.0.0': { vuln: '^1.0.0' } },
  evil: { '1.0.0': {} },
  carrier: { '1.0.0': {}, '1.1.0': {}, '1.2.0': { evil: '^1.0.0' } },
};
const OLD = { vuln: ['1.0.0'], exact: ['1.0.0'], core: ['1.0.0'] };

const text = (value: Json): string => `${JSON.stringify(value, null, 2)}\n`;
const manifest = (dependencies: Json, more: Json = {}): Record<string, string> => ({
  'package.json': text({ name: 'a', version: '1.0.0', dependencies, ...more }),
});

const MANAGERS: readonly ManagerId[] = ['pnpm 9', 'pnpm 10', 'yarn 1', 'yarn 3', 'yarn 4'];
type Case = readonly [name: string, dependencies: Json, kind: string, expected: Json];
const CASES: readonly Case[] = [
  ['a direct dependency inside its range', { vuln: '^1.0.0' }, 'update', { vuln: '^1.0.0' }],
  ['a direct dependency with an exact version', { vuln: '1.0.0' }, 'widen', { vuln: '1.2.6' }],
  ['a transitive one behind a range', { ranged: '^1.0.0' }, 'update', { ranged: '^1.0.0' }],
  ['one that a newer parent accepts', { exact: '1.0.0' }, 'widen', { exact: '1.1.0' }],
  ['one that only an override reaches', { stuck: '^1.0.0' }, 'override', { stuck: '^1.0.0' }],
];

describe.skipIf(missing !== undefined).each(MANAGERS)(`assay fix and %s${needs(missing)}`, (id) => {
  let scene: FixScene;
  beforeAll(async () => {
    scene = await FixScene.start(id);
    for (const flaw of [
      { id: 'GHSA-vuln-vuln-0001', aliases: ['CVE-2025-0001'], name: 'vuln', fixed: '1.2.6' },
      { id: 'GHSA-core-core-0001', name: 'core', fixed: '2.0.0' },
      { id: 'MAL-2025-1', name: 'evil', fixed: '9.0.0' },
    ] as const) {
      await scene.folder.load(flaw);
    }
    scene.stub.publish({}, { plugin: { '1.0.0': { core: '^1.0.0' } } });
  }, 240_000);
  afterAll(async () => scene[Symbol.asyncDispose]());

  // Yarn 3 differs from Yarn 4 in settings alone, so that the last case is enough.
  it.each(id === 'yarn 3' ? CASES.slice(-1) : CASES)(
    'fixes %s, and applying twice changes nothing',
    async (...[, dependencies, kind, expected]) => {
      await scene.project(manifest(dependencies), ALL, OLD);
      const before = scene.read('package.json');
      const shown = await scene.plan();
      expect([
        shown.stderr,
        shown.projects[0]?.steps.map((step) => [step.kind, step.moves[0]?.to]),
        shown.projects[0]?.staying,
      ]).toEqual([undefined, [[kind, '1.2.6']], []]);
      const applied = await scene.fix('--apply', '--fail-on', 'high+fixable');
      expect([applied.exitCode, applied.stderr]).toEqual([0, expect.any(String)]);
      const after = JSON.parse(scene.read('package.json')) as Json;
      expect(after['dependencies']).toEqual(expected);
      if (kind === 'update') expect(scene.read('package.json')).toBe(before);
      await scene.frozen();
      rmSync(scene.folder.path('app/node_modules'), { recursive: true });
      const clean = await scene.folder.assay('fs', 'app', '--fail-on', 'high');
      expect(clean.exitCode).toBe(0);
      const lock = scene.read(scene.lockfile);
      expect((await scene.fix('--apply')).exitCode).toBe(0);
      expect(scene.read(scene.lockfile)).toBe(lock);
      expect(scene.copies()).toEqual([]);
    },
    240_000,
  );
});
