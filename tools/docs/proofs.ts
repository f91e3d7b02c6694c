/**
 * Which suite or test proves a row of the support tables; a row without one fails the
 * documentation.
 */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import {
  ECOSYSTEM_IDS,
  ECOSYSTEMS,
  type SchemeId,
} from '../../src/core/model/package/ecosystem.ts';
import type { SystemEcosystem } from '../../src/core/model/package/ecosystem.ts';
import { AREAS, PROBES } from '../conformance/parser-areas.ts';
import type { Floor } from '../conformance/harness.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const ROW = /id: '(?<id>[^']+)',(?:(?!\bid: ')[^])*?import\('\.\.\/(?<module>[^']+)'\)/g;
/** Suites of other people's whole scans that speak of a system, beside the test of all of them. */
const OF_SYSTEMS: Readonly<Partial<Record<SystemEcosystem, readonly string[]>>> = {
  debian: ['trivy', 'labels', 'test/interop/debian-images.test.ts'],
  ubuntu: ['trivy', 'trivy-detectors'],
  alpine: ['trivy-detectors', 'labels', 'test/interop/alpine-images.test.ts'],
  echo: ['trivy-detectors'],
  wolfi: ['trivy-detectors'],
  chainguard: ['trivy-detectors'],
  minimos: ['trivy-detectors'],
  redhat: ['trivy', 'trivy-detectors', 'labels', 'test/e2e/rpm-root.test.ts'],
  almalinux: ['trivy-detectors', 'src/scan/match/systems.test.ts'],
  rocky: ['trivy', 'trivy-detectors'],
  oracle: ['trivy-detectors', 'src/scan/match/rpm-systems.test.ts'],
  amazon: ['trivy', 'trivy-detectors'],
  suse: ['trivy-detectors', 'src/scan/match/rpm-systems.test.ts'],
  opensuse: ['trivy'],
  azurelinux: ['test/contract/samples.test.ts'],
  photon: ['trivy-detectors'],
  bottlerocket: ['trivy-detectors'],
};
const ALL_SYSTEMS = 'test/contract/systems.test.ts';

/** Proofs of a package format by the id of its row. @throws Error where there is none */
export function proofsOfReader(id: string): readonly string[] {
  const areas = [...AREAS].flatMap(([area, choose]) =>
    PROBES.some(([probe, bytes]) => choose(probe, bytes) === id) ? [area] : [],
  );
  const tests = testsOf(id);
  if (areas.length + tests.length === 0) throw new Error(`nothing proves "${id}"`);
  return [...(areas.length === 0 ? [] : [`parsers (${areas.join(', ')})`]), ...tests];
}

/** Proofs of a version order. @throws Error where there is none */
export function proofsOfScheme(scheme: SchemeId, floor: Floor): readonly string[] {
  const suite = `versions/${scheme}`;
  const files = [`src/core/version/${scheme}.test.ts`, `src/core/version/testdata/${scheme}.txt`];
  const proofs = [
    ...(suite in floor ? [suite] : []),
    ...files.filter((one) => existsSync(ROOT + one)),
  ];
  if (proofs.length === 0) throw new Error(`nothing proves the order "${scheme}"`);
  return proofs;
}

/** Ecosystems whose versions are ordered so. */
export function usersOf(scheme: SchemeId): readonly string[] {
  return ECOSYSTEM_IDS.filter((id) => ECOSYSTEMS[id].scheme === scheme).map(
    (id) => ECOSYSTEMS[id].label,
  );
}

export function proofsOfSystem(id: SystemEcosystem): readonly string[] {
  const proofs = [ALL_SYSTEMS, ...(OF_SYSTEMS[id] ?? [])];
  for (const one of proofs) {
    if (one.includes('/') && !existsSync(ROOT + one)) throw new Error(`there is no "${one}"`);
  }
  return proofs;
}

let modules: ReadonlyMap<string, string> | undefined;
let tests: readonly (readonly [file: string, text: string])[] | undefined;

/** Test files that import the module of a row, or of the folder's that name the row. */
function testsOf(id: string): readonly string[] {
  modules ??= readModules();
  tests ??= readTests();
  const module = modules.get(id);
  if (module === undefined) throw new Error(`no module of "${id}"`);
  const folder = path.dirname(module);
  const base = path.basename(module);
  const found = tests.filter(
    ([file, text]) =>
      (path.dirname(file) === folder && text.includes(`'./${base}'`)) ||
      text.includes(`/catalog/${path.relative('src/scan/catalog', module)}'`),
  );
  const named = found.length > 0 ? found : tests.filter(([, text]) => text.includes(`'${id}'`));
  return named
    .map(([file]) => file)
    .sort()
    .slice(0, 2);
}

function readModules(): ReadonlyMap<string, string> {
  const folder = path.join(ROOT, 'src/scan/catalog/rows');
  return new Map(
    readdirSync(folder).flatMap((name) =>
      [...readFileSync(path.join(folder, name), 'utf8').matchAll(ROW)].map(
        ({ groups }) =>
          [groups?.['id'] ?? '', `src/scan/catalog/${groups?.['module'] ?? ''}`] as const,
      ),
    ),
  );
}

function readTests(): readonly (readonly [string, string])[] {
  return ['src/scan/catalog', 'test'].flatMap((folder) =>
    readdirSync(path.join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.test.ts'))
      .map((name) => {
        const file = path.join(folder, name);
        return [file, readFileSync(path.join(ROOT, file), 'utf8')] as const;
      }),
  );
}
