/**
 * The causes that end a run, each with its exit code: stable, documented, distinct. The codes, the
 * order of causes in a verdict, the line of the help and the table of `docs/exit-codes.md` follow
 * from these rows.
 */

import type { Report, Verdict } from './report.ts';

/** One cause that ends a run. */
export interface ExitCause {
  /** The exit code, unless a flag gives another one. */
  readonly code: number;
  /** The flag whose value replaces `code`, and the name of its option in a policy. */
  readonly flag?: { readonly name: string; readonly option: 'exitCode' | 'exitOnEol' };
  /** When `code` counts, if there is a flag. */
  readonly codeCounts?: string;
  /** For the documentation, in Markdown. */
  readonly meaning: string;
  /** For the line of the help; absent: the line leaves the cause out. */
  readonly help?: string;
  /**
   * The effect of the cause on a verdict. Absent: the gate passed, or the run ended before any
   * verdict.
   */
  readonly decides?: {
    readonly status: Exclude<Verdict['status'], 'pass' | 'notAsked'>;
    /** The cause with the lowest rank gives the exit code of a verdict. */
    readonly rank: number;
    /** The cause, or the group of causes that it belongs to, as a noun. */
    readonly name: string;
  };
}

/** All causes, in the order of the documentation. */
export const EXIT_CAUSES = {
  pass: { code: 0, meaning: 'pass, or findings and no gate asked', help: 'pass' },
  findings: {
    code: 1,
    flag: { name: '--exit-code', option: 'exitCode' },
    codeCounts: 'with any other gate',
    meaning: 'the gate failed on findings, on `--min-evidence`, or on stale ignores',
    help: 'the gate failed',
    decides: { status: 'fail', rank: 7, name: 'findings' },
  },
  usage: { code: 2, meaning: 'usage: bad flag or configuration, nothing scanned', help: 'usage' },
  target: { code: 3, meaning: 'target not found, no access, or damaged', help: 'target' },
  advisoryData: {
    code: 4,
    meaning: 'advisory data missing, implausible, stale, or not verified',
    help: 'advisory data',
  },
  tampered: {
    code: 5,
    meaning: 'content contradicts metadata, with `--fail-on-tamper`',
    help: 'tampering',
    decides: { status: 'fail', rank: 1, name: 'tampering' },
  },
  incomplete: {
    code: 6,
    meaning: 'incomplete and not allowed',
    help: 'incomplete',
    decides: { status: 'incomplete', rank: 9, name: 'incomplete' },
  },
  untrustedSource: {
    code: 7,
    meaning: 'untrusted source',
    help: 'untrusted source',
    decides: { status: 'fail', rank: 6, name: 'source' },
  },
  nothingToScan: {
    code: 8,
    meaning: 'nothing to scan (`--allow-empty` makes it 0)',
    help: 'nothing to scan',
  },
  unsigned: {
    code: 10,
    meaning: 'no signature where one is asked for',
    help: 'no signature',
    decides: { status: 'fail', rank: 5, name: 'signature' },
  },
  noImage: {
    code: 11,
    meaning: 'no such image, where its signature was to be verified',
    help: 'no such image',
    decides: { status: 'fail', rank: 4, name: 'signature' },
  },
  signatureRefused: {
    code: 12,
    meaning:
      'no signature counts: wrong key or identity, other content or repository, expired, revoked, or fewer than required',
    help: 'no signature counts',
    decides: { status: 'fail', rank: 2, name: 'signature' },
  },
  noCertificate: {
    code: 13,
    meaning: 'no certificate where one is asked for',
    help: 'no certificate',
    decides: { status: 'fail', rank: 3, name: 'signature' },
  },
  endOfLife: {
    code: 1,
    flag: { name: '--exit-on-eol', option: 'exitOnEol' },
    meaning: 'the system is past its end of life',
    decides: { status: 'fail', rank: 8, name: 'end of life' },
  },
  internal: { code: 70, meaning: 'internal error' },
  interrupted: { code: 130, meaning: 'interrupted' },
} as const satisfies Readonly<Record<string, ExitCause>>;

/** Id of a cause. */
export type ExitCauseId = keyof typeof EXIT_CAUSES;

/** Id of a cause that decides a verdict. */
export type DecidingCauseId = {
  [Id in ExitCauseId]: (typeof EXIT_CAUSES)[Id] extends { readonly decides: object } ? Id : never;
}[ExitCauseId];

/** The exit code of each cause, unless a flag gives another one. */
export const EXIT_CODES = Object.fromEntries(
  Object.entries(EXIT_CAUSES).map(([id, { code }]) => [id, code]),
) as Readonly<Record<ExitCauseId, number>>;

/** Returns the exit code of a run with a verdict. A dry run never fails. */
export function runExitCode({ verdict }: Pick<Report, 'verdict'>): number {
  return verdict.isDryRun === true ? EXIT_CAUSES.pass.code : verdict.exitCode;
}

/** A cause that decides a verdict, with its id. */
type DecidingCause = ExitCause &
  Required<Pick<ExitCause, 'decides'>> & { readonly id: DecidingCauseId };

/** Returns the causes that decide a verdict; of several, the first gives the exit code. */
export function decidingCauses(): readonly DecidingCause[] {
  return Object.entries<ExitCause>(EXIT_CAUSES)
    .map(([id, cause]) => ({ id, ...cause }))
    .filter((cause): cause is DecidingCause => cause.decides !== undefined)
    .sort((a, b) => a.decides.rank - b.decides.rank);
}
