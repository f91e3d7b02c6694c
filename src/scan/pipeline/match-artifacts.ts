/**
 * From inventories to findings: opens the advisory base for what the packages need, and matches
 * each inventory.
 */

import type { AdvisoryBase, PreparedBase } from '../../advisories/store/advisory-base.ts';
import { compareKeys } from '../../core/base/compare.ts';
import type { Context } from '../../core/base/context.ts';
import { runComputation } from '../../core/base/forced-exit.ts';
import { AssayError } from '../../core/base/errors.ts';
import { indexBy } from '../../core/base/maps.ts';
import {
  needsOf,
  prepareMatch,
  type PreparedMatch,
  type RatedMatch,
} from '../match/match-inventory.ts';
import { joinAdvisories } from '../match/merge-advisories.ts';
import { settlesSeverity } from '../match/extra-ratings.ts';
import { missingSourceGaps } from '../match/missing-source-gaps.ts';
import type {
  Advisory,
  AdvisoryNeed,
  AdvisoryReader,
  Rating,
} from '../../core/model/advisory/advisory.ts';
import { advisoryNeed } from '../../core/model/distro/distro.ts';
import { ECOSYSTEMS } from '../../core/model/package/ecosystem.ts';
import type { Diagnostic, VulnerabilityFinding } from '../../core/model/finding/finding.ts';
import { isMalicious } from '../../core/model/advisory/malicious.ts';
import type { Matches } from '../../core/model/advisory/matches.ts';
import type { Distro } from '../../core/model/package/package.ts';
import { NO_SOURCE_PACKAGES_NOTE } from '../../core/model/package/missing-source-packages.ts';
import {
  needsOfDevDependencies,
  withMaliciousDevDependencies,
} from './excluded-dev-dependencies.ts';
import { putMatches } from './cache/match-cache.ts';
import { PACKAGE_TYPES, type ScannedArtifact, type EvaluationRequest } from './request.ts';

/** A subject and what is known of its packages. */
export interface MatchedArtifact {
  readonly subject: ScannedArtifact;
  readonly outcome: Matches;
}

/** All subjects with their matches. */
export interface MatchedArtifacts {
  readonly matched: readonly MatchedArtifact[];
  /** Advisories of all subjects. */
  readonly advisories: ReadonlyMap<string, Advisory>;
}

/**
 * Matches inventories against the advisories of a base.
 *
 * @throws AssayError `ADVISORY_DATA_MISSING` where nothing is known of any package of a subject.
 */
export async function matchArtifacts(
  subjects: readonly ScannedArtifact[],
  request: EvaluationRequest & {
    readonly advisories: AdvisoryBase;
    readonly prepared?: PreparedBase | undefined;
  },
  context: Context,
): Promise<MatchedArtifacts> {
  const packageTypes = request.packageTypes ?? PACKAGE_TYPES;
  const needs = needsOfAll(subjects, packageTypes);
  const { advisories, prepared } = request;
  const opened = await (prepared?.open() ?? advisories.open(needs, context));
  const { maxFindings } = context.limits;
  const { outcomes, reader } = await ratedMatches(subjects, opened, { ...request, maxFindings });
  const said = new Set<string>();
  const match = (subject: ScannedArtifact, index: number): MatchedArtifact => {
    const outcome = outcomes[index] ?? raise(subject);
    const hasPackages = outcome.packageCount > 0 || unlisted(subject).length > 0;
    if (hasPackages && outcome.coveredPackageCount === 0) {
      throw dataMissing(subject, reader, outcome);
    }
    const diagnostics = [
      ...outcome.diagnostics,
      ...(asksBySource(subject, packageTypes) ? missingSourceGaps(subject.inventory, reader) : []),
      ...notesOf(reader, said),
    ];
    return { subject, outcome: { ...outcome, diagnostics } };
  };
  const matched = await runComputation(() => subjects.map(match));
  const [first] = matched;
  if (first !== undefined && first.outcome.coveredPackageCount > 0) {
    await putMatches(subjects, request, { needs, state: reader.state, matches: first.outcome });
  }
  return { matched, advisories: joinAdvisories(matched.map(({ outcome }) => outcome.advisories)) };
}

