/** The stations together: what matching finds and the gate refuses, the cure removes. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createMemoryReader } from '../../src/advisories/store/memory-reader.ts';
import { matchInventory } from '../../src/scan/match/match-inventory.ts';
import type { Advisory, VersionRange } from '../../src/core/model/advisory/advisory.ts';
import type { Inventory } from '../../src/core/model/package/package.ts';
import type { Verdict } from '../../src/core/model/report/report.ts';
import { SEVERITIES } from '../../src/core/model/severity/severity.ts';
import { decide } from '../../src/scan/policy/decide.ts';
import { parseFailOn } from '../../src/scan/policy/fail-on.ts';
import { cureOf } from '../../src/scan/remediation/cure.ts';
import { affects, anAdvisory, anInventory, aPackage, aResult } from '../support/model.ts';

const NOW = Date.parse('2026-01-01T00:00:00Z');
const NAMES = ['left', 'right'];
const IDS = ['CVE-2024-0001', 'CVE-2024-0002', 'GHSA-aaaa-0001', 'PYSEC-2024-1'];

interface Gated {
  readonly verdict: Verdict;
  /** `package name, advisory` of each finding. */
  readonly rows: ReadonlyMap<string, string>;
}

function gate(inventory: Inventory, advisories: readonly Advisory[]): Gated {
  const outcome = matchInventory(inventory, createMemoryReader(advisories), {
    severitySources: [],
  });
  const result = aResult(outcome.findings, { inventory, diagnostics: outcome.diagnostics });
  const options = {
    severities: SEVERITIES,
    ignoreUnfixed: false,
    ignoreStatuses: [],
    ignore: [],
    failOn: parseFailOn('fixable'),
    allowIncomplete: 'all' as const,
    command: 'assay fs .',
  };
  const input = { results: [result], advisories: outcome.advisories };
  const { verdict } = decide(input, options, NOW);
  const cure = cureOf(verdict, [result], outcome.advisories, options.command);
  const names = new Map(inventory.packages.map(({ id, name }) => [id, name]));
  return {
    verdict: { ...verdict, ...(cure === undefined ? {} : { cure }) },
    rows: new Map(
      outcome.findings.map(({ id, packageId, advisoryId }) => [
        id,
        `${names.get(packageId) ?? ''} ${advisoryId}`,
      ]),
    ),
  };
}

function upgraded(inventory: Inventory, cure: Verdict['cure']): Inventory {
  const versions = new Map(cure?.upgrades.map(({ packageId, version }) => [packageId, version]));
  return anInventory(
    inventory.packages.map((pkg) => aPackage(pkg.name, versions.get(pkg.id) ?? pkg.version)),
  );
}

const version = fc.integer({ min: 1, max: 9 }).map((minor) => `1.${minor}.0`);
const range: fc.Arbitrary<VersionRange> = fc.oneof(
  version.map((fixed) => ({ introduced: '0', fixed })),
  fc.tuple(version, version).map(([introduced, fixed]) => ({ introduced, fixed })),
  version.map((introduced) => ({ introduced })),
  version.map((lastAffected) => ({ introduced: '0', lastAffected })),
);
const advisories = fc.uniqueArray(
  fc.record({
    id: fc.constantFrom(...IDS),
    aliases: fc.uniqueArray(fc.constantFrom(...IDS), { maxLength: 1 }),
    affected: fc.array(
      fc.record({
        name: fc.constantFrom(...NAMES),
        ranges: fc.array(range, { minLength: 1, maxLength: 2 }),
      }),
      { minLength: 1, maxLength: 2 },
    ),
  }),
  { selector: ({ id }) => id, minLength: 1 },
);
const versions = fc.tuple(version, version);

describe('the cure of a verdict', () => {
  it('removes what it says it clears, as a second match proves', () => {
    fc.assert(
      fc.property(advisories, versions, (rows, [left, right]) => {
        const known = rows.map(({ id, aliases, affected }) =>
          anAdvisory(id, {
            aliases,
            affected: affected.map(({ name, ranges }) => affects(name, ranges)),
          }),
        );
        const inventory = anInventory([aPackage('left', left), aPackage('right', right)]);
        const before = gate(inventory, known);
        const { cure } = before.verdict;
        fc.pre(cure !== undefined);
        const after = new Set(gate(upgraded(inventory, cure), known).rows.values());
        for (const id of cure.clears) expect(after).not.toContain(before.rows.get(id));
      }),
      { numRuns: 1000 },
    );
  });
});
