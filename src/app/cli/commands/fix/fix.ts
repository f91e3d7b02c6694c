/** `assay fix`: plans upgrades of a directory of code, tries them, and writes them. */

import { resolve } from 'node:path';
import { AssayError } from '../../../../core/base/errors.ts';
import { exists } from '../../../../core/base/exists.ts';
import { readExceptionFiles } from '../../../config/exception-files.ts';
import { readAllowance } from '../../../../tasks/fix/allowance.ts';
import type { FixRequest } from '../../../../tasks/fix/request.ts';
import { run as runFix } from '../../../../tasks/fix/run.ts';
import { EXIT_CODES, runExitCode } from '../../../../core/model/report/exit-codes.ts';
import { checkWritable, planOutputs } from '../../print/outputs.ts';
import { writeTexts } from '../../print/text-outputs.ts';
import { maskedDiffs } from '../../shell/masked-diffs.ts';
import { readPolicy } from '../../shell/options/policy-options.ts';
import { readUngatedOptions, runRequest } from '../../shell/options/scan-options.ts';
import { raiseYoungGenerationSize } from '../../shell/v8-heap-flags.ts';
import type { CommandModule, Session } from '../command.ts';
import { FIX_FLAGS, FIX_FORMATS } from './flags.ts';
import { renderFix } from './render-fix.ts';

export const fix: CommandModule = {
  usage: '[PATH]',
  description:
    'Plans the smallest set of upgrades that clears the findings of a directory, tries it with the package manager in a copy outside of the directory, and matches again what the package manager wrote. Nothing is called fixed that this second match has not cleared. PATH is a directory (default: the working directory). With a gate, the plan clears what fails the gate, and the gate then judges what is left; without one, it clears everything with a fix. Without --apply nothing is written. With --offline no package manager is started, and every step is "not tried". Manifests of Maven, .NET, Bundler and Composer are edited without their package managers, and called "edited, not resolved". See docs/fix.md.',
  flags: FIX_FLAGS,
  examples: [
    { command: 'assay fix', purpose: 'show the plan, tried and matched again' },
    { command: 'assay fix . --diff', purpose: 'print the changes of manifests and lockfiles' },
    {
      command: 'assay fix . --apply --fail-on high+fixable',
      purpose: 'write the changes, and fail if a fixable high finding is left',
    },
    {
      command: 'assay fix . --id CVE-2021-44906 --allow minor,minimist:major',
      purpose: 'clear one vulnerability, and allow a major upgrade of one package',
    },
    {
      command: 'assay fix . --offline -f json',
      purpose: 'plan from lockfiles and advisories alone',
    },
  ],
  run: async (session) => {
    raiseYoungGenerationSize();
    const { flags, io, context } = session;
    const outputs = planOutputs(flags, FIX_FORMATS);
    const request = await readRequest(session);
    await checkWritable(outputs, io.cwd);
    const outcome = await runFix(request, context);
    const isAsked = outcome.after.verdict.status !== 'notAsked';
    const exitCode = isAsked ? runExitCode(outcome.after) : EXIT_CODES.pass;
    const view = { exitCode, wantsDiff: flags.isOn('diff'), typed: session.typed };
    await writeTexts(session, outputs, ({ format }) => renderFix(format, outcome, view));
    if (isAsked) {
      const { printVerdict } = await import('../../print/verdict-output.ts');
      await printVerdict(session, outcome.after, []);
    }
    return exitCode;
  },
};

async function readRequest(session: Session): Promise<FixRequest> {
  const { args, flags, io } = session;
  const [target = '.', ...more] = args;
  if (more.length > 0) {
    const [extra = ''] = more;
    throw new AssayError('USAGE', `only one directory is accepted, and "${extra}" is another one`, {
      hint: 'Name the directory that contains both, or run assay fix for each.',
    });
  }
  if (/^[^./:]+(?:\/[^:]*)?:/u.test(target) && !(await exists(resolve(io.cwd, target)))) {
    throw new AssayError('NOT_FOUND', `there is no directory "${target}"`, {
      hint: `It was looked for from "${io.cwd}". Images are not edited: assay base IMAGE compares better ones, and assay pin --update renews the lines that name them.`,
    });
  }
  const mode = flags.isOn('apply') ? 'apply' : 'plan';
  const testCommand = flags.text('test');
  const stray = ['force-dirty', 'test'].find((name) => flags.from(name) === 'flag');
  if (stray !== undefined && mode === 'plan') {
    throw new AssayError(
      'USAGE',
      `--${stray} applies to files that are written, and --apply is missing`,
      { hint: `Add --apply, or leave out --${stray}.` },
    );
  }
  const { options: exceptions, overrides } = await readExceptionFiles(session);
  const options = await readUngatedOptions(session, [{ reference: target, kind: 'directory' }]);
  const scan = runRequest(session, {
    ...options,
    wantsAdvisories: true,
    policy: readPolicy(session, exceptions),
    ...(overrides && { overrides }),
  });
  return {
    target,
    cwd: io.cwd,
    env: io.env,
    mode,
    scan,
    narrowing: { ids: flags.list('id'), packages: flags.list('package') },
    allowance: readAllowance(flags.list('allow')),
    ...(testCommand !== undefined && { testCommand }),
    isDirtyAllowed: flags.isOn('force-dirty'),
    ...(flags.isOn('diff') && { diffFile: await maskedDiffs(session) }),
  };
}