/**
 * Returns whether the subject is a document that names no source packages, and its packages of a
 * system are asked about.
 */
function asksBySource(
  { artifact, diagnostics }: ScannedArtifact,
  packageTypes: readonly ('os' | 'library')[],
): boolean {
  if (artifact.kind !== 'sbom' || !packageTypes.includes('os')) return false;
  return diagnostics.some(({ message }) => message === NO_SOURCE_PACKAGES_NOTE);
}

/**
 * Returns the matches of all subjects. Severities that no loaded data settles are fetched in
 * between, where that is allowed; the reader that is answered has them.
 */
async function ratedMatches(
  subjects: readonly ScannedArtifact[],
  opened: AdvisoryReader,
  request: EvaluationRequest & { readonly maxFindings: number },
): Promise<{ readonly outcomes: readonly Matches[]; readonly reader: AdvisoryReader }> {
  const { severitySources = [], maxFindings } = request;
  const needsScore = asksForScore(request);
  const packageTypes = request.packageTypes ?? PACKAGE_TYPES;
  const options = { severitySources, packageTypes, needsScore, maxFindings };
  const prepareAll = (reader: AdvisoryReader): readonly PreparedMatch[] =>
    subjects.map(({ inventory }) => prepareMatch(inventory, reader, options));
  const prepared = await runComputation(() => prepareAll(opened));
  const uncorrected = opened.uncorrected && prepareAll(opened.uncorrected);
  const unscored = new Set<string>();
  for (const { unscoredIds } of prepared) for (const id of unscoredIds) unscored.add(id);
  const finish = async (reader: AdvisoryReader): Promise<readonly RatedMatch[]> => {
    const elsewhere = await reader.ratingsElsewhere?.([...unscored]);
    return runComputation(() =>
      prepared.map((one, index): RatedMatch => {
        const rated = one.finish(reader, elsewhere);
        const plain = uncorrected?.[index]?.finish(reader.uncorrected ?? reader, elsewhere);
        const matches = withRemoved(rated.matches, plain?.matches);
        const subject = subjects[index];
        if (subject?.leftOut === undefined) return { ...rated, matches };
        return {
          ...rated,
          matches: withMaliciousDevDependencies(matches, subject, reader, options),
        };
      }),
    );
  };
  const rated = await finish(opened);
  const ids = new Set<string>();
  for (const { unsettledIds } of rated) for (const id of unsettledIds) ids.add(id);
  const isSettledBy = (ratings: readonly Rating[]): boolean =>
    settlesSeverity(ratings, severitySources, needsScore);
  const better =
    ids.size === 0 ? undefined : await opened.fetchRatings?.({ ids: [...ids], isSettledBy });
  const outcomes = better === undefined ? rated : await finish(better);
  return { outcomes: outcomes.map(({ matches }) => matches), reader: better ?? opened };
}

/** Returns whether a condition asks for a CVSS score. */
function asksForScore({ policy }: EvaluationRequest): boolean {
  return policy?.failOn?.some(({ minCvss }) => minCvss !== undefined) === true;
}

function raise({ artifact }: ScannedArtifact): never {
  throw new RangeError(`no matches of "${artifact.reference}"`);
}

/**
 * Adds the findings that corrections of the user removed: a correction is an exception, and sets
 * aside what it removes where everybody can see it.
 */
