/**
 * Corrections of advisories: `advisories.override.json` of the working directory, or the file of
 * `--overrides`.
 */

import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

import { AssayError } from '../../core/base/errors.ts';
import type { Overrides } from '../../advisories/base/overrides.ts';
import type { ExceptionProblem, IgnoreEntry } from '../../scan/policy/exceptions/exception.ts';
import type { ConfiguredRun } from './configured-run.ts';
import { readsImplicitFiles } from './implicit-config.ts';

/** The file that is read if no flag names one. */
export const USUAL_OVERRIDE_FILE = 'advisories.override.json';
/** `--overrides none` reads none. */
const NONE = 'none';

/** A file of corrections, sorted by whether its entries count. */
export interface OpenedOverrideFile {
  /** The path as the user wrote it. */
  readonly path: string;
  /** Whether no flag named it. */
  readonly isImplicit: boolean;
  /** Corrections that count. */
  readonly overrides: Overrides;
  /** Corrections that count, as exceptions. */
  readonly entries: readonly IgnoreEntry[];
  /** Problems of the others. */
  readonly problems: readonly ExceptionProblem[];
}

type Surroundings = Pick<ConfiguredRun, 'flags' | 'io' | 'context' | 'policy'>;

/**
 * Returns the corrections of a run; `undefined` where there are none. Entries that have expired,
 * and those that lack what the policy asks of exceptions, do not count.
 *
 * @throws AssayError `CONFIG_INVALID` for a file that cannot be read, or is named and not there
 */
export async function openOverrides(
  session: Surroundings,
): Promise<OpenedOverrideFile | undefined> {
  const { flags, io, context, policy } = session;
  const named = flags.text('overrides');
  if (named === NONE || (named === undefined && !readsImplicitFiles(flags))) return undefined;
  const path = named ?? USUAL_OVERRIDE_FILE;
  const file = resolve(io.cwd, path);
  if (!existsSync(file)) {
    if (named === undefined) return undefined;
    throw new AssayError('CONFIG_INVALID', `there is no file of corrections "${path}"`, {
      hint: `It was looked for at "${file}". --overrides none reads none.`,
    });
  }
  const { readOverrides } = await import('../../advisories/base/overrides.ts');
  const within = named === undefined ? { within: io.cwd } : {};
  const { list } = await readOverrides({ file, path, ...within });
  const { dateProblem, ruleProblem } = await import('../../scan/policy/exceptions/entry-checks.ts');
  const dateExample = '"expires": "2026-01-31"';
  const judged = list.map((override) => {
    const { id, reason, owner, until, from } = override;
    const entry: IgnoreEntry = {
      id,
      reason,
      from,
      ...(owner !== undefined && { owner }),
      ...(until !== undefined && { until }),
    };
    const problem =
      dateProblem(entry, { now: context.now(), dateExample }) ??
      (policy?.exceptionRules && ruleProblem(entry, policy.exceptionRules, context.now()));
    return { override, entry, problem };
  });
  const counting = judged.filter(({ problem }) => problem === undefined);
  return {
    path,
    isImplicit: named === undefined,
    overrides: { path, list: counting.map(({ override }) => override) },
    entries: counting.map(({ entry }) => entry),
    problems: judged.flatMap(({ problem }) => problem ?? []),
  };
}
