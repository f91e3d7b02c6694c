/**
 * The entry point of `assay ledger verify`: compares the ledger with the current targets of its
 * references, and accepts moves.
 */

import { relative, resolve } from 'node:path';

import { compareText } from '../../../core/base/compare.ts';
import type { Context } from '../../../core/base/context.ts';
import { AssayError } from '../../../core/base/errors.ts';
import { exists } from '../../../core/base/exists.ts';
import { changeLedger, loadLedger } from '../../../trust/ledger/ledger-file.ts';
import {
  acceptDigest,
  ledgerInstant,
  ledgerKey,
  type Ledger,
} from '../../../trust/ledger/ledger.ts';
import { matchingEntries } from '../../../trust/ledger/movability.ts';
import type { ResolverOptions } from '../resolvers.ts';
import { judgeEntry } from './judge-entry.ts';
import { observeLockfiles, observeNpmRegistry, observeTags, type Observed } from './observe.ts';
import { LEDGER_STATES, type LedgerOutcome, type LedgerRow } from './outcome.ts';
import { checkPinnedReferences } from './pinned-references.ts';

/** The ledger to verify, and the accepted moves. */
export interface VerifyLedgerRequest {
  /** The ledger; relative to `cwd` of the options. */
  readonly ledger: string;
  /** The directory whose lockfiles and pinned references are compared. */
  readonly target: string;
  readonly resolverOptions: ResolverOptions;
  /** `--accept` with `--reason`. */
  readonly accept?: { readonly pattern: string; readonly reason: string };
}

const ACCEPTABLE: ReadonlySet<LedgerRow['state']> = new Set(['moved', 'incomparable', 'moves']);

/**
 * Verifies a ledger. Without a network only lockfiles are compared, and what the ledger saw before.
 *
 * @throws AssayError `NOT_FOUND` for a ledger that does not exist; `USAGE` if nothing is to be
 * accepted; `CONFIG_INVALID`,
 *   `ACCESS_DENIED`; `INTERRUPTED`
 */
export async function verifyLedger(
  request: VerifyLedgerRequest,
  context: Context,
): Promise<LedgerOutcome> {
  const { resolverOptions: options } = request;
  const path = resolve(options.cwd, request.ledger);
  if (!(await exists(path))) throw noLedger(request.ledger);
  const { ledger, problems } = await loadLedger(path);
  const badLines = problems.map(({ line, message, advice }): LedgerRow => {
    return { state: 'bad-line', ref: `${request.ledger}:${line}`, message, advice };
  });
  const observed: Observed = {
    observations: new Map(),
    failures: new Map(),
    unrecorded: new Set(),
    notices: [],
  };
  const pinned = await observe(request, ledger, observed, context);
  const judged = [...ledger.entries].flatMap(([key, entry]) => {
    const failure = observed.failures.get(key);
    const rows = judgeEntry(entry, observed.observations.get(key) ?? [], ledger.rules);
    if (failure === undefined) return rows;
    return [failure, ...rows.filter(({ state }) => state === 'moved' || state === 'incomparable')];
  });
  const others = [...observed.failures].filter(([key]) => !ledger.entries.has(key));
  const rows = [...badLines, ...judged, ...others.map(([, row]) => row), ...pinned];
  const settled =
    request.accept === undefined ? rows : await accept(rows, ledger, request, context);
  return {
    ledger: request.ledger,
    referenceCount: ledger.entries.size,
    rows: [...settled].sort(compareRows),
    notices: observed.notices,
  };
}

async function observe(
  { target, resolverOptions: options }: VerifyLedgerRequest,
  ledger: Ledger,
  observed: Observed,
  context: Context,
): Promise<readonly LedgerRow[]> {
  const folder = resolve(options.cwd, target);
  await observeLockfiles(relativeOrSelf(options.cwd, folder), ledger, { into: observed, context });
  const { size } = observed.unrecorded;
  if (size > 0) {
    const what = size === 1 ? 'package of lockfiles is' : 'packages of lockfiles are';
    observed.notices.push(`${size} ${what} not in the ledger; assay fs --ledger records them`);
  }
  if (context.fetch === undefined) {
    observed.notices.push('--offline: tags, pinned digests and registries were not asked');
    return [];
  }
  await observeTags(ledger, options, observed, context);
  await observeNpmRegistry(ledger, { env: options.env, cwd: folder }, observed, context);
  return checkPinnedReferences(target, options, { notices: observed.notices, context });
}

/** Returns the path that lockfiles are named by in rows. */
function relativeOrSelf(cwd: string, folder: string): string {
  const way = relative(cwd, folder);
  return way.startsWith('..') || way === folder ? folder : `./${way}`.replace(/\/$/u, '');
}

async function accept(
  rows: readonly LedgerRow[],
  ledger: Ledger,
  { ledger: path, resolverOptions: { cwd }, accept: accepted }: VerifyLedgerRequest,
  context: Context,
): Promise<readonly LedgerRow[]> {
  const { pattern = '', reason = '' } = accepted ?? {};
  const keys = new Set(matchingEntries(pattern, ledger).map(ledgerKey));
  if (keys.size === 0) throw noReference(pattern);
  const isAccepted = (row: LedgerRow): boolean =>
    ACCEPTABLE.has(row.state) &&
    row.found !== undefined &&
    row.kind !== undefined &&
    keys.has(ledgerKey({ ...row, kind: row.kind }));
  const chosen = rows.filter(isAccepted);
  if (chosen.length === 0) throw nothingToAccept(pattern);
  const at = ledgerInstant(context.now());
  await changeLedger(
    resolve(cwd, path),
    (before) => {
      let after = before;
      for (const { kind, ref, platform, found, from = '' } of chosen) {
        if (kind === undefined || found === undefined) continue;
        const place = platform === undefined ? {} : { platform };
        after = acceptDigest(after, { kind, ref, ...place, digest: found, from }, { at, reason });
      }
      return after;
    },
    context,
  );
  return rows.map((row) => {
    if (!isAccepted(row)) return row;
    return {
      ...row,
      state: 'accepted',
      message: `the move was accepted: ${reason}`,
      advice: undefined,
    };
  });
}

function compareRows(a: LedgerRow, b: LedgerRow): number {
  return (
    LEDGER_STATES.indexOf(a.state) - LEDGER_STATES.indexOf(b.state) ||
    compareText(a.kind ?? '', b.kind ?? '') ||
    compareText(a.ref, b.ref)
  );
}

function noLedger(path: string): AssayError {
  return new AssayError('NOT_FOUND', `there is no ledger "${path}"`, {
    hint: 'Begin one: assay pin --ledger, or assay fs . --ledger; another file is named with --ledger FILE.',
  });
}

function noReference(pattern: string): AssayError {
  return new AssayError('USAGE', `--accept: no reference of the ledger matches "${pattern}"`, {
    hint: 'Write it as the report shows it, as in pkg:npm/lodash@4.17.21; * stands for any characters.',
  });
}

function nothingToAccept(pattern: string): AssayError {
  return new AssayError('USAGE', `--accept: "${pattern}" has not moved to another digest`, {
    hint: 'Leave out --accept; assay ledger verify lists what has moved.',
  });
}
