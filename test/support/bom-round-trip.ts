/** What a scan finds, written as a bill of materials and read back. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { createMemoryReader } from '../../src/advisories/store/memory-reader.ts';
import { needsOf } from '../../src/scan/match/lookups.ts';
import type { Advisory } from '../../src/core/model/advisory/advisory.ts';
import type { Inventory, Package } from '../../src/core/model/package/package.ts';
import type { Report } from '../../src/core/model/report/report.ts';
import { dependencyIds } from '../../src/core/model/package/dependency-ids.ts';
import { rematch, scan } from '../../src/scan/pipeline/index.ts';
import { cyclonedxValidator, spdxValidator } from './bom-schemas.ts';
import { affects, anAdvisory } from './model.ts';
import { rendered } from './rendered.ts';

export const BOM_FORMATS = ['cyclonedx', 'spdx-json', 'trivy-json'] as const;

/** Where the published schemas are at hand. */
const VALIDATORS = new Map([
  ['cyclonedx', cyclonedxValidator()],
  ['spdx-json', spdxValidator()],
]);

/**
 * The report of the scan of a document that was written of the report. @throws Error where that is
 * not valid.
 */
export async function throughDocument(report: Report, format: string): Promise<Report> {
  const folder = mkdtempSync(path.join(tmpdir(), 'assay-round-trip-'));
  try {
    const reference = path.join(folder, 'bom.json');
    const text = await rendered(report, format);
    const validate = VALIDATORS.get(format);
    if (validate?.(JSON.parse(text)) === false) {
      throw new Error(`not valid: ${JSON.stringify(validate.errors)}`);
    }
    writeFileSync(reference, text);
    return await scan({
      targets: [{ reference, kind: 'sbom' }],
      includeDevDependencies: true,
      allowEmpty: true,
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** All of a package that a document keeps; of what it depends on, what is in the inventory. */
export function identities(inventory: Inventory, format: string): readonly unknown[] {
  const dependencies = dependencyIds(inventory);
  return inventory.packages.map((pkg) => ({
    ...identity(pkg),
    dependsOn: dependencies.get(pkg.id),
    ...(format !== 'spdx-json' && { licenses: pkg.licenses }),
  }));
}

function identity(pkg: Package): object {
  const {
    id,
    ecosystem,
    name,
    version,
    source,
    presence,
    scope,
    relationship,
    ownedBy,
    maintainer,
  } = pkg;
  return {
    id,
    ecosystem,
    name,
    version,
    source,
    qualifiers: [...pkg.qualifiers].filter(([, value]) => value !== '').sort(),
    presence,
    scope,
    relationship,
    ownedBy,
    maintainer,
    evidencedVersion: pkg.evidence.evidencedVersion,
    digests: pkg.digests,
  };
}

function namesIn({ packages }: Inventory): ReadonlySet<string> {
  return new Set(packages.flatMap(({ name, source }) => [name, source?.name ?? name]));
}

/**
 * The findings, where every package and source package has an advisory that speaks of all its
 * versions; none where nobody would be asked, as of an unknown system.
 */
export async function findingsOfAll(report: Report): Promise<readonly string[]> {
  const advisories = new Map<string, Advisory>();
  for (const { inventory } of report.results) {
    for (const { ecosystem, release } of needsOf(inventory)) {
      const more = { ecosystem, ...(release !== undefined && { release }) };
      for (const name of namesIn(inventory)) {
        const id = `CVE-${ecosystem}-${release ?? ''}-${name}`;
        const affected = [affects(name, [{ introduced: '0' }], more)];
        advisories.set(id, anAdvisory(id, { affected }));
      }
    }
  }
  if (advisories.size === 0) return [];
  const reader = createMemoryReader([...advisories.values()]);
  const judged = await rematch(report, {
    advisories: { open: () => Promise.resolve(reader) },
    includeDevDependencies: true,
    allowEmpty: true,
  });
  return judged.results.flatMap(({ findings }) =>
    findings
      .flatMap((finding) =>
        finding.kind === 'vulnerability'
          ? `${finding.advisoryId} ${finding.packageId} ${finding.matchedVersion}`
          : [],
      )
      .sort(),
  );
}
