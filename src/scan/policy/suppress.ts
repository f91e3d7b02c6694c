/**
 * Sets findings aside, with the reason kept: exceptions first, then comments in files, then
 * statements (VEX), then statuses, then what has no fix.
 */

import { AssayError } from '../../core/base/errors.ts';
import { appendTo, indexBy } from '../../core/base/maps.ts';
import { pluralize } from '../../core/base/pluralize.ts';
import type { Advisory } from '../../core/model/advisory/advisory.ts';
import type { Diagnostic, Finding } from '../../core/model/finding/finding.ts';
import { groupNames } from '../../core/model/advisory/group-names.ts';
import type { Package } from '../../core/model/package/package.ts';
import { isMalicious } from '../../core/model/advisory/malicious.ts';
import type { MatchCorrections } from '../../core/model/advisory/matches.ts';
import type { ArtifactResult, Suppressed } from '../../core/model/report/report.ts';
import { ruleNames } from '../../core/model/rule/rule-names.ts';
import type { ScanPart } from '../../core/model/rule/rule-scanner.ts';
import { STATUS_NAMES } from '../../core/model/finding/status-names.ts';
import { ruleProblem } from './exceptions/entry-checks.ts';
import type { ExceptionProblem, IgnoreEntry } from './exceptions/exception.ts';
import { compileScope, type ScopeTest, type ScopeSubject } from './exceptions/scope.ts';
import { mayBeMet, powerlessMessage, staleMessage } from './exceptions/stale-entries.ts';
import { commentEntries, commentProblem, mayCommentsCount } from './inline-comments.ts';
import type { PolicyOptions } from './options.ts';
import { VexSuppressor } from './vex/suppress.ts';

/** The options that suppress findings. */
type Suppressing = Pick<
  PolicyOptions,
  | 'ignore'
  | 'ignoreProblems'
  | 'overrides'
  | 'exceptionRules'
  | 'vex'
  | 'ignoreStatuses'
  | 'ignoreUnfixed'
  | 'inlineComments'
>;

/** The examined parts of one artifact's result. */
export type Examined = Pick<ArtifactResult, 'inventory' | 'findings'> &
  Partial<Pick<ArtifactResult, 'artifact' | 'scanners'>> & {
    readonly corrected?: MatchCorrections;
  };

/** An entry, ready to be asked. */
interface Ready {
  readonly entry: IgnoreEntry;
  readonly isWithin: ScopeTest | undefined;
}

/**
 * Applies one set of exceptions to the results of one run, and remembers which of them were of use.
 */
export class Suppressor {
  /** By id in lower case. */
  readonly #byId = new Map<string, Ready[]>();
  /** Entries that name no id. */
  readonly #anonymous: Ready[] = [];
  /** Entries that count, by date and by the policy. */
  readonly #entries: IgnoreEntry[] = [];
  readonly #problems: ExceptionProblem[];
  readonly #used = new Set<IgnoreEntry>();
  readonly #options: Suppressing;
  readonly #advisories: ReadonlyMap<string, Advisory>;
  readonly #vex: VexSuppressor;
  /** Problems of comments that are among {@link Suppressor.#problems} already. */
  readonly #commentProblems = new Set<string>();
  /** The parts that were scanned in any artifact; `undefined` if one of them does not state it. */
  #looked: Set<ScanPart> | undefined = new Set();
  /** Findings with comments that do not count in their artifact. */
  #uncountedComments = 0;
  readonly #now: number;
  /** Exceptions that are about a malicious package and do not clear it, with the package. */
  readonly #powerless = new Map<IgnoreEntry, string>();

