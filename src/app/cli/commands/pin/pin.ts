/** `assay pin`: writes digests and commits beside the tags of a directory's files. */

import { resolve } from 'node:path';

import { layerCacheFolder } from '../../../../core/base/cache-directory.ts';
import { openRecordStore } from '../../../../core/base/record-store.ts';
import { AssayError } from '../../../../core/base/errors.ts';
import { EXIT_CODES } from '../../../../core/model/report/exit-codes.ts';
import { parsePlatform } from '../../../../core/model/artifact/platform.ts';
import { pinCauses, type PinCause } from '../../../../tasks/pin/exit-code.ts';
import type { PinMode } from '../../../../tasks/pin/outcome.ts';
import { LEDGER_NAME, openLedgerSightings } from '../../../../tasks/pin/ledger-sightings.ts';
import { makeLayoutResolver } from '../../../../tasks/pin/resolve-layout.ts';
import type { PinRequest } from '../../../../tasks/pin/request.ts';
import { run as runPin } from '../../../../tasks/pin/run.ts';
import { badValue, readDuration } from '../../../config/values.ts';
import { checkWritable, planOutputs, type Output } from '../../print/outputs.ts';
import { writeTexts } from '../../print/text-outputs.ts';
import { maskedDiffs } from '../../shell/masked-diffs.ts';
import { readActionsUrl } from '../../shell/options/actions-url.ts';
import { readRegistryOptions } from '../../shell/options/registry-options.ts';
import type { CommandModule, FlagValues, Session } from '../command.ts';
import { PIN_FLAGS, PIN_FORMATS } from './flags.ts';
import { judgeOf } from './judge.ts';
import { pinProblems } from './pin-text.ts';
import { renderOutcome, type DecidedOutcome } from './render-outcome.ts';

export const pin: CommandModule = {
  usage: '[PATH]',
  description:
    'Pins references that can change: an image tag gets its digest, a tag or branch of an action is replaced by the commit, and a version in requirements.txt gets its hashes. PATH is a directory (default: the working directory) or one file. Without --apply nothing is written. With --check no network is used, and the run ends with 1 if anything is not pinned. A reference that cannot carry a digest is listed with the reason; a comment "# assay: no-pin REASON" exempts a line. See docs/pin.md.',
  flags: PIN_FLAGS,
  examples: [
    { command: 'assay pin', purpose: 'show what would be pinned' },
    { command: 'assay pin --apply', purpose: 'write the digests' },
    { command: 'assay pin --check', purpose: 'fail a job if a reference is not pinned' },
    { command: 'assay pin Dockerfile --diff', purpose: 'print the change of one file as a diff' },
    {
      command: 'assay pin --update --apply --min-age 7d --ledger',
      purpose:
        'take newer digests that the ledger has known for a week and that add no high finding',
    },
  ],
  run: async (session) => {
    const outputs = planOutputs(session.flags, PIN_FORMATS);
    const { io, context } = session;
    const plain = await readRequest(session);
    await checkWritable(outputs, io.cwd);
    const ledgerPath = readLedgerPath(session.flags);
    const sightings =
      ledgerPath === undefined
        ? undefined
        : await openLedgerSightings(resolve(io.cwd, ledgerPath), context);
    const request = { ...plain, ...(sightings !== undefined && { sightings }) };
    const outcome = await runPin(request, context);
    await sightings?.save();
    const causes = allowedCauses(pinCauses(outcome), session.flags);
    const exitCode = exitCodeOf(causes);
    await writeOutcome(session, outputs, {
      outcome,
      causes,
      exitCode,
      wantsDiff: request.wantsDiff,
      ledgerPath,
    });
    return exitCode;
  },
};

