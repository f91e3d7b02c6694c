/**
 * The result of verifying a range: counts, the commits that do not count, and the signers of the
 * others.
 */

import { pluralize } from '../../core/base/pluralize.ts';
import type { TrustOutcome, TrustProblem } from '../../core/model/report/trust-outcome.ts';
import type { ObjectFormat } from './commit-object.ts';
import type { Judgment } from './judge.ts';
import type { Person } from './person.ts';
import { isoOf, type SignatureKind } from './signing-key.ts';

/** A commit or a tag that does not count. */
export interface ProblemRow {
  readonly kind: 'commit' | 'tag';
  readonly id: string;
  /** The name of a tag. */
  readonly name?: string;
  readonly status: 'unsigned' | 'refused';
  /** The maker according to the object; absent: it cannot be read. */
  readonly maker?: { readonly name: string; readonly email: string };
  /** ISO 8601 in UTC. */
  readonly at?: string;
  readonly subject?: string;
  /** A clause that says why it does not count. */
  readonly reason: string;
  readonly signatureKind?: SignatureKind;
  readonly fingerprint?: string;
  /** The entry of the trust file that the key belongs to. */
  readonly signer?: string;
}

/** Commits of one author that one key signed. */
export interface SignerRow {
  readonly author: string;
  /** The entry of the trust file. */
  readonly signer: string;
  readonly kind: SignatureKind;
  readonly fingerprint: string;
  readonly commitCount: number;
  /** Dates of the first and the last commit; ISO 8601 in UTC. */
  readonly firstAt: string;
  readonly lastAt: string;
}

/** The number of objects of each status. */
export interface StatusCounts {
  readonly total: number;
  readonly allowed: number;
  readonly unsigned: number;
  readonly refused: number;
}

/** The answer about a range. */
export interface CommitsOutcome {
  /** The range, in the notation of users. */
  readonly range: string;
  readonly objectFormat: ObjectFormat;
  readonly commits: StatusCounts;
  /** Absent: tags were not asked for. */
  readonly tags?: StatusCounts;
  /** Starting points of the trust file that were used. */
  readonly startingPoints: readonly { readonly commit: string; readonly reason: string }[];
  readonly problems: readonly ProblemRow[];
  readonly signers: readonly SignerRow[];
}

/** An object as the collector takes it. */
export interface JudgedRow {
  readonly kind: 'commit' | 'tag';
  readonly id: string;
  readonly name?: string;
  readonly judgment: Judgment;
  readonly object?: { readonly maker: Person; readonly author?: Person; readonly subject: string };
}

interface SignerCount {
  author: string;
  signer: string;
  kind: SignatureKind;
  fingerprint: string;
  commitCount: number;
  first: number;
  last: number;
}

/** Collects judgments one after another; memory grows with problems and signers alone. */
export class OutcomeCollector {
  readonly #counts = {
    commit: { total: 0, allowed: 0, unsigned: 0, refused: 0 },
    tag: { total: 0, allowed: 0, unsigned: 0, refused: 0 },
  };
  readonly #problems: ProblemRow[] = [];
  readonly #signers = new Map<string, SignerCount>();

  /** Adds an object, and returns its row if it does not count. */
  add(row: JudgedRow): ProblemRow | undefined {
    const { kind, judgment } = row;
    const counts = this.#counts[kind];
    counts.total += 1;
    counts[judgment.status] += 1;
    if (judgment.status === 'allowed') {
      if (kind === 'commit') this.#addSigner(row, judgment);
      return undefined;
    }
    const problem = problemRow(row, judgment);
    this.#problems.push(problem);
    return problem;
  }

  /** Returns what was collected. */
  outcome(
    facts: Pick<CommitsOutcome, 'range' | 'objectFormat' | 'startingPoints'>,
    { withTags }: { readonly withTags: boolean },
  ): CommitsOutcome {
    const signers = [...this.#signers.values()].map(({ first, last, ...row }): SignerRow => ({
      ...row,
      firstAt: isoOf(first),
      lastAt: isoOf(last),
    }));
    return {
      ...facts,
      commits: { ...this.#counts.commit },
      ...(withTags && { tags: { ...this.#counts.tag } }),
      problems: this.#problems,
      signers: signers.sort((a, b) => b.commitCount - a.commitCount),
    };
  }

  #addSigner(
    { object }: JudgedRow,
    { kind, fingerprint, signer }: Judgment & { readonly status: 'allowed' },
  ): void {
    if (object === undefined) return;
    const { author = object.maker, maker } = object;
    const key = JSON.stringify([author.email, signer, fingerprint]);
    const known = this.#signers.get(key);
    if (known === undefined) {
      const [first, last] = [maker.at, maker.at];
      this.#signers.set(key, {
        ...{ author: author.email, signer, kind, fingerprint },
        ...{ commitCount: 1, first, last },
      });
      return;
    }
    known.commitCount += 1;
    known.first = Math.min(known.first, maker.at);
    known.last = Math.max(known.last, maker.at);
  }
}