function withRemoved(corrected: Matches, plain: Matches | undefined): Matches {
  if (plain === undefined) return corrected;
  // No correction turns a known malicious package into something else.
  const malicious = new Map(
    plain.findings.flatMap((one) => (isMalicious(one) ? [[one.id, one]] : [])),
  );
  const kept = corrected.findings.map((finding) => malicious.get(finding.id) ?? finding);
  const left = indexBy(kept, 'id');
  const removed = plain.findings.filter(({ id }) => !left.has(id));
  const changed = plain.findings.filter((finding) => {
    const other = left.get(finding.id);
    return other !== undefined && factsOf(other) !== factsOf(finding);
  });
  if (removed.length === 0 && changed.length === 0) {
    return malicious.size === 0 ? corrected : { ...corrected, findings: kept };
  }
  const needed = new Set(removed.map(({ advisoryId }) => advisoryId));
  const added = [...plain.advisories].filter(
    ([id]) => needed.has(id) && !corrected.advisories.has(id),
  );
  return {
    ...corrected,
    findings: [...kept, ...removed],
    advisories: new Map([...corrected.advisories, ...added].sort(compareKeys)),
    corrected: { removedIds: removed.map(({ id }) => id), changedCount: changed.length },
  };
}

/** Returns the facts of a finding that a gate may use. */
function factsOf({ severity, status, fixedVersions }: VulnerabilityFinding): string {
  return JSON.stringify([severity, status, fixedVersions]);
}

/** Returns the notes of the data itself, each once in a report. */
function notesOf(reader: AdvisoryReader, said: Set<string>): readonly Diagnostic[] {
  if (reader.notes === undefined) return [];
  const notes = reader.notes().filter(({ message }) => !said.has(message));
  for (const { message } of notes) said.add(message);
  return notes.map((note) => ({ stage: 'advisory', ...note }));
}

/**
 * Returns catalogers' diagnostics about packages that no inventory can hold because their ecosystem
 * is unknown.
 */
function unlisted({ diagnostics }: ScannedArtifact): readonly Diagnostic[] {
  return diagnostics.filter(({ stage, gap }) => stage === 'catalog' && gap === 'noAdvisoryData');
}

function dataMissing(
  subject: ScannedArtifact,
  reader: AdvisoryReader,
  { diagnostics }: Matches,
): AssayError {
  const { artifact, inventory } = subject;
  const needs = needsOf(inventory).filter((need) => reader.coverage(need).length === 0);
  const names = needs.map((need) => needName(need));
  const unknown = diagnostics.find(({ gap }) => gap === 'unknownSystem');
  if (needs.length === 0 && unknown !== undefined && isKnown(inventory.distro)) {
    return new AssayError(
      'ADVISORY_DATA_MISSING',
      `no package of "${artifact.reference}" could be matched: ${unknown.message}`,
    );
  }
  if (inventory.distro !== undefined && needs.every((need) => need.release === undefined)) {
    names.unshift(systemName(inventory.distro));
  }
  const [first] = unlisted(subject);
  const missing =
    names.length === 0 && first !== undefined
      ? first.message
      : `nothing is loaded for ${names.join(', ') || 'an unknown system'}`;
  return new AssayError(
    'ADVISORY_DATA_MISSING',
    `no advisory data for any package of "${artifact.reference}": ${missing}`,
    {
      hint:
        needs.length === 0
          ? 'Assay knows no advisories for these. `--scanners packages` lists its packages without matching.'
          : 'Get it with `assay db update`, or with `assay db update --mirror URL|DIR` or `assay db import PATH` where there is no network. `--scanners packages` lists packages without matching.',
    },
  );
}

function isKnown(distro: Distro | undefined): boolean {
  return distro !== undefined && advisoryNeed(distro) !== undefined;
}

function needName({ ecosystem, release }: AdvisoryNeed): string {
  const { label } = ECOSYSTEMS[ecosystem];
  return release === undefined ? label : `${label} ${release}`;
}

function systemName({ id, versionId }: Distro): string {
  return versionId === '' ? id : `${id} ${versionId}`;
}

/** Returns the advisories that the packages of all subjects need, each need once. */
function needsOfAll(
  subjects: readonly ScannedArtifact[],
  packageTypes: readonly ('os' | 'library')[],
): readonly AdvisoryNeed[] {
  const needs = new Map<string, AdvisoryNeed>();
  for (const subject of subjects) {
    for (const need of needsOf(subject.inventory, packageTypes)) needs.set(needName(need), need);
    if (subject.leftOut === undefined) continue;
    for (const need of needsOfDevDependencies(subject)) needs.set(needName(need), need);
  }
  return [...needs.values()];
}
