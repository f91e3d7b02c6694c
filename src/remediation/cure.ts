/**
 * The shortest change that flips a verdict: which packages to upgrade, and what remains to be accepted because nothing
 * fixes it. It is worked out from the advisories that the report carries; whether the new versions bring flaws of
 * their own is known after the next scan, so the command for that is part of the cure.
 */

import type { Advisory } from '../model/advisory.ts';
import { ECOSYSTEMS } from '../model/ecosystem.ts';
import type { Finding, GapKind, VulnerabilityFinding } from '../model/finding.ts';
import { GAP_KINDS } from '../model/gap.ts';
import type { Package } from '../model/package.ts';
import type { ArtifactResult, Verdict } from '../model/report.ts';
import { bestFix, type Fix, type Patient } from './lowest-fix.ts';

/** How many upgrades or exceptions a sentence names before it only counts. */
const NAMED = 8;

/** One package and what becomes of its deciding findings. */
interface Treatment {
  readonly patient: Patient;
  readonly findings: readonly VulnerabilityFinding[];
  readonly fix: Fix | undefined;
}

/** What to do about each kind of gap, when nobody wants to allow it. */
const GAP_CURES: Readonly<Record<GapKind, string>> = {
  unreadable: 'repair or remove what cannot be read',
  noAdvisoryData: 'load what is missing with "assay db update", where there is such data',
  unorderedVersion: 'check the versions that cannot be compared by hand',
  unknownSystem: 'name the system with --distro NAME/VERSION',
  endOfLife: 'move to a release that is still maintained',
  limit: 'raise the limit that was reached',
  timeout: 'raise --timeout',
  lazy: 'scan without --lazy',
  filtered: 'write the report without --severity and --only',
};

/**
 * `undefined` where the gate passed or was not asked. `command` is what the user typed, to check again with.
 * {@link Verdict.cure} `clears` lists the findings that the upgrades remove, not those that need an exception.
 */
export function cureOf(
  verdict: Verdict,
  results: readonly ArtifactResult[],
  advisories: ReadonlyMap<string, Advisory>,
  command: string,
): Verdict['cure'] | undefined {
  if (verdict.status !== 'fail' && verdict.status !== 'incomplete') return undefined;
  const deciding = new Set(verdict.causes.flatMap((cause) => cause.findingIds));
  const treatments = results.flatMap((result) => treatmentsOf(result, deciding, advisories));
  const others = results.flatMap((result) => otherFindings(result, deciding));
  const changed = results.flatMap((result) => changedPackages(result, others));
  const steps = [
    ...reinstallStep(changed, others),
    ...upgradeStep(treatments),
    ...exceptionStep(treatments),
    ...repairStep(others),
    ...gapSteps(verdict),
  ];
  if (steps.length === 0) return undefined;
  const clears = [...new Set(treatments.flatMap(({ fix }) => fix?.clears ?? []))];
  const upgrades = treatments.flatMap(({ patient, fix }) =>
    fix === undefined ? [] : [{ packageId: patient.pkg.id, version: fix.version }],
  );
  return { change: steps.join('; '), clears, upgrades, command };
}

/** Deciding findings that no exception set aside, by package. */
function treatmentsOf(
  { inventory, findings, suppressed }: ArtifactResult,
  deciding: ReadonlySet<string>,
  advisories: ReadonlyMap<string, Advisory>,
): readonly Treatment[] {
  const aside = new Set(suppressed.map(({ findingId }) => findingId));
  const byPackage = new Map<string, VulnerabilityFinding[]>();
  for (const finding of findings) {
    if (finding.kind !== 'vulnerability') continue;
    if (!deciding.has(finding.id) || aside.has(finding.id)) continue;
    const known = byPackage.get(finding.packageId) ?? [];
    known.push(finding);
    byPackage.set(finding.packageId, known);
  }
  return inventory.packages.flatMap((pkg) => {
    const own = byPackage.get(pkg.id);
    if (own === undefined) return [];
    const patient = { pkg: asFound(pkg, own), distro: inventory.distro, advisories };
    return [{ patient, findings: own, fix: bestFix(patient, own) }];
  });
}

