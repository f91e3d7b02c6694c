/**
 * Statements, which checks make of packages and of the artifact, and the makers that several checks
 * use.
 */

import type { Contradiction } from '../../core/model/package/package.ts';
import type { ClaimLocation, Subject } from './input.ts';

/** The result of a check. */
export type Statement =
  | AgreementStatement
  | DoubtStatement
  | NoteStatement
  | ContradictionStatement
  | VersionStatement
  | OwnerStatement
  | ArtifactStatement;

/** An independent source agrees with the version of a package. */
export interface AgreementStatement {
  readonly kind: 'agreement';
  readonly subject: Subject;
  readonly reason: string;
  /**
   * The reason is listed only while the package has few agreements: a hostile database can hold any
   * number.
   */
  readonly isReasonLimited?: true;
}

/** A source disagrees with the version of a package and proves nothing. */
export interface DoubtStatement {
  readonly kind: 'doubt';
  readonly subject: Subject;
  /** Absent: the disagreement is too common to be listed. */
  readonly reason?: string;
}

/** A fact for the reader of the evidence; it changes no level. */
export interface NoteStatement {
  readonly kind: 'note';
  readonly subject: Subject;
  readonly reason: string;
}

/** Something is not as a package's record claims. */
export interface ContradictionStatement {
  readonly kind: 'contradiction';
  readonly subject: Subject;
  readonly contradiction: Contradiction;
  /**
   * The group of contradictions that are listed up to one limit; absent: the check itself limits
   * them.
   */
  readonly group?: ContradictionGroup;
  /** The package keeps its level: the file is configuration, which administrators edit. */
  readonly keepsLevel?: true;
}

/**
 * Contradictions of one package that count toward one limit; those of changed files by their
 * severity.
 */
export type ContradictionGroup = 'version' | 'severe content' | 'slight content';

/** The version that a contradiction or a doubt gives instead, the most certain of a check first. */
export interface VersionStatement {
  readonly kind: 'version';
  readonly subject: Subject;
  readonly version: string;
}

/**
 * A package of the system ships the package; it counts unless a check up to this one contradicts
 * the package.
 */
export interface OwnerStatement {
  readonly kind: 'owner';
  readonly subject: Subject;
  readonly owner: Subject;
}

/** A contradiction of the artifact, which belongs to no package of the inventory. */
export interface ArtifactStatement {
  readonly kind: 'artifact';
  readonly contradiction: Contradiction;
  /** It is left out if a statement without this mark is at the same path. */
  readonly isFallback?: true;
}

/** A source that gives another version than the one that a package's record claims. */
export interface VersionSource {
  /** The other version, or the other package and its version. */
  readonly found: string;
  /** The source's name for people. */
  readonly by: string;
  readonly at: ClaimLocation;
}

/** Returns a severe contradiction of the version that the record claims. */
export function contradictVersion(
  subject: Subject,
  { found, by, at }: VersionSource,
): ContradictionStatement {
  const { version } = subject.pkg;
  return {
    kind: 'contradiction',
    subject,
    group: 'version',
    contradiction: {
      kind: 'version',
      claimed: version === '' ? 'no version' : version,
      found: `${found} by ${by}`,
      location: { path: at.path, layer: at.layer },
      isSevere: true,
    },
  };
}

/** Returns the same contradiction, together with the statement that `found` is the version. */
export function giveVersion(
  subject: Subject,
  source: VersionSource,
): readonly [ContradictionStatement, VersionStatement] {
  return [contradictVersion(subject, source), { kind: 'version', subject, version: source.found }];
}

/** Returns a contradiction of a file's content. */
export function contradictContent(
  subject: Subject,
  what: Omit<Contradiction, 'kind'>,
): ContradictionStatement {
  return {
    kind: 'contradiction',
    subject,
    group: what.isSevere ? 'severe content' : 'slight content',
    contradiction: { kind: 'content', ...what },
  };
}
