/** Reasons against fixing a project of Yarn. */

import { AssayError } from '../../../../core/base/errors.ts';
import { splitSpec, type YarnFile } from './yarn-file.ts';

const HEAD = /^# yarn lockfile v1\b/mu;
/**
 * Yarn runs scripts of packages from repositories when it fetches them, and generators of `exec:`.
 */
const REPOSITORY = /^git[+:@]|^ssh:|\.git(?:#|$)/u;
const PATCH = /^patch:(?!.*builtin<)/u;
const RENEW = 'Bring the lockfile up to date and commit it: yarn install';

/**
 * Checks the form of a lockfile. @throws AssayError `USAGE` for a lockfile of another form, and for
 * one that follows from code or patches of the project
 */
export function refuseForeignCode(path: string, file: YarnFile): void {
  if (!file.isBerry && !HEAD.test(file.text)) {
    throw new AssayError('USAGE', `"${path}" is no lockfile of Yarn that is known`, {
      hint: 'Write it anew and commit it: yarn install',
    });
  }
  for (const { entry, name } of file.packages) {
    const ranges = [...entry.specs, entry.fields.get('resolution') ?? ''].map(
      (spec) => splitSpec(spec).range,
    );
    const resolved = entry.fields.get('resolved') ?? '';
    const isPatch = ranges.some((range) => PATCH.test(range));
    const isCode =
      ranges.some((range) => range.startsWith('exec:')) ||
      (!file.isBerry &&
        (REPOSITORY.test(resolved) || ranges.some((range) => REPOSITORY.test(range))));
    if (!isPatch && !isCode) continue;
    const what = isPatch
      ? 'is patched'
      : 'comes from a repository or a generator, whose code Yarn runs';
    throw new AssayError(
      'USAGE',
      `"${name}" of "${path}" ${what}, which assay fix does not take over`,
      {
        hint: 'Plan without trying: assay fix --offline, and carry out the plan with yarn.',
      },
    );
  }
}

/**
 * Checks the installed version. @throws AssayError `USAGE` if this Yarn writes lockfiles of the
 * other form, or cannot write one alone
 */
export function refuseVersion(path: string, { isBerry }: YarnFile, version: string): void {
  if (version.startsWith('2.')) {
    throw new AssayError(
      'USAGE',
      `yarn ${version} is installed, which cannot write "${path}" alone`,
      {
        hint: 'Put Yarn 3 or newer first in PATH, and write the lockfile anew with it, or plan without trying: assay fix --offline',
      },
    );
  }
  const isOld = /^[01]\./u.test(version);
  if (isOld !== isBerry) return;
  const wanted = isBerry ? 'Yarn 3 or newer' : 'Yarn 1';
  throw new AssayError(
    'USAGE',
    `"${path}" was written by ${wanted}, and yarn ${version} is installed, which would rewrite it`,
    {
      hint: `Put ${wanted} first in PATH, or plan without trying: assay fix --offline. What a project names by yarnPath or packageManager is not started.`,
    },
  );
}

/**
 * Compares a lockfile with Yarn's output without a change.
 * @throws AssayError `USAGE` if Yarn resolves the project to other packages than the lockfile has,
 * or writes another version of the file
 */
export function refuseRewritten(path: string, before: YarnFile, now: YarnFile): void {
  const [old = '', fresh = ''] = [before, now].map(({ metadata }) => metadata.get('version') ?? '');
  if (old !== fresh) {
    throw new AssayError(
      'USAGE',
      `"${path}" has version ${old}, and the yarn that is installed would rewrite it to version ${fresh}`,
      { hint: RENEW },
    );
  }
  const [a, b] = [versionsOf(before), versionsOf(now)];
  const other = [...new Set([...a.keys(), ...b.keys()])].find((key) => a.get(key) !== b.get(key));
  if (other === undefined) return;
  throw new AssayError(
    'USAGE',
    `"${path}" does not agree with its manifests: yarn would change "${other}"`,
    { hint: RENEW },
  );
}

function versionsOf({ packages }: YarnFile): ReadonlyMap<string, string> {
  return new Map(
    packages
      .filter(({ member }) => member === undefined)
      .flatMap(({ version, entry }) => entry.specs.map((spec) => [spec, version] as const)),
  );
}
