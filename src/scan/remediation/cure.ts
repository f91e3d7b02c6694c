/**
 * The shortest change that flips a verdict: which packages to upgrade, and what remains to be
 * accepted because nothing fixes it. It is worked out from the advisories that the report carries;
 * whether the new versions bring flaws of their own is known after the next scan, so the command
 * for that is part of the cure.
 */

import { appendTo, indexBy } from '../../core/base/maps.ts';
import type { Advisory } from '../../core/model/advisory/advisory.ts';
import { ECOSYSTEMS } from '../../core/model/package/ecosystem.ts';
import type { Finding, VulnerabilityFinding } from '../../core/model/finding/finding.ts';
import { gapKindsByName } from '../../core/model/finding/gap-names.ts';
import { GAPS } from '../../core/model/finding/gap.ts';
import type { Package } from '../../core/model/package/package.ts';
import type { ArtifactResult, Report, Verdict } from '../../core/model/report/report.ts';
import { bestFix, type Fix, type VulnerablePackage } from './lowest-fix.ts';
import { packagesToRemove, removalSteps } from './malicious-removal.ts';

/** Exceptions that a sentence names; {@link Verdict.cure} `exceptions` lists all. */
const NAMED_EXCEPTIONS = 50;

/** One package and what becomes of its deciding findings. */
interface Treatment {
  readonly patient: VulnerablePackage;
  readonly findings: readonly VulnerabilityFinding[];
  readonly fix: Fix | undefined;
}

/** Returns the report with the cure of its verdict. `command` is as in {@link cureOf}. */
export function withCure<One extends Pick<Report, 'results' | 'advisories' | 'verdict'>>(
  report: One,
  command: string,
): One {
  const cure = cureOf(report.verdict, report.results, report.advisories, command);
  return cure === undefined ? report : { ...report, verdict: { ...report.verdict, cure } };
}

/**
 * Returns `undefined` where the gate passed or was not asked. `command` is what the user typed, to
 * check again with. {@link Verdict.cure} `clears` lists the findings that the upgrades remove, not
 * those that need an exception.
 */
export function cureOf(
  verdict: Verdict,
  results: readonly ArtifactResult[],
  advisories: ReadonlyMap<string, Advisory>,
  command: string,
): Verdict['cure'] | undefined {
  if (verdict.status !== 'fail' && verdict.status !== 'incomplete') return undefined;
  const deciding = new Set(verdict.causes.flatMap((cause) => cause.findingIds));
  const malicious = results.flatMap((result) => packagesToRemove(result, deciding));
  const removed = new Set(malicious.map(({ pkg }) => pkg.id));
  const treatments = leastOf(
    results
      .flatMap((result) => treatmentsOf(result, deciding, advisories))
      .filter(({ patient }) => !removed.has(patient.pkg.id)),
    verdict,
  );
  const others = results.flatMap((result) => otherFindings(result, deciding));
  const changed = results.flatMap((result) => changedPackages(result, others));
  const packages = indexBy(
    results.flatMap(({ inventory }) => inventory.packages),
    'id',
  );
  const forbidden = aboutPackages(verdict, FORBIDS);
  const removals = [...new Set([...removed, ...forbidden])];
  const reinstalls = aboutPackages(verdict, ASKS_EVIDENCE);
  const exceptions = unfixable(treatments);
  const steps = [
    ...trustSteps(verdict),
    ...removalSteps(malicious),
    ...reinstallStep(changed, others),
    ...packageStep(forbidden, packages, REMOVE),
    ...packageStep(reinstalls, packages, REINSTALL),
    ...upgradeStep(treatments, packages),
    ...exceptionStep(exceptions),
    ...repairStep(others),
    ...staleStep(verdict),
    ...gapSteps(verdict),
  ];
  if (steps.length === 0) return undefined;
  const clears = [...new Set(treatments.flatMap(({ fix }) => fix?.clears ?? []))];
  const upgrades = treatments.flatMap(({ patient, fix }) =>
    fix === undefined ? [] : [{ packageId: patient.pkg.id, version: fix.version }],
  );
  return {
    change: steps.join('; '),
    clears,
    upgrades,
    ...(removals.length > 0 && { removals }),
    ...(reinstalls.length > 0 && { reinstalls }),
    ...(exceptions.length > 0 && { exceptions }),
    command,
  };
}

