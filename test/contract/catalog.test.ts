/**
 * The list of catalogers: it equals the folder, and every reader survives files that nobody would
 * write.
 */

import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { quietContext } from '../../src/core/base/context.ts';
import { ParseError } from '../../src/core/base/errors.ts';
import type { Cataloger, CatalogerRow } from '../../src/scan/catalog/cataloger.ts';
import { CATALOGERS } from '../../src/scan/catalog/list.ts';
import { ECOSYSTEMS } from '../../src/core/model/package/ecosystem.ts';
import { catalogFile } from '../support/catalog-file.ts';
import { WELL_FORMED } from './well-formed.ts';

const FOLDER = join(import.meta.dirname, '../../src/scan/catalog');

/**
 * Rows whose sample alone gives nothing: a list of members, an archive without members, a file
 * without reader, a list without its copies.
 */
const WITHOUT_PACKAGES: ReadonlySet<string> = new Set([
  'hackage/cabal-project',
  'other/unread-lockfile',
  'pypi/egg',
  'pypi/vendored',
]);

describe('the list of catalogers', () => {
  it('has unique ids', () => {
    const ids = CATALOGERS.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('names every reader in the folder, and only those', async () => {
    const listed = new Set(await Promise.all(CATALOGERS.map((row) => row.load())));
    const found = new Map<Cataloger, string>();
    for (const file of formatFiles()) {
      const module = (await import(join(FOLDER, file))) as Record<string, unknown>;
      for (const exported of Object.values(module)) {
        if (isCataloger(exported)) found.set(exported, file);
      }
    }
    expect([...found].filter(([reader]) => !listed.has(reader)).map(([, file]) => file)).toEqual(
      [],
    );
    expect(found.size).toBe(CATALOGERS.length);
    for (const row of CATALOGERS) expect(found.get(await row.load())).toBe(`${row.id}.ts`);
  });

  it.each(CATALOGERS.map((row) => [row.id, row] as const))('%s is well formed', (_id, row) => {
    const [folder] = row.id.split('/');
    if (row.ecosystem === undefined) expect(['os', 'binary', 'sbom', 'other']).toContain(folder);
    else {
      // One reader serves all systems with RPM; which of them it is the system tells.
      const { purlType } = ECOSYSTEMS[row.ecosystem];
      expect(folder === 'rpm' ? purlType : row.ecosystem).toBe(folder);
      expect(ECOSYSTEMS[row.ecosystem].scheme).toBeTruthy();
    }
    const { names, paths, prefixes, suffixes, windowsSuffixes, magics, firstIn } = row.files;
    expect(
      [names, paths, prefixes, suffixes, windowsSuffixes, magics, firstIn].flat().filter(Boolean)
        .length,
    ).toBeGreaterThan(0);
    for (const path of paths ?? []) expect(path).toMatch(/^\//);
    expect(row.version).toBeGreaterThan(0);
    expect(WELL_FORMED).toHaveProperty([row.id]);
  });
});

describe.each(CATALOGERS.map((row) => [row.id, row] as const))('%s', (id, row) => {
  const sample = WELL_FORMED[id];
  const body = Buffer.from(sample?.body ?? '', 'latin1');
  const path = sample?.path ?? '/x';

  it('reads its well-formed file', async () => {
    const cataloger = await row.load();
    const result = await cataloger.read(catalogFile(path, body), { get: () => undefined }, context);
    const isWithoutPackages = WITHOUT_PACKAGES.has(id);
    const {
      packages,
      externalClaims = [],
      diversions = [],
      distro,
      repositoryReleases = [],
    } = result;
    const said =
      (result.manifest?.requests.length ?? 0) +
      repositoryReleases.length +
      packages.length +
      externalClaims.length +
      diversions.length +
      (distro ? 1 : 0);
    expect(said + (isWithoutPackages ? 1 : 0)).toBeGreaterThan(0);
  });

  it('survives a file cut at every place', async () => {
    for (let end = 0; end < body.length; end += 1) await survives(row, path, body.subarray(0, end));
  });

  it('survives bytes changed at random', async () => {
    const change = fc.array(
      fc.tuple(fc.nat(Math.max(body.length - 1, 0)), fc.integer({ min: 0, max: 255 })),
      {
        minLength: 1,
        maxLength: 8,
      },
    );
    await fc.assert(
      fc.asyncProperty(change, async (changes) => {
        const changed = Uint8Array.from(body);
        for (const [at, byte] of changes) changed[at] = byte;
        await survives(row, path, changed);
      }),
      { numRuns: 300 },
    );
  });

  it('survives random bytes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), (bytes) => survives(row, path, bytes)),
      { numRuns: 200 },
    );
  });

  it('survives JSON of any shape', async () => {
    await fc.assert(
      fc.asyncProperty(fc.json(), (text) => survives(row, path, Buffer.from(text))),
      { numRuns: 100 },
    );
  });
});

const context = quietContext();

async function survives(row: CatalogerRow, path: string, bytes: Uint8Array): Promise<void> {
  const cataloger = await row.load();
  try {
    const result = await cataloger.read(
      catalogFile(path, bytes),
      { get: () => undefined },
      context,
    );
    expect(Array.isArray(result.packages)).toBe(true);
    for (const { name } of result.packages) expect(name).not.toBe('');
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
  }
}

/** Files below an ecosystem's folder, without tests: `npm/package-lock.ts`. */
function formatFiles(): readonly string[] {
  return readdirSync(FOLDER, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .flatMap((folder) =>
      readdirSync(join(FOLDER, folder.name)).map((file) => `${folder.name}/${file}`),
    )
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'));
}

function isCataloger(value: unknown): value is Cataloger {
  return (
    typeof value === 'object' &&
    value !== null &&
    'read' in value &&
    typeof value.read === 'function'
  );
}
