/** Sets findings aside, with the reason kept: exceptions first, then statuses, then what has no fix. */

import type { Advisory } from '../model/advisory.ts';
import type { Diagnostic, Finding } from '../model/finding.ts';
import type { Suppressed } from '../model/report.ts';
import { STATUS_NAMES } from '../model/status.ts';
import type { IgnoreEntry, PolicyOptions } from './options.ts';

/** Applies one set of exceptions to the results of one run, and remembers which of them were of use. */
export class Suppressor {
  private readonly entries = new Map<string, IgnoreEntry[]>();
  private readonly used = new Set<IgnoreEntry>();
  private readonly options: PolicyOptions;
  private readonly advisories: ReadonlyMap<string, Advisory>;

  constructor(options: PolicyOptions, advisories: ReadonlyMap<string, Advisory>) {
    this.options = options;
    this.advisories = advisories;
    for (const entry of options.ignore) {
      const key = entry.id.toLowerCase();
      const known = this.entries.get(key);
      if (known === undefined) this.entries.set(key, [entry]);
      else known.push(entry);
    }
  }

  /** Why a finding is set aside; `undefined` where it is not. */
  suppress(finding: Finding): Suppressed | undefined {
    return this.byEntry(finding) ?? this.byStatus(finding) ?? this.byMissingFix(finding);
  }

  /** Notes on entries that no finding needed. */
  staleNotes(): readonly Diagnostic[] {
    return this.options.ignore
      .filter((entry) => !this.used.has(entry))
      .map((entry) => ({
        stage: 'policy',
        message: `${entry.from}: no finding is called "${entry.id}"; the entry can be removed`,
      }));
  }

  private byEntry(finding: Finding): Suppressed | undefined {
    const entries = namesOf(finding, this.advisories).flatMap(
      (name) => this.entries.get(name.toLowerCase()) ?? [],
    );
    for (const entry of entries) this.used.add(entry);
    const [entry] = entries;
    if (entry === undefined) return undefined;
    return {
      findingId: finding.id,
      by: 'ignore',
      reason: entry.reason === undefined ? entry.from : `${entry.reason} (${entry.from})`,
      ...(entry.until === undefined ? {} : { until: entry.until }),
    };
  }

  private byStatus(finding: Finding): Suppressed | undefined {
    if (finding.kind !== 'vulnerability') return undefined;
    if (!this.options.ignoreStatuses.includes(finding.status)) return undefined;
    return {
      findingId: finding.id,
      by: 'status',
      reason: `--ignore-status: the status is ${STATUS_NAMES[finding.status]}`,
    };
  }

  private byMissingFix(finding: Finding): Suppressed | undefined {
    if (finding.kind !== 'vulnerability' || !this.options.ignoreUnfixed) return undefined;
    if (finding.fixedVersions.length > 0) return undefined;
    return {
      findingId: finding.id,
      by: 'unfixed',
      reason: '--ignore-unfixed: no fixed version is known',
    };
  }
}

/** Everything that an exception may call a finding. Contradicted content has no name: it cannot be ignored by id. */
function namesOf(finding: Finding, advisories: ReadonlyMap<string, Advisory>): readonly string[] {
  switch (finding.kind) {
    case 'vulnerability':
      return [finding.advisoryId, ...(advisories.get(finding.advisoryId)?.aliases ?? [])];
    case 'rule':
      return [finding.rule];
    case 'integrity':
      return [];
  }
}
