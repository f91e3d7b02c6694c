/** The gates on evidence: tampering, and the least that must be known of each package. */

import { evidenceRank } from '../../core/model/report/evidence-level.ts';
import type { Finding } from '../../core/model/finding/finding.ts';
import type { Package } from '../../core/model/package/package.ts';
import type { Verdict } from '../../core/model/report/report.ts';
import type { PolicyOptions } from './options.ts';

type Cause = Verdict['causes'][number];

/** Packages named in a cause; the rest is counted. */
const MAX_NAMED = 5;

/**
 * Returns severe contradictions as causes if `--fail-on-tamper` is set. `findings` are those that
 * are not suppressed.
 */
export function tamperingCauses(
  findings: readonly Finding[],
  { failOnTamper }: Pick<PolicyOptions, 'failOnTamper'>,
): readonly Cause[] {
  if (failOnTamper !== true) return [];
  const severe = findings.filter(
    (finding) => finding.kind === 'integrity' && finding.contradiction.isSevere,
  );
  if (severe.length === 0) return [];
  const verb = severe.length === 1 ? 'contradiction' : 'contradictions';
  return [
    {
      rule: '--fail-on-tamper',
      findingIds: [...new Set(severe.map(({ id }) => id))],
      message: `${severe.length} ${verb} between content and metadata`,
    },
  ];
}

/** Returns the exceptions without effect, where `--fail-on-stale-ignore` asks for them. */
export function staleIgnoreCauses(
  withoutEffect: readonly string[],
  { failOnStaleIgnore }: Pick<PolicyOptions, 'failOnStaleIgnore'>,
): readonly Cause[] {
  if (failOnStaleIgnore !== true || withoutEffect.length === 0) return [];
  const shown = withoutEffect.slice(0, MAX_NAMED).join('; ');
  const rest = withoutEffect.length - MAX_NAMED;
  const what =
    withoutEffect.length === 1 ? '1 exception has' : `${withoutEffect.length} exceptions have`;
  return [
    {
      rule: STALE_RULE,
      findingIds: [],
      message: `${what} no effect: ${shown}${rest > 0 ? `; and ${rest} more` : ''}`,
    },
  ];
}

/** The rule that exceptions without effect break. */
const STALE_RULE = '--fail-on-stale-ignore';

/** Returns the messages of a pass for these gates. */
export function passedEvidenceRules({
  failOnTamper,
  minEvidence,
  failOnStaleIgnore,
}: Pick<PolicyOptions, 'failOnTamper' | 'minEvidence' | 'failOnStaleIgnore'>): readonly Omit<
  Cause,
  'findingIds'
>[] {
  const passed: Omit<Cause, 'findingIds'>[] = [];
  if (failOnStaleIgnore === true) {
    passed.push({ rule: STALE_RULE, message: 'every exception has an effect' });
  }
  if (failOnTamper === true) {
    passed.push({ rule: '--fail-on-tamper', message: 'no content contradicts its metadata' });
  }
  if (minEvidence !== undefined) {
    const message = `every package that is present is ${minEvidence} or better`;
    passed.push({ rule: `--min-evidence ${minEvidence}`, message });
  }
  return passed;
}

/**
 * Returns the packages below the level of `--min-evidence`. What is only declared has no content,
 * and is exempt.
 */
export function minEvidenceCauses(
  packages: readonly Package[],
  { minEvidence }: Pick<PolicyOptions, 'minEvidence'>,
): readonly Cause[] {
  if (minEvidence === undefined) return [];
  const below = packages.filter(
    ({ presence, evidence }) =>
      presence !== 'declared' && evidenceRank(evidence.level) < evidenceRank(minEvidence),
  );
  if (below.length === 0) return [];
  const names = below
    .slice(0, MAX_NAMED)
    .map(({ name, version, evidence }) => `${name} ${version} (${evidence.level})`);
  const rest = below.length - names.length;
  const more = rest > 0 ? ` and ${rest} more` : '';
  const what = below.length === 1 ? '1 package is' : `${below.length} packages are`;
  return [
    {
      rule: `--min-evidence ${minEvidence}`,
      findingIds: [],
      message: `${what} less than ${minEvidence}: ${names.join(', ')}${more}`,
      packageIds: below.map(({ id }) => id),
    },
  ];
}