async function readRequest(session: Session): Promise<PinRequest> {
  const { args, flags, io } = session;
  const [target = '.', ...more] = args;
  if (more.length > 0) {
    const [extra = ''] = more;
    throw new AssayError('USAGE', `only one path is accepted, and "${extra}" is another one`, {
      hint:
        flags.from('ledger') === 'flag'
          ? 'The file of a ledger follows an equals sign: --ledger=FILE'
          : 'Name the directory that contains both, and leave other files out with --exclude GLOB.',
    });
  }
  const mode = readMode(flags);
  const isUpdate = flags.isOn('update');
  const minAge = flags.text('min-age');
  if (minAge !== undefined && !isUpdate) {
    throw new AssayError('USAGE', '--min-age applies to newer digests, and --update is missing', {
      hint: 'Add --update, or leave out --min-age.',
    });
  }
  const platform = readPlatform(flags);
  const actionsUrl = readActionsUrl(session);
  const layout = flags.text('layout');
  const layoutFolder = layout === undefined ? undefined : resolve(io.cwd, layout);
  const places = { actionsUrl, ...(layoutFolder !== undefined && { layout: layoutFolder }) };
  return {
    target,
    cwd: io.cwd,
    mode,
    isUpdate,
    exclude: flags.all('exclude'),
    allowEmpty: flags.isOn('allow-empty'),
    ...(platform !== undefined && { platform }),
    wantsDiff: flags.isOn('diff'),
    ...(flags.isOn('diff') && { diffFile: await maskedDiffs(session) }),
    resolverOptions: {
      registry: await readRegistryOptions(session),
      isBranchOnly: flags.isOn('branch-only'),
      actionsUrl,
      env: io.env,
      cwd: io.cwd,
    },
    ...(mode === 'check' && {
      cache: openRecordStore(layerCacheFolder(session), { log: session.context.log }),
    }),
    ...(layoutFolder !== undefined && {
      resolvers: { image: makeLayoutResolver(layoutFolder) },
    }),
    ...(minAge !== undefined && { minAgeMs: readDuration('min-age', minAge) }),
    ...(isUpdate && { judge: await judgeOf(session, places) }),
  };
}

/** Ages count from the ledger, so that `--min-age` needs one. */
function readLedgerPath(flags: FlagValues): string | undefined {
  const given = flags.text('ledger');
  return given ?? (flags.text('min-age') === undefined ? undefined : LEDGER_NAME);
}

function readMode(flags: FlagValues): PinMode {
  if (!flags.isOn('check')) return flags.isOn('apply') ? 'apply' : 'show';
  const other = ['apply', 'update', 'diff', 'ledger'].find((name) => flags.isOn(name));
  if (other !== undefined) {
    throw new AssayError('USAGE', `--check uses no network, and --${other} needs it`, {
      hint: 'Leave out one of the two.',
    });
  }
  return 'check';
}

function readPlatform(flags: FlagValues): string | undefined {
  const [platform, ...more] = flags.list('platform');
  if (platform === undefined) return undefined;
  if (more.length === 0 && parsePlatform(platform) !== undefined) return platform;
  throw badValue(
    'platform',
    [platform, ...more].join(','),
    'Name one platform, as in linux/amd64. Without --platform all platforms of an image are pinned.',
  );
}

/** `--allow-incomplete` lets files pass that cannot be read. */
function allowedCauses(causes: readonly PinCause[], flags: FlagValues): readonly PinCause[] {
  const kinds = flags.list('allow-incomplete');
  const isAllowed = kinds.includes('all') || kinds.includes('unreadable');
  return isAllowed ? causes.filter((cause) => cause !== 'incomplete') : causes;
}

const CODES: Readonly<Record<PinCause, number>> = {
  refused: EXIT_CODES.untrustedSource,
  findings: EXIT_CODES.findings,
  unresolved: EXIT_CODES.target,
  incomplete: EXIT_CODES.incomplete,
};

function exitCodeOf([cause]: readonly PinCause[]): number {
  return cause === undefined ? EXIT_CODES.pass : CODES[cause];
}

async function writeOutcome(
  session: Session,
  outputs: readonly Output[],
  decided: DecidedOutcome,
): Promise<void> {
  await writeTexts(session, outputs, ({ format }) => {
    if (format === 'table' && decided.wantsDiff) {
      for (const problem of pinProblems(decided.outcome)) session.context.log.warn(problem);
    }
    return renderOutcome(format, decided, session.typed);
  });
}