const FORBIDS = /(?:^--|, )forbid /u;
const ASKS_EVIDENCE = /^--min-evidence /u;

/**
 * Returns the packages of causes that are about packages; of those that tolerate some, as many as
 * are too many.
 */
function aboutPackages({ causes }: Verdict, rules: RegExp): readonly string[] {
  const ids = causes.flatMap(({ rule, packageIds = [], toleratedCount = 0 }) =>
    rules.test(rule) ? packageIds.slice(toleratedCount) : [],
  );
  return [...new Set(ids)];
}

/**
 * Returns the treatments without unnecessary ones, because a condition tolerates some findings: the
 * ones that clear least are left out first, and those that need an exception before all others.
 */
function leastOf(treatments: readonly Treatment[], { causes }: Verdict): readonly Treatment[] {
  const needs = causes.map(({ findingIds, toleratedCount = 0 }) => ({
    ids: new Set(findingIds),
    tolerated: toleratedCount,
  }));
  if (needs.every(({ tolerated }) => tolerated === 0)) return treatments;
  let kept: readonly Treatment[] = treatments;
  const byWorth = treatments.toSorted(
    (a, b) => (a.fix?.clears.length ?? 0) - (b.fix?.clears.length ?? 0),
  );
  const left = new Set<string>();
  for (const treatment of byWorth) {
    const more = treatment.findings.map(({ id }) => id);
    const isTolerated = needs.every(({ ids, tolerated }) => {
      const staying = [...left, ...more].filter((id) => ids.has(id));
      return new Set(staying).size <= tolerated;
    });
    if (!isTolerated) continue;
    for (const id of more) left.add(id);
    kept = kept.filter((one) => one !== treatment);
  }
  return kept;
}

/** Returns the deciding findings that no exception suppressed, by package. */
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
    appendTo(byPackage, finding.packageId, finding);
  }
  return inventory.packages.flatMap((pkg) => {
    const own = byPackage.get(pkg.id);
    if (own === undefined) return [];
    const patient = { pkg: asFound(pkg, own), distro: inventory.distro, advisories };
    return [{ patient, findings: own, fix: bestFix(patient, own) }];
  });
}

/**
 * Returns the package to upgrade. If all findings are for the version that the content shows, the
 * upgrade starts from that version, whatever the label.
 */
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

/**
 * Binary packages of one source are upgraded together, so they are one item. All are named: a cure
 * that is cut does not flip the verdict.
 */
function upgradeStep(
  treatments: readonly Treatment[],
  packages: ReadonlyMap<string, Package>,
): readonly string[] {
  const upgrades = new Set<string>();
  for (const { patient, findings, fix } of treatments) {
    if (fix === undefined) continue;
    const { name, version, source, ecosystem } = patient.pkg;
    const isSource = ECOSYSTEMS[ecosystem].kind === 'os' && source !== undefined;
    upgrades.add(
      isSource
        ? `${source.name} ${source.version} to ${fix.version}`
        : `${name} ${version} to ${fix.version}${pulledInText(findings, packages)}`,
    );
  }
  return upgrades.size === 0 ? [] : [`upgrade ${listed([...upgrades])}`];
}

/**
 * Returns the package that the project itself asks for, of one that came with it; empty for the
 * others.
 */
function pulledInText(
  findings: readonly VulnerabilityFinding[],
  packages: ReadonlyMap<string, Package>,
): string {
  const [id] = findings.flatMap(({ pulledInBy = [] }) => pulledInBy.slice(0, 1));
  const pkg = packages.get(id ?? '');
  return pkg === undefined ? '' : ` (pulled in by ${`${pkg.name} ${pkg.version}`.trim()})`;
}

