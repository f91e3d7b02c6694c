/**
 * Finds out what references of the ledger name now: tags by resolvers, packages by lockfiles and
 * the npm registry.
 */

import type { Context } from '../../../core/base/context.ts';
import { AssayError } from '../../../core/base/errors.ts';
import { appendTo } from '../../../core/base/maps.ts';
import { inParallel } from '../../../core/base/parallel.ts';
import { ledgerKey, type Ledger, type LedgerEntry } from '../../../trust/ledger/ledger.ts';
import type { Artifact } from '../../../core/model/artifact/artifact.ts';
import type { Package } from '../../../core/model/package/package.ts';
import { packageNameOf } from '../../../core/model/purl/purl-package.ts';
import { parsePackageUrl } from '../../../core/model/purl/purl.ts';
import { loadNpmConfig } from '../../../clients/package-index/npm-config.ts';
import {
  createNpmRegistry,
  type NpmRegistry,
} from '../../../clients/package-index/npm-registry.ts';
import { scan } from '../../../scan/pipeline/scan.ts';
import { lockedPlace } from '../scan-sightings.ts';
import { createResolvers, questionKey } from '../resolve-all.ts';
import type { ReferenceQuestion, ResolutionProblem, ResolverOptions } from '../resolvers.ts';
import type { Observation } from './judge-entry.ts';
import { failedState, type LedgerRow } from './outcome.ts';

/** Current observations, by the key of the reference. */
export interface Observed {
  readonly observations: Map<string, Observation[]>;
  /** References without an answer, by key. */
  readonly failures: Map<string, LedgerRow>;
  /** Packages of lockfiles that the ledger does not have. */
  readonly unrecorded: Set<string>;
  readonly notices: string[];
}

/** Requests to a package registry at the same time. */
const AT_ONCE = 8;

/** Resolves the tags of the ledger again. */
export async function observeTags(
  ledger: Ledger,
  options: ResolverOptions,
  into: Observed,
  context: Context,
): Promise<void> {
  const asked = new Map<string, { readonly key: string; readonly entry: LedgerEntry }>();
  const questions: ReferenceQuestion[] = [];
  for (const [key, entry] of ledger.entries) {
    const question = questionOf(entry);
    if (question === undefined) continue;
    questions.push(question);
    asked.set(questionKey(question), { key, entry });
  }
  const answers = await createResolvers(options, context).resolveAll(questions);
  for (const [question, { key, entry }] of asked) {
    const answer = answers.get(question);
    if (answer === undefined) continue;
    if (!answer.ok) into.failures.set(key, failureRow(entry, answer));
    else {
      const from = answer.source ?? entry.ref;
      appendTo(into.observations, key, { digests: [answer.digest], from });
    }
  }
}

function questionOf({ kind, ref, platform }: LedgerEntry): ReferenceQuestion | undefined {
  const place = platform === undefined ? {} : { platform };
  switch (kind) {
    case 'package':
      return undefined;
    case 'git':
      return { kind: 'git-repository', value: ref, mode: 'pin' };
    case 'image':
    case 'action':
      return { kind, value: ref, mode: 'pin', ...place };
  }
}

/** Returns the row of a reference that was not resolved. */
function failureRow(
  { kind, ref, platform }: Pick<LedgerEntry, 'kind' | 'ref' | 'platform'>,
  problem: ResolutionProblem,
): LedgerRow {
  const { message, advice } = problem;
  const state = failedState(problem);
  return { kind, ref, ...(platform !== undefined && { platform }), state, message, advice };
}

/** Reads the lockfiles of a directory. */
export async function observeLockfiles(
  target: string,
  ledger: Ledger,
  { into, context }: { readonly into: Observed; readonly context: Context },
): Promise<void> {
  const report = await scan(
    {
      targets: [{ reference: target, kind: 'directory', isPath: true }],
      verify: 'none',
      allowEmpty: true,
      includeDevDependencies: true,
    },
    context,
  );
  for (const { artifact, inventory, diagnostics } of report.results) {
    for (const pkg of inventory.packages) observePackage(pkg, artifact, ledger, into);
    for (const { message, gap, location } of diagnostics) {
      if (gap !== 'unreadable' && gap !== 'limit') continue;
      const ref = location?.path ?? target;
      into.failures.set(`file ${ref}`, { state: 'unresolved', ref, message });
    }
  }
}

/** A package that has lost its integrity is observed too, without digests. */
function observePackage(pkg: Package, artifact: Artifact, ledger: Ledger, into: Observed): void {
  const place = lockedPlace(pkg, artifact);
  if (place === undefined) return;
  const key = ledgerKey(place);
  const isRecorded = ledger.entries.has(key);
  if (isRecorded) appendTo(into.observations, key, { digests: pkg.digests, from: place.from });
  else if (pkg.digests.length > 0) into.unrecorded.add(key);
}

/** Asks the user's npm registry for the versions that the lockfiles and the ledger both have. */
export async function observeNpmRegistry(
  ledger: Ledger,
  { env, cwd }: Pick<ResolverOptions, 'env' | 'cwd'>,
  into: Observed,
  context: Context,
): Promise<void> {
  const places = [...ledger.entries].filter(
    ([key, { ref }]) => into.observations.has(key) && ref.startsWith('pkg:npm/'),
  );
  if (places.length === 0) return;
  let doneCount = 0;
  const config = await loadNpmConfig({ env, project: cwd });
  into.notices.push(...config.notes);
  const registry = createNpmRegistry(config, context);
  try {
    await inParallel(AT_ONCE, places, async (place) => {
      await observeVersion(place, registry, into);
      doneCount += 1;
    });
  } catch (error) {
    if (!(error instanceof AssayError) || error.code === 'INTERRUPTED') throw error;
    const left = places.length - doneCount;
    const message = `${left} of ${places.length} packages were not compared with the npm registry: ${error.message}`;
    if (error.code === 'CONFIG_INVALID') into.notices.push(message);
    else {
      const row = {
        state: 'unresolved',
        ref: 'npm registry',
        message,
        advice: error.hint,
      } as const;
      into.failures.set('npm', row);
    }
  }
}

async function observeVersion(
  [key, entry]: readonly [string, LedgerEntry],
  registry: NpmRegistry,
  into: Observed,
): Promise<void> {
  const purl = parsePackageUrl(entry.ref);
  const { version } = purl;
  if (version === undefined) return;
  const name = packageNameOf(purl);
  const digests = await registry.digestsOf(name, version);
  if (digests === undefined) {
    const message = `the npm registry no longer has ${name}@${version}, which a lockfile names`;
    into.failures.set(key, { state: 'gone', kind: 'package', ref: entry.ref, message });
    return;
  }
  if (digests.length === 0) return;
  appendTo(into.observations, key, { digests, from: 'npm registry' });
}
