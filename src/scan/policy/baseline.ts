/** The baseline: the findings of another report, to separate new findings from known ones. */

import { indexBy } from '../../core/base/maps.ts';
import type { Advisory } from '../../core/model/advisory/advisory.ts';
import type { Finding } from '../../core/model/finding/finding.ts';
import { identityKeys, packageKey } from '../../core/model/finding/finding-identity.ts';
import type { Package } from '../../core/model/package/package.ts';
import type { BaselineResult, BaselineFinding, Report } from '../../core/model/report/report.ts';
import { pairRules, pastRule, type PairedRules, type PastRule } from './paired-rules.ts';

/** A finding with its package and advisory. */
interface Compared {
  readonly finding: Finding;
  readonly pkg?: Package | undefined;
  readonly advisory?: Advisory | undefined;
}

/** The findings of a report that others are compared with. */
export interface Baseline {
  /** The name that the user gave. */
  readonly name: string;
  /** The artifacts of the report, for people. */
  readonly reference: string;
  /** When the report was made, or the thing was scanned. */
  readonly judgedAt: string;
  readonly findings: readonly {
    readonly keys: readonly string[];
    readonly past: BaselineFinding;
    /** The rule of a rule finding. */
    readonly rule?: PastRule;
  }[];
  /** Packages whatever their version, to see whether it is of the same thing at all. */
  readonly packageKeys: ReadonlySet<string>;
  /** Severities of which it leaves findings out. */
  readonly isFiltered: boolean;
}

/**
 * Returns the findings of a report, also those that were set aside then: they were there.
 * Contradicted content is not a part of it, because the gate on it looks at what is there now.
 */
export function baselineOf(report: Report, name: string): Baseline {
  const findings = report.results.flatMap((result) => {
    const packages = indexBy(result.inventory.packages, 'id');
    return result.findings.flatMap((finding) => {
      if (finding.kind === 'integrity') return [];
      if (finding.kind === 'rule') {
        const rule = pastRule(finding);
        const past = pastOf(finding, undefined);
        return [{ keys: identityKeys(finding, undefined, undefined), past, rule }];
      }
      const pkg = packages.get(finding.packageId);
      const advisory = report.advisories.get(finding.advisoryId);
      return [{ keys: identityKeys(finding, pkg, advisory), past: pastOf(finding, pkg) }];
    });
  });
  const packages = report.results.flatMap(({ inventory }) => inventory.packages);
  return {
    name,
    reference: report.results.map(({ artifact }) => artifact.reference).join(', '),
    judgedAt: report.startedAt,
    findings,
    packageKeys: new Set(packages.map(packageKey)),
    isFiltered: report.results.some(({ notShown }) =>
      Object.values(notShown).some((number) => number > 0),
    ),
  };
}

function pastOf(
  finding: Exclude<Finding, { kind: 'integrity' }>,
  pkg: Package | undefined,
): BaselineFinding {
  const { id, severity } = finding;
  if (finding.kind === 'rule') {
    const { rule, location } = finding;
    return { findingId: id, name: rule, severity, package: location.path, version: '' };
  }
  const { advisoryId, packageId, matchedVersion } = finding;
  const name = pkg?.name ?? packageId;
  return { findingId: id, name: advisoryId, severity, package: name, version: matchedVersion };
}

/** Separates the findings that a baseline has from new ones. */
export class BaselineIndex {
  readonly #baseline: Baseline;
  readonly #known: ReadonlySet<string>;
  readonly #rules: PairedRules;

  /** `all` are the findings of now, also those that are set aside. */
  constructor(baseline: Baseline, all: readonly Finding[]) {
    this.#baseline = baseline;
    this.#known = new Set(baseline.findings.flatMap(({ keys }) => keys));
    this.#rules = pairRules(
      all,
      baseline.findings.flatMap(({ rule }) => rule ?? []),
    );
  }

  /** Returns whether the baseline has the finding, in whatever version. */
  has({ finding, pkg, advisory }: Compared): boolean {
    if (finding.kind === 'rule') return this.#rules.known.has(finding);
    return identityKeys(finding, pkg, advisory).some((key) => this.#known.has(key));
  }

  /**
   * Returns the changes. `all` are all current findings, `left` those that are not suppressed: only
   * these count as new; suppressed ones are still present, and not fixed.
   */
  compare(
    all: readonly Compared[],
    left: readonly Compared[],
    packages: readonly Package[],
  ): BaselineResult {
    const { name, reference, judgedAt, findings } = this.#baseline;
    const now = new Set(
      all.flatMap(({ finding, pkg, advisory }) => identityKeys(finding, pkg, advisory)),
    );
    const judged = left.filter(({ finding }) => finding.kind !== 'integrity');
    const added = judged.filter((subject) => !this.has(subject));
    const doubt = this.#doubt(packages);
    return {
      name,
      reference,
      judgedAt,
      newIds: [...new Set(added.map(({ finding }) => finding.id))],
      unchangedCount: judged.length - added.length,
      fixed: findings
        .filter(({ keys, rule }) =>
          rule === undefined
            ? !keys.some((key) => now.has(key))
            : !this.#rules.stillThere.has(rule),
        )
        .map(({ past }) => past),
      ...(doubt !== undefined && { doubt }),
    };
  }

  /**
   * Returns the reason for a limited comparison: a baseline of another artifact makes every finding
   * new, or hides new ones.
   */
  #doubt(packages: readonly Package[]): string | undefined {
    const { packageKeys, isFiltered } = this.#baseline;
    const own = new Set(packages.map(packageKey));
    const shared = [...own].filter((key) => packageKeys.has(key)).length;
    const smaller = Math.min(own.size, packageKeys.size);
    if (shared * 2 < smaller || (smaller === 0 && own.size + packageKeys.size > 0)) {
      return `it shares ${shared} of ${smaller} packages with what was scanned; is it of the same thing?`;
    }
    if (!isFiltered) return undefined;
    return 'it leaves out findings because of --severity or --only; these count as new';
  }
}