function problemRow(
  { kind, id, name, object }: JudgedRow,
  judgment: Exclude<Judgment, { readonly status: 'allowed' }>,
): ProblemRow {
  const isRefused = judgment.status === 'refused';
  const { kind: signatureKind, fingerprint, signer } = isRefused ? judgment : {};
  return {
    kind,
    id,
    ...(name !== undefined && { name }),
    status: judgment.status,
    ...(object !== undefined && {
      maker: { name: object.maker.name, email: object.maker.email },
      at: isoOf(object.maker.at),
      subject: object.subject,
    }),
    reason: isRefused
      ? judgment.reason
      : ['it is not signed', judgment.note].filter(Boolean).join('; '),
    ...(signatureKind !== undefined && { signatureKind }),
    ...(fingerprint !== undefined && { fingerprint }),
    ...(signer !== undefined && { signer }),
  };
}

/** Number of problems in a verdict. */
const NAMED = 5;
const SHORT_ID = 12;

/** Returns what the outcome means for a verdict. */
export function commitsTrustOutcome(outcome: CommitsOutcome): TrustOutcome {
  const { problems, commits, tags } = outcome;
  const found = [problemOf(outcome, 'refused'), problemOf(outcome, 'unsigned')];
  const what = [
    pluralize(commits.total, 'commit'),
    ...(tags === undefined ? [] : [pluralize(tags.total, 'tag')]),
  ].join(' and ');
  return {
    problems: found.filter((problem) => problem !== undefined),
    held:
      problems.length > 0
        ? []
        : [
            {
              group: 'signature',
              message: `${what} of ${outcome.range}: all are signed as the trust file allows`,
            },
          ],
  };
}

function problemOf(
  { problems, range }: CommitsOutcome,
  status: ProblemRow['status'],
): TrustProblem | undefined {
  const rows = problems.filter((row) => row.status === status);
  if (rows.length === 0) return undefined;
  const named = rows.slice(0, NAMED).map((row) => `${shortName(row)}: ${row.reason}`);
  const more = rows.length > NAMED ? `; and ${rows.length - NAMED} more` : '';
  const isOne = rows.length === 1;
  const verb =
    status === 'unsigned'
      ? `${isOne ? 'has' : 'have'} no signature`
      : `${isOne ? 'has' : 'have'} a signature that does not count`;
  return {
    cause: status === 'unsigned' ? 'unsigned' : 'signatureRefused',
    message: `${objectsOf(rows)} of ${range} ${verb}: ${named.join('; ')}${more}`,
  };
}

function objectsOf(rows: readonly ProblemRow[]): string {
  const tagCount = rows.filter(({ kind }) => kind === 'tag').length;
  const parts = [
    ...(rows.length > tagCount ? [pluralize(rows.length - tagCount, 'commit')] : []),
    ...(tagCount > 0 ? [pluralize(tagCount, 'tag')] : []),
  ];
  return parts.join(' and ');
}

/** Returns a commit or a tag, short enough for a line. */
export function shortName({ id, name }: Pick<ProblemRow, 'id' | 'name'>): string {
  return name ?? id.slice(0, SHORT_ID);
}
