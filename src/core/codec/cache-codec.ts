/**
 * The cached results of whole artifacts: analyses, matches, and the files of directories. Only the
 * build that wrote them reads them, so their form may change freely. Long lists are written as
 * columns.
 */

import { indexBy } from '../base/maps.ts';
import type { AdvisoryNeed } from '../model/advisory/advisory.ts';
import type { Analysis, CachedAnalysis, CachedTree } from '../model/layer/analysis.ts';
import { COVERAGE } from './advisory-shapes.ts';
import { ADVISORIES, FINDINGS, PACKAGES } from './column-shapes.ts';
import {
  ACCOUNTABILITY,
  CONTENTS,
  CONTRADICTION,
  DIAGNOSTIC,
  DISTRO,
  ecosystem,
  LOCATION,
  PROJECT,
} from './inventory-shapes.ts';
import { CodecError } from './codec-error.ts';
import { encode } from './encode.ts';
import { RULE_FINDING } from './rule-shapes.ts';
import { count, list, object, optional, text } from './shapes.ts';
import type { Json } from './streamed-json.ts';
import type { CachedMatches, Matches } from '../model/advisory/matches.ts';
import type { Inventory } from '../model/package/package.ts';

/** Returns an analysis as plain data, for the cache. */
export function encodeAnalysis({ inventory, diagnostics, rules }: Analysis): Json {
  const { packages, ...others } = inventory;
  return {
    inventory: encode(INVENTORY_FIELDS, others),
    packageCount: packages.length,
    packages: PACKAGES.encode(packages),
    diagnostics: encode(DIAGNOSTICS, diagnostics),
    rules: encode(RULE_FINDINGS, rules),
  };
}

/**
 * Reads the data of {@link encodeAnalysis} of this same build, which must not be used again.
 * @throws {@link CodecError} if it is no analysis at all
 */
export function reviveAnalysis(value: unknown): Analysis {
  const { inventory, packageCount, packages, diagnostics, rules } = known<WrittenAnalysis>(value, [
    'inventory',
    'packageCount',
    'packages',
    'diagnostics',
    'rules',
  ]);
  return {
    inventory: {
      ...inventory,
      packages: PACKAGES.read(packages, packageCount),
    },
    diagnostics,
    rules,
  };
}

interface WrittenAnalysis {
  readonly inventory: Omit<Inventory, 'packages'>;
  readonly packageCount: number;
  readonly packages: unknown;
  readonly diagnostics: Analysis['diagnostics'];
  readonly rules: Analysis['rules'];
}

/** Returns an analysis of a directory as plain data, for the cache. */
export function encodeCachedAnalysis({ tree, analysis }: CachedAnalysis): Json {
  return { tree, analysis: encodeAnalysis(analysis) };
}

/**
 * Reads the data of {@link encodeCachedAnalysis}, as {@link reviveAnalysis}. @throws
 * {@link CodecError}
 */
export function reviveCachedAnalysis(value: unknown): CachedAnalysis {
  const { tree, analysis } = known<{ tree: string; analysis: unknown }>(value, [
    'tree',
    'analysis',
  ]);
  return { tree, analysis: reviveAnalysis(analysis) };
}

/** Returns the files of a directory as plain data, for the cache. */
export function encodeCachedTree({ digest, read, noted }: CachedTree): Json {
  return { digest, read, noted };
}

/**
 * Reads the data of {@link encodeCachedTree}, as {@link reviveAnalysis}. @throws {@link CodecError}
 */
export function reviveCachedTree(value: unknown): CachedTree {
  return known<CachedTree>(value, ['digest', 'read', 'noted']);
}

/** Returns matches as plain data, for the cache. */
export function encodeCachedMatches({ matches, ...madeFrom }: CachedMatches): Json {
  const { findings, advisories, ...others } = matches;
  return {
    madeFrom: encode(MADE_FROM, madeFrom),
    matches: encode(PLAIN_MATCHES, others),
    findingCount: findings.length,
    findings: FINDINGS.encode(findings),
    advisoryCount: advisories.size,
    // A list, so that they keep their order.
    advisories: ADVISORIES.encode([...advisories.values()]),
  };
}

/**
 * Reads the data of {@link encodeCachedMatches}, as {@link reviveAnalysis}. @throws
 * {@link CodecError}
 */
export function reviveCachedMatches(value: unknown): CachedMatches {
  const written = known<WrittenMatches>(value, [
    'madeFrom',
    'matches',
    'findingCount',
    'findings',
    'advisoryCount',
    'advisories',
  ]);
  const advisories = ADVISORIES.read(written.advisories, written.advisoryCount);
  return {
    ...written.madeFrom,
    matches: {
      ...written.matches,
      findings: FINDINGS.read(written.findings, written.findingCount),
      advisories: indexBy(advisories, 'id'),
    },
  };
}

interface WrittenMatches {
  readonly madeFrom: Omit<CachedMatches, 'matches'>;
  readonly matches: Omit<Matches, 'findings' | 'advisories'>;
  readonly findingCount: number;
  readonly findings: unknown;
  readonly advisoryCount: number;
  readonly advisories: unknown;
}

/** Returns the value if it has these fields. @throws {@link CodecError} */
function known<T>(value: unknown, fields: readonly (keyof T & string)[]): T {
  for (const field of fields) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, field)) {
      throw new CodecError('is missing', field);
    }
  }
  return value as T;
}

const DIAGNOSTICS = list(DIAGNOSTIC);
const RULE_FINDINGS = list(RULE_FINDING);

const INVENTORY_FIELDS = object<Omit<Inventory, 'packages'>>({
  inventoryVersion: count,
  distro: optional(DISTRO),
  projects: optional(list(PROJECT)),
  emptyManifests: optional(list(LOCATION)),
  contradictions: optional(list(CONTRADICTION)),
  accountability: optional(ACCOUNTABILITY),
  contents: optional(CONTENTS),
});

const MADE_FROM = object<Omit<CachedMatches, 'matches'>>({
  needs: list(object<AdvisoryNeed>({ ecosystem, release: optional(text) })),
  state: text,
  content: optional(text),
});

const PLAIN_MATCHES = object<Omit<Matches, 'findings' | 'advisories' | 'corrected'>>({
  diagnostics: DIAGNOSTICS,
  coverage: list(COVERAGE),
  coveredPackageCount: count,
  packageCount: count,
});
