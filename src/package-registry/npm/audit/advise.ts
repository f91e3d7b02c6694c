/**
 * The advisories on versions of npm packages, in the terms of npm: levels, ranges, CWE and CVSS.
 */

import { createHash } from 'node:crypto';

import { compareText } from '../../../core/base/compare.ts';
import { appendTo, indexBy } from '../../../core/base/maps.ts';
import { prepareMatch } from '../../../scan/match/match-inventory.ts';
import type {
  Advisory,
  AdvisoryReader,
  Affected,
  VersionRange,
} from '../../../core/model/advisory/advisory.ts';
import type { VulnerabilityFinding } from '../../../core/model/finding/finding.ts';
import { compareVersions, satisfies } from '../../../core/version/index.ts';
import { packageOf } from '../../judge.ts';
import { isNpmName } from '../names.ts';

/** A level of npm. */
export type NpmLevel = 'info' | 'low' | 'moderate' | 'high' | 'critical';

/** An advisory on a package. */
export interface NpmAdvisory {
  /** A number that is the same for the same advisory on every machine. */
  readonly id: number;
  readonly package: string;
  /** The id of GitHub; absent if the advisory has none. */
  readonly ghsa?: string;
  readonly cves: readonly string[];
  readonly url: string;
  readonly title: string;
  readonly overview: string;
  readonly severity: NpmLevel;
  /** A range of node-semver that holds every version in `versions`. */
  readonly vulnerableVersions: string;
  readonly patchedVersions: string;
  readonly cwe: readonly string[];
  readonly cvss: { readonly score: number; readonly vectorString: string | null };
  readonly references: readonly string[];
  readonly publishedAt: string;
  readonly modifiedAt: string;
  /** Versions that were asked for and are affected. */
  readonly versions: readonly string[];
}

/** The advisories on some versions. */
export interface AdvisedPackages {
  /** By package, then by title. */
  readonly advisories: readonly NpmAdvisory[];
  /** Versions that an advisory names in a range that cannot be compared with them. */
  readonly uncertain: readonly string[];
}

/** Versions by name. */
export type WantedVersions = ReadonlyMap<string, ReadonlySet<string>>;

/** Returns the advisories on these versions. Names that no package of npm can have are left out. */
export async function advisoriesOn(
  wanted: WantedVersions,
  reader: AdvisoryReader,
): Promise<AdvisedPackages> {
  const packages = [...wanted].flatMap(([name, versions]) =>
    isNpmName(name) ? [...versions].map((version) => packageOf('npm', name, version)) : [],
  );
  const byId = indexBy(packages, 'id');
  const inventory = { inventoryVersion: 1, packages } as const;
  const prepared = prepareMatch(inventory, reader, { severitySources: [] });
  const ids = prepared.unscoredIds;
  const elsewhere = ids.length === 0 ? undefined : await reader.ratingsElsewhere?.(ids);
  const { matches } = prepared.finish(reader, elsewhere);
  const groups = new Map<string, VulnerabilityFinding[]>();
  for (const finding of matches.findings) {
    const { name = '' } = byId.get(finding.packageId) ?? {};
    appendTo(groups, JSON.stringify([name, finding.advisoryId]), finding);
  }
  const advisories = [...groups].flatMap(([key, findings]) => {
    const [name, id] = JSON.parse(key) as [string, string];
    const advisory = matches.advisories.get(id);
    return advisory === undefined ? [] : [advisoryOf(name, advisory, findings)];
  });
  return {
    advisories: advisories.sort((a, b) => compareText(keyOf(a), keyOf(b))),
    uncertain: matches.diagnostics.flatMap(({ gap, message }) =>
      gap === 'unorderedVersion' ? [message] : [],
    ),
  };
}

/** By package, title and address. */
function keyOf(one: NpmAdvisory): string {
  return `${one.package} ${one.title} ${one.url}`;
}

const LEVELS = {
  // npm has no word for it. A level that is asked for must not hide what nobody has rated.
  unknown: 'high',
  low: 'low',
  medium: 'moderate',
  high: 'high',
  critical: 'critical',
} as const satisfies Record<VulnerabilityFinding['severity'], NpmLevel>;
const SEVERITIES = ['low', 'medium', 'unknown', 'high', 'critical'] as const;
/** Texts of publishers reach terminals. */
const MAX_TITLE = 300;
const MAX_OVERVIEW = 4000;

