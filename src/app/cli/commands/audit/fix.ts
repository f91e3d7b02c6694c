/** `--fix` and `--diff` of `assay audit`: edits that clear findings, before the report is made. */

import { resolve } from 'node:path';

import type { Flag } from '../../../config/flag.ts';
import { FIX_LEVELS, type FixLevel } from '../../../../tasks/audit/fix/fix-level.ts';
import type { FilePlan } from '../../../../tasks/audit/fix/plan-fixes.ts';
import { readChoices } from '../../../config/values.ts';
import { EXIT_CODES } from '../../../../core/model/report/exit-codes.ts';
import { pluralize } from '../../../../core/base/pluralize.ts';
import type { Report } from '../../../../core/model/report/report.ts';
import type { RuleFinding } from '../../../../core/model/rule/rule-finding.ts';
import type { runScan, RunRequest } from '../../../../scan/pipeline/run-scan.ts';
import { maskedWarning } from '../../shell/masked-diffs.ts';
import type { FlagValues, Session } from '../command.ts';
import { readPathArgument } from '../scan/path-argument.ts';

/**
 * The flags of fixes. No file asks for edits: a repository must not choose what is written to it.
 */
export const FIX_FLAGS: readonly Flag[] = [
  {
    name: 'fix',
    value: 'LEVEL',
    valueIfBare: 'safe',
    isTypedOnly: true,
    group: 'Target',
    help: 'edit files to resolve findings, and confirm each edit by another scan: safe (without a value), or all, which also makes edits that can change more than the finding',
  },
  {
    name: 'diff',
    group: 'Report',
    help: 'print the edits of --fix as a unified diff, and write nothing',
  },
];

const LEVELS = new Map(FIX_LEVELS.map((level) => [level as string, level]));

/** Rules that `assay pin` clears: it asks registries for digests. */
const PINNED_BY_PIN: ReadonlySet<string> = new Set([
  'dockerfile/mutable-base',
  'dockerfile/latest-base',
  'dockerfile/untagged-base',
  'pipeline/unpinned-images',
  'pipeline/unpinned-uses',
]);

/**
 * Makes or shows the edits if a flag asks for them. Returns an exit code where the command ends
 * with it.
 *
 * @throws AssayError as the scan does; `USAGE` for a file that cannot be written
 */
export async function fixBeforeReport(
  session: Session,
  request: RunRequest,
  scan: typeof runScan,
): Promise<number | undefined> {
  const { flags, io, context } = session;
  const isShown = flags.isOn('diff');
  const level = levelOf(flags);
  if (level === undefined && !isShown) return undefined;
  const report = await scan(request, context);
  const { planDirectory, writeDirectory } =
    await import('../../../../tasks/audit/fix/fix-directory.ts');
  const directory = readPathArgument(session);
  const root = resolve(io.cwd, directory);
  const { scanners = [], detectorSettings: settings } = request;
  const { plans, diff, maskedPaths, unsafeCount } = await planDirectory(report, {
    ...{ root, scanners, settings },
    level: level ?? 'safe',
  });
  if (isShown) {
    io.stdout.write(diff);
    for (const path of maskedPaths) {
      context.log.warn(maskedWarning(path, 'make its edits with --fix'));
    }
    return EXIT_CODES.pass;
  }
  writeDirectory(plans, root);
  for (const line of linesOf(plans)) context.log.warn(line);
  if (unsafeCount > 0) {
    context.log.warn(
      `${pluralize(unsafeCount, 'more finding')} can be fixed by --fix=all, which can change what a job does: look at it with --fix=all --diff`,
    );
  }
  const unpinned = unpinnedCount(report, plans);
  if (unpinned > 0) {
    const needs = unpinned === 1 ? 'finding needs' : 'findings need';
    context.log.warn(
      `${unpinned} ${needs} a commit or a digest that neither assay.lock nor --online has named: run assay pin ${directory} --apply`,
    );
  }
  return undefined;
}

/** Returns the number of findings that a pin clears, and that were not cleared. */
function unpinnedCount({ results }: Report, plans: readonly FilePlan[]): number {
  const cleared = new Set(plans.flatMap((plan) => plan.cleared.map(({ id }) => id)));
  return results
    .flatMap(({ findings }) => findings)
    .filter((one) => one.kind === 'rule' && PINNED_BY_PIN.has(one.rule) && !cleared.has(one.id))
    .length;
}

/** @throws AssayError `USAGE` for another level */
function levelOf(flags: FlagValues): FixLevel | undefined {
  const value = flags.text('fix');
  return value === undefined ? undefined : readChoices('fix', [value], LEVELS)[0];
}

function linesOf(plans: readonly FilePlan[]): readonly string[] {
  const cleared = plans.flatMap((plan) => plan.cleared.map((one) => lineOf('fixed', one)));
  const refused = plans.flatMap((plan) =>
    plan.refused.map(
      (one) => `${lineOf('not fixed', one)}: a second look does not confirm the edit`,
    ),
  );
  const count = plans.filter(({ old, fresh }) => old !== fresh).length;
  const total =
    cleared.length === 0
      ? 'nothing was fixed: no finding has an edit that clears it'
      : `${pluralize(cleared.length, 'finding')} fixed in ${pluralize(count, 'file')}`;
  return [...cleared, ...refused, total];
}

function lineOf(what: string, { rule, location, fix }: RuleFinding): string {
  const place = `${location.path.replace(/^\//u, '')}:${location.line ?? 1}`;
  return `${what}: ${place} ${rule}: ${fix?.description ?? ''}`.replace(/[.: ]+$/u, '');
}