/** Where all findings are of the version that the content shows, an upgrade starts from there, whatever the label says. */
function asFound(pkg: Package, findings: readonly VulnerabilityFinding[]): Package {
  const { evidencedVersion: version } = pkg.evidence;
  if (version === undefined || findings.some((it) => it.matchedVersion !== version)) return pkg;
  return { ...pkg, version, ...(pkg.source && { source: { ...pkg.source, version } }) };
}

function otherFindings(
  { findings }: ArtifactResult,
  deciding: ReadonlySet<string>,
): readonly Finding[] {
  return findings.filter(({ kind, id }) => kind !== 'vulnerability' && deciding.has(id));
}

/** Binary packages of one source are upgraded together, so they are one item. */
function upgradeStep(treatments: readonly Treatment[]): readonly string[] {
  const upgrades = new Set<string>();
  for (const { patient, fix } of treatments) {
    if (fix === undefined) continue;
    const { name, version, source, ecosystem } = patient.pkg;
    const isSource = ECOSYSTEMS[ecosystem].kind === 'os' && source !== undefined;
    upgrades.add(
      isSource
        ? `${source.name} ${source.version} to ${fix.version}`
        : `${name} ${version} to ${fix.version}`,
    );
  }
  return upgrades.size === 0 ? [] : [`upgrade ${listed([...upgrades])}`];
}

function exceptionStep(treatments: readonly Treatment[]): readonly string[] {
  const left = new Set<string>();
  for (const { findings, fix } of treatments) {
    for (const { id, advisoryId } of findings) {
      if (fix?.clears.includes(id) !== true) left.add(advisoryId);
    }
  }
  if (left.size === 0) return [];
  const them = left.size === 1 ? 'it' : 'them';
  return [
    `no version is known to fix ${listed([...left].sort())}: replace what needs ${them}, ` +
      `or accept ${them} in .trivyignore, with exp:YYYY-MM-DD and a reason`,
  ];
}

function repairStep(findings: readonly Finding[]): readonly string[] {
  const rules = findings.flatMap((finding) => (finding.kind === 'rule' ? [finding.rule] : []));
  return rules.length === 0 ? [] : [`correct what ${listed([...new Set(rules)])} found`];
}

/** Names of packages whose content contradicts their metadata. */
function changedPackages(
  { inventory }: ArtifactResult,
  findings: readonly Finding[],
): readonly string[] {
  const ids = new Set(
    findings.flatMap((it) => (it.kind === 'integrity' ? (it.packageId ?? []) : [])),
  );
  return inventory.packages.flatMap(({ id, name }) => (ids.has(id) ? [name] : []));
}

/** Nobody can tell from here whether the label or the content is wrong. */
function reinstallStep(
  changed: readonly string[],
  findings: readonly Finding[],
): readonly string[] {
  if (!findings.some(({ kind }) => kind === 'integrity')) return [];
  const names = [...new Set(changed)].sort();
  return names.length === 0
    ? ['find out who removed the records, and build it anew']
    : [`find out who changed ${listed(names)}, and install anew what was changed`];
}

const GAP_RULE = /^incomplete\/(?<name>[a-z-]+)$/u;

function gapSteps({ causes }: Verdict): readonly string[] {
  const steps = causes.flatMap(({ rule }) => {
    if (rule.startsWith('--exit-on-eol')) return [GAP_CURES.endOfLife];
    const name = GAP_RULE.exec(rule)?.groups?.['name'] ?? '';
    const kind = GAP_KINDS.get(name);
    return kind === undefined
      ? []
      : [`${GAP_CURES[kind]}, or allow it with --allow-incomplete=${name}`];
  });
  return [...new Set(steps)];
}

function listed(items: readonly string[]): string {
  const shown = items.slice(0, NAMED).join(', ');
  return items.length <= NAMED ? shown : `${shown} and ${items.length - NAMED} more`;
}