  /**
   * `now` is in milliseconds since the Unix epoch.
   * @throws AssayError `CONFIG_INVALID` where a path of an exception is not a glob.
   */
  constructor(options: Suppressing, advisories: ReadonlyMap<string, Advisory>, now: number) {
    this.#options = options;
    this.#advisories = advisories;
    this.#now = now;
    this.#vex = new VexSuppressor(options.vex ?? [], options.exceptionRules);
    this.#problems = [...(options.ignoreProblems ?? [])];
    const { exceptionRules } = options;
    for (const entry of options.ignore) {
      const problem = exceptionRules && ruleProblem(entry, exceptionRules, now);
      if (problem !== undefined) {
        this.#problems.push(problem);
        continue;
      }
      this.#entries.push(entry);
      const ready = { entry, isWithin: compiled(entry) };
      if (entry.id === undefined) this.#anonymous.push(ready);
      else {
        const key = entry.id.toLowerCase();
        appendTo(this.#byId, key, ready);
      }
    }
  }

  /** Returns the suppressed findings of an artifact with the reasons, in their order. */
  suppressAll(examined: Examined): readonly Suppressed[] {
    const { inventory, findings, artifact, corrected, scanners } = examined;
    if (scanners === undefined) this.#looked = undefined;
    for (const part of scanners ?? []) this.#looked?.add(part);
    const removedIds = new Set(corrected?.removedIds);
    const packages = indexBy(inventory.packages, 'id');
    const vex = this.#vex.of(inventory, artifact);
    return findings.flatMap((finding) => {
      const pkg = packageOf(finding, packages);
      const names = namesOf(finding, this.#advisories);
      if (isMalicious(finding)) {
        const subject = { finding, pkg, distro: inventory.distro };
        return this.#byNamingEntry(subject, [...names, ...finding.malicious.by]) ?? [];
      }
      return (
        this.#byEntry({ finding, pkg, distro: inventory.distro }, [
          ...names,
          ...(finding.kind === 'vulnerability' ? groupNames(pkg) : []),
        ]) ??
        this.#byComment(finding, artifact) ??
        (removedIds.has(finding.id) ? this.#byOverride(finding, names) : undefined) ??
        vex.suppress(finding, pkg, names) ??
        this.#byStatus(finding) ??
        this.#byMissingFix(finding) ??
        []
      );
    });
  }

  /**
   * Exceptions that have no effect: no finding needed them, they have expired, or they are not as
   * they should be; each with a message that begins with its place.
   */
  withoutEffect(): readonly string[] {
    const stale = this.unused()
      .filter((entry) => mayBeMet(entry, this.#looked))
      .map((entry) => {
        const malicious = this.#powerless.get(entry);
        return malicious === undefined ? staleMessage(entry) : powerlessMessage(entry, malicious);
      });
    const dead = this.#problems.filter(({ kind }) => kind !== 'note').map(problemText);
    return [...dead, ...stale];
  }

  /** Exceptions that count, and that no finding needed. */
  unused(): readonly IgnoreEntry[] {
    return this.#entries.filter((entry) => !this.#used.has(entry));
  }

  /** One sentence for each attested VEX document that sets findings aside. */
  attestedNotes(): readonly string[] {
    return this.#vex.attestedNotes();
  }

  /** All that is to be said of exceptions and statements. */
  notes(): readonly Diagnostic[] {
    const minor = this.#problems.filter(({ kind }) => kind === 'note').map(problemText);
    const own = [...this.withoutEffect(), ...minor, ...this.#commentNotes()];
    return [
      ...own.map((message): Diagnostic => ({ stage: 'policy', message })),
      ...this.#vex.notes(),
    ];
  }

  #byEntry(subject: ScopeSubject, names: readonly string[]): Suppressed | undefined {
    const entries = this.#entriesAbout(subject, names);
    for (const { entry } of entries) this.#used.add(entry);
    const [first] = entries;
    return first && suppressedAs('ignore', subject.finding, first.entry);
  }

  /**
   * Returns the suppression as {@link Suppressor.#byEntry} does, for a malicious package: only
   * entries that name both the id and the package count.
   */
  #byNamingEntry(subject: ScopeSubject, names: readonly string[]): Suppressed | undefined {
    const { finding, pkg } = subject;
    const entries = this.#entriesAbout(subject, names);
    const naming = entries.filter(({ entry }) => namesBoth(entry));
    for (const { entry } of naming) this.#used.add(entry);
    for (const { entry } of entries) {
      if (!namesBoth(entry)) this.#powerless.set(entry, pkg?.name ?? '');
    }
    const [first] = naming;
    return first && suppressedAs('ignore', finding, first.entry);
  }

  /** A comment beside the finding. */
  #byComment(finding: Finding, artifact: Examined['artifact']): Suppressed | undefined {
    if (finding.kind !== 'rule' || finding.comments === undefined) return undefined;
    const { inlineComments, exceptionRules } = this.#options;
    const entries = commentEntries(finding);
    if (!mayCommentsCount(artifact?.kind, inlineComments)) {
      if (entries.length > 0) this.#uncountedComments += 1;
      return undefined;
    }
    for (const entry of entries) {
      const problem = commentProblem(entry, exceptionRules, this.#now);
      if (problem === undefined) return suppressedAs('comment', finding, entry);
      // One comment can be about several findings.
      const text = problemText(problem);
      if (!this.#commentProblems.has(text)) this.#problems.push(problem);
      this.#commentProblems.add(text);
    }
    return undefined;
  }

  #commentNotes(): readonly string[] {
    const count = this.#uncountedComments;
    if (count === 0) return [];
    return [
      `${pluralize(count, 'finding')} ${count === 1 ? 'has a comment' : 'have comments'} that would set ${count === 1 ? 'it' : 'them'} aside and ${count === 1 ? 'does' : 'do'} not count here; "inline-comments" of a policy says which count`,
    ];
  }

  #entriesAbout(subject: ScopeSubject, names: readonly string[]): readonly Ready[] {
    const keys = new Set(names.map((name) => name.toLowerCase()));
    const named = [...keys].flatMap((key) => this.#byId.get(key) ?? []);
    const anonymous = this.#anonymous.filter(({ entry }) => mayBeAbout(entry, subject.finding));
    return [...named, ...anonymous].filter(({ isWithin }) => isWithin?.(subject) ?? true);
  }

  /**
   * A finding that a correction removed when it was matched is set aside as long as a correction of
   * now names it.
   */
  #byOverride(finding: Finding, names: readonly string[]): Suppressed | undefined {
    const wanted = new Set(names.map((name) => name.toUpperCase()));
    const entry = (this.#options.overrides ?? []).find(({ id }) =>
      wanted.has((id ?? '').toUpperCase()),
    );
    return entry && suppressedAs('override', finding, entry);
  }

  #byStatus(finding: Finding): Suppressed | undefined {
    if (finding.kind !== 'vulnerability') return undefined;
    if (!this.#options.ignoreStatuses.includes(finding.status)) return undefined;
    return {
      findingId: finding.id,
      by: 'status',
      reason: `--ignore-status: the status is ${STATUS_NAMES[finding.status]}`,
    };
  }

  #byMissingFix(finding: Finding): Suppressed | undefined {
    if (finding.kind !== 'vulnerability' || !this.#options.ignoreUnfixed) return undefined;
    if (finding.fixedVersions.length > 0) return undefined;
    return {
      findingId: finding.id,
      by: 'unfixed',
      reason: '--ignore-unfixed: no fixed version is known',
    };
  }
}

/**
 * Returns whether an entry without an id can be about a finding. Contradicted content must be named
 * itself, whatever package it is in. A finding of a rule is in no package, and must be named by its
 * path or fingerprint.
 */
function mayBeAbout({ scope }: IgnoreEntry, { kind }: Finding): boolean {
  switch (kind) {
    case 'vulnerability':
      return true;
    case 'integrity':
      return false;
    case 'rule':
      return scope?.paths !== undefined || scope?.fingerprint !== undefined;
  }
}

/** Returns whether an entry has an id and names its package without a wildcard. */
function namesBoth({ id, scope }: IgnoreEntry): boolean {
  const isExact = scope?.package !== undefined && !scope.package.includes('*');
  return id !== undefined && (isExact || scope?.purls !== undefined);
}

function suppressedAs(
  by: 'ignore' | 'override' | 'comment',
  { id }: Finding,
  { from, reason, until, owner }: IgnoreEntry,
): Suppressed {
  return {
    findingId: id,
    by,
    reason: reason ?? '',
    ...(until !== undefined && { until }),
    from,
    ...(owner !== undefined && { owner }),
  };
}

function compiled(entry: IgnoreEntry): ScopeTest | undefined {
  if (entry.scope === undefined) return undefined;
  try {
    return compileScope(entry.scope);
  } catch (error) {
    if (!(error instanceof AssayError)) throw error;
    throw new AssayError('CONFIG_INVALID', `${entry.from}: ${error.message}`, {
      ...(error.hint !== undefined && { hint: error.hint }),
      cause: error,
    });
  }
}

function packageOf(finding: Finding, packages: ReadonlyMap<string, Package>): Package | undefined {
  return finding.kind === 'rule' ? undefined : packages.get(finding.packageId ?? '');
}

/**
 * Everything that an exception may call a finding. Contradicted content has no name but its own id,
 * so that nothing hides it by the way.
 */
function namesOf(finding: Finding, advisories: ReadonlyMap<string, Advisory>): readonly string[] {
  switch (finding.kind) {
    case 'vulnerability': {
      const aliases = advisories.get(finding.advisoryId)?.aliases ?? [];
      return [finding.id, finding.advisoryId, ...aliases];
    }
    case 'rule':
      return [finding.id, finding.fingerprint, ...ruleNames(finding)];
    case 'integrity':
      return [finding.id];
  }
}

function problemText({ from, message }: ExceptionProblem): string {
  return `${from}: ${message}`;
}