/** Returns the advisories of findings that no version clears. */
function unfixable(treatments: readonly Treatment[]): readonly string[] {
  const left = new Set<string>();
  for (const { findings, fix } of treatments) {
    for (const { id, advisoryId } of findings) {
      if (fix?.clears.includes(id) !== true) left.add(advisoryId);
    }
  }
  return [...left].sort();
}

function exceptionStep(advisoryIds: readonly string[]): readonly string[] {
  if (advisoryIds.length === 0) return [];
  const them = advisoryIds.length === 1 ? 'it' : 'them';
  const more = advisoryIds.length - NAMED_EXCEPTIONS;
  const names = listed(advisoryIds.slice(0, NAMED_EXCEPTIONS));
  const rest = more > 0 ? ` and ${more} more (all in -o verdict=FILE)` : '';
  return [
    `no version is known to fix ${names}${rest}: replace what needs ${them}, ` +
      `or accept ${them} in .trivyignore, with exp:YYYY-MM-DD and a reason`,
  ];
}

const REMOVE = (names: string): string => `remove or replace ${names}, which the policy forbids`;
const REINSTALL = (names: string): string =>
  `install ${names} anew, from where their manifests can be checked`;

function packageStep(
  ids: readonly string[],
  packages: ReadonlyMap<string, Package>,
  sentence: (names: string) => string,
): readonly string[] {
  const names = ids.map((id) => {
    const pkg = packages.get(id);
    return pkg === undefined ? id : `${pkg.name} ${pkg.version}`.trim();
  });
  return names.length === 0 ? [] : [sentence(listed([...new Set(names)]))];
}

function staleStep({ causes }: Verdict): readonly string[] {
  return causes.some(({ rule }) => rule.startsWith('--fail-on-stale-ignore'))
    ? ['remove the exceptions that have no effect, with "assay ignore prune"']
    : [];
}

function repairStep(findings: readonly Finding[]): readonly string[] {
  const rules = findings.flatMap((finding) => (finding.kind === 'rule' ? [finding.rule] : []));
  return rules.length === 0 ? [] : [`correct what ${listed([...new Set(rules)])} found`];
}

/** Returns the names of packages whose content contradicts their metadata. */
function changedPackages(
  { inventory }: ArtifactResult,
  findings: readonly Finding[],
): readonly string[] {
  const ids = new Set(
    findings.flatMap((it) => (it.kind === 'integrity' ? (it.packageId ?? []) : [])),
  );
  return inventory.packages.flatMap(({ id, name }) => (ids.has(id) ? [name] : []));
}

/**
 * Returns the step to reinstall packages. The wrong one of label and content cannot be determined
 * here.
 */
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

/** The messages of these causes name the image or the source, and what would count. */
function trustSteps({ causes }: Verdict): readonly string[] {
  const isBroken = (prefix: string): boolean => causes.some(({ rule }) => rule.startsWith(prefix));
  return [
    ...(isBroken('signature/')
      ? ['have it signed with a key or identity that the trust file allows']
      : []),
    ...(isBroken('source/') ? ['take it from a source that the trust file allows'] : []),
  ];
}

const GAP_RULE = /^incomplete\/(?<name>[a-z-]+)$/u;

function gapSteps({ causes }: Verdict): readonly string[] {
  const kinds = gapKindsByName();
  const steps = causes.flatMap(({ rule }) => {
    if (rule.startsWith('--exit-on-eol')) return [GAPS.endOfLife.cure];
    const name = GAP_RULE.exec(rule)?.groups?.['name'] ?? '';
    const kind = kinds.get(name);
    return kind === undefined
      ? []
      : [`${GAPS[kind].cure}, or allow it with --allow-incomplete=${name}`];
  });
  return [...new Set(steps)];
}

function listed(items: readonly string[]): string {
  return items.join(', ');
}
