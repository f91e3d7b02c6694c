/**
 * Folds the statements of all checks into the results of each package and the contradictions of the
 * artifact. The result depends on the order of {@link CHECK_IDS} and of each check's own
 * statements, never on the order in which checks ran.
 */

import type { Contradiction } from '../../core/model/package/package.ts';
import { CHECK_IDS, type CheckId } from './check.ts';
import type { Subject } from './input.ts';
import type {
  ArtifactStatement,
  ContradictionGroup,
  ContradictionStatement,
  Statement,
} from './statement.ts';

/** The statements of one check. */
export interface CheckOutcome {
  readonly id: CheckId;
  readonly statements: readonly Statement[];
}

/** The results of all checks for one package. */
export interface CheckResults {
  readonly reasons: readonly string[];
  readonly contradictions: readonly Contradiction[];
  /**
   * Versions that contradict the claimed one or cast doubt on it, the most certain of the first
   * check first.
   */
  readonly otherVersions: readonly string[];
  /** Whether a contradiction changes the level. */
  readonly isContradicted: boolean;
  readonly agreementCount: number;
  readonly isDoubted: boolean;
}

/** The results of all checks. */
export interface FoldedChecks {
  /** Returns the results of a package; empty ones if no check stated anything about it. */
  resultsOf(subject: Subject): CheckResults;
  /** The packages of the system that ship packages of a language, by these. */
  readonly shippers: ReadonlyMap<Subject, Subject>;
  /** Contradictions of the artifact, in the order of the checks. */
  readonly contradictions: readonly Contradiction[];
}

/**
 * The contradictions of a group that are listed for one package. A hostile database makes any
 * number of them; changed files are counted by severity, so that a thousand changed texts cannot
 * hide a changed program.
 */
const MAX_LISTED: Readonly<Record<ContradictionGroup, number>> = {
  version: 100,
  'severe content': 200,
  'slight content': 200,
};

/** Agreements of one package up to which limited reasons are listed. */
const MAX_LIMITED_REASONS = 100;

const NO_RESULTS: CheckResults = {
  reasons: [],
  contradictions: [],
  otherVersions: [],
  isContradicted: false,
  agreementCount: 0,
  isDoubted: false,
};

/** Folds the outcomes of checks. Each check has at most one outcome. */
export function foldStatements(outcomes: readonly CheckOutcome[]): FoldedChecks {
  const fold = new Fold();
  for (const id of CHECK_IDS) {
    for (const outcome of outcomes) {
      if (outcome.id !== id) continue;
      for (const statement of outcome.statements) fold.add(statement);
    }
  }
  return fold.finish();
}

/** Results while statements are added. */
interface ResultsDraft {
  readonly reasons: string[];
  readonly contradictions: Contradiction[];
  readonly otherVersions: string[];
  isContradicted: boolean;
  agreementCount: number;
  isDoubted: boolean;
  readonly groups: Map<ContradictionGroup, number>;
}

class Fold {
  readonly #drafts = new Map<Subject, ResultsDraft>();
  readonly #shippers = new Map<Subject, Subject>();
  readonly #ofArtifact: ArtifactStatement[] = [];

  add(statement: Statement): void {
    if (statement.kind === 'artifact') {
      this.#ofArtifact.push(statement);
      return;
    }
    const { subject } = statement;
    const draft = this.#draft(subject);
    switch (statement.kind) {
      case 'agreement':
        draft.agreementCount += 1;
        if (statement.isReasonLimited !== true || draft.agreementCount <= MAX_LIMITED_REASONS) {
          draft.reasons.push(statement.reason);
        }
        return;
      case 'doubt':
        draft.isDoubted = true;
        if (statement.reason !== undefined) draft.reasons.push(statement.reason);
        return;
      case 'note':
        draft.reasons.push(statement.reason);
        return;
      case 'contradiction':
        addContradiction(draft, statement);
        return;
      case 'version':
        draft.otherVersions.push(statement.version);
        return;
      case 'owner':
        if (!draft.isContradicted) this.#shippers.set(subject, statement.owner);
        return;
    }
  }

  finish(): FoldedChecks {
    const drafts = this.#drafts;
    return {
      resultsOf: (subject) => drafts.get(subject) ?? NO_RESULTS,
      shippers: this.#shippers,
      contradictions: withoutCovered(this.#ofArtifact),
    };
  }

  #draft(subject: Subject): ResultsDraft {
    const known = this.#drafts.get(subject);
    if (known !== undefined) return known;
    const draft: ResultsDraft = {
      reasons: [],
      contradictions: [],
      otherVersions: [],
      isContradicted: false,
      agreementCount: 0,
      isDoubted: false,
      groups: new Map(),
    };
    this.#drafts.set(subject, draft);
    return draft;
  }
}

function addContradiction(draft: ResultsDraft, statement: ContradictionStatement): void {
  const { group, contradiction, keepsLevel } = statement;
  if (keepsLevel !== true) draft.isContradicted = true;
  if (group !== undefined) {
    const count = draft.groups.get(group) ?? 0;
    draft.groups.set(group, count + 1);
    if (count >= MAX_LISTED[group]) return;
  }
  draft.contradictions.push(contradiction);
}

function withoutCovered(statements: readonly ArtifactStatement[]): readonly Contradiction[] {
  const paths = new Set<string>();
  for (const { isFallback, contradiction } of statements) {
    if (isFallback !== true) paths.add(contradiction.location.path);
  }
  return statements
    .filter(
      ({ isFallback, contradiction }) =>
        isFallback !== true || !paths.has(contradiction.location.path),
    )
    .map(({ contradiction }) => contradiction);
}