function advisoryOf(
  name: string,
  advisory: Advisory,
  findings: readonly VulnerabilityFinding[],
): NpmAdvisory {
  const [worst] = [...findings].sort(
    (a, b) => SEVERITIES.indexOf(b.severity) - SEVERITIES.indexOf(a.severity),
  );
  const severity = worst?.severity ?? 'unknown';
  const ids = [advisory.id, ...advisory.aliases];
  const ghsa = ids.find((id) => GHSA.test(id));
  const versions = findings.map(({ matchedVersion }) => matchedVersion);
  const affected = advisory.affected.filter(
    (one) => one.ecosystem === 'npm' && one.name === name && one.status !== 'notAffected',
  );
  const note = severity === 'unknown' ? ' (its severity is not known)' : '';
  return {
    id: numberOf(`${name} ${ghsa ?? advisory.id}`),
    package: name,
    ...(ghsa !== undefined && { ghsa }),
    cves: ids.filter((id) => id.startsWith('CVE-')),
    url: addressOf(advisory, ghsa),
    title: `${(advisory.summary || advisory.id).slice(0, MAX_TITLE)}${note}`,
    overview: (advisory.details ?? advisory.summary).slice(0, MAX_OVERVIEW),
    severity: LEVELS[severity],
    vulnerableVersions: rangeOf(affected, versions),
    patchedVersions: patchesOf(affected),
    cwe: advisory.cwes,
    cvss: scoreOf(advisory, affected, worst?.severityBy),
    references: advisory.references,
    publishedAt: advisory.publishedAt ?? advisory.modifiedAt,
    modifiedAt: advisory.modifiedAt,
    versions,
  };
}

const GHSA = /^GHSA-[23456789cfghjmpqrvwx]{4}(?:-[23456789cfghjmpqrvwx]{4}){2}$/u;

function addressOf({ id }: Advisory, ghsa: string | undefined): string {
  if (ghsa !== undefined) return `https://github.com/advisories/${ghsa}`;
  if (id.startsWith('CVE-')) return `https://nvd.nist.gov/vuln/detail/${id}`;
  return `https://osv.dev/vulnerability/${encodeURIComponent(id)}`;
}

/** Bytes of a digest that a number of JavaScript holds exactly. */
const NUMBER_BYTES = 6;

/**
 * npm's registry numbers advisories. The numbers are not part of public data, so that a digest
 * stands for them.
 */
function numberOf(text: string): number {
  return createHash('sha256').update(text).digest().readUIntBE(0, NUMBER_BYTES);
}

function scoreOf(
  advisory: Advisory,
  affected: readonly Affected[],
  by: string | undefined,
): NpmAdvisory['cvss'] {
  const ratings = [...affected.flatMap((one) => one.ratings), ...advisory.ratings].filter(
    ({ score }) => score !== undefined,
  );
  const rating = ratings.find((one) => one.by === by) ?? ratings[0];
  return { score: rating?.score ?? 0, vectorString: rating?.vector ?? null };
}

const ALL = '*';
const NONE = '<0.0.0';
const LOOSE = { includePrerelease: true, loose: true };

/** The range that clients compare versions with. A version that it would miss is added by name. */
function rangeOf(affected: readonly Affected[], versions: readonly string[]): string {
  const ranges = affected.flatMap((one) => one.ranges.map(rangeText));
  const named = affected.flatMap((one) => (one.ranges.length > 0 ? [] : one.versions));
  const known = [...new Set([...ranges, ...named])];
  const text = known.join(' || ');
  const missed = versions.filter(
    (version) => text === '' || satisfies('npm', version, text, LOOSE) !== true,
  );
  return [...known, ...new Set(missed)].join(' || ');
}

function rangeText({ introduced, fixed, lastAffected, limit }: VersionRange): string {
  const end = fixed ?? limit;
  const parts = [
    ...(introduced === '0' ? [] : [`>=${introduced}`]),
    ...(end === undefined ? [] : [`<${end}`]),
    ...(end === undefined && lastAffected !== undefined ? [`<=${lastAffected}`] : []),
  ];
  return parts.length === 0 ? ALL : parts.join(' ');
}

/** The first fixed versions, each up to the next range. */
function patchesOf(affected: readonly Affected[]): string {
  const ranges = affected.flatMap((one) => one.ranges);
  const fixes = [...new Set(ranges.flatMap(({ fixed }) => (fixed === undefined ? [] : [fixed])))];
  if (fixes.length === 0) return NONE;
  const sorted = fixes.sort((a, b) => compareVersions('npm', a, b) ?? 0);
  return sorted
    .map((fixed, index) => {
      const next = sorted[index + 1];
      const start = ranges.find((one) => one.fixed === next)?.introduced;
      return next === undefined || start === undefined ? `>=${fixed}` : `>=${fixed} <${start}`;
    })
    .join(' || ');
}
