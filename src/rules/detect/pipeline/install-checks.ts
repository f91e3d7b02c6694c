/**
 * Checks of packages and tools that a script installs outside of a lockfile.
 *
 * Source: docs.zizmor.sh, "adhoc-packages"; the help pages of the programs.
 */

import { loosePackages } from '../commands/locked-packages.ts';
import type { PackageCommand } from '../commands/package-command.ts';
import type { Hit, PipelineCheck } from './checks/check.ts';
import { ruleOf } from './checks/check.ts';
import { nameOf } from './checks/step-checks.ts';
import { stepPackageCommands } from './step-commands.ts';
import type { PipelineSubject } from './subject.ts';
import type { Job } from './workflow.ts';

/** Programs whose projects have a lockfile that the command goes past. */
const OF_PROJECTS: ReadonlySet<string> = new Set(['npm', 'yarn', 'pnpm', 'gem', 'bundle']);

const ADHOC: PipelineCheck = {
  rule: ruleOf({
    name: 'adhoc-packages',
    severity: 'low',
    title: 'package installed outside of a lockfile',
    cwe: [1357, 494],
    why: 'The command chooses the package, or its dependencies, when it runs. A version fixes the package alone: a bad release of one of its dependencies reaches the job at once.',
    remedy:
      'Add the package to package.json or the Gemfile, commit the lockfile, and install by npm ci or bundle install.',
    failing:
      'on: push\npermissions: {}\njobs: {a: {runs-on: x, steps: [{run: npm install left-pad}]}}\n',
    passing: 'on: push\npermissions: {}\njobs: {a: {runs-on: x, steps: [{run: npm ci}]}}\n',
  }),
  *find(subject) {
    yield* looseInstalls(
      subject,
      ({ act, program }) => act === 'install' && OF_PROJECTS.has(program),
    );
  },
};

const UNLOCKED: PipelineCheck = {
  rule: ruleOf({
    name: 'unlocked-tool',
    isOwn: true,
    severity: 'low',
    title: 'tool installed outside of a lockfile',
    cwe: [1357, 494],
    why: 'The command chooses the tool, or its dependencies, when it runs. A bad release then runs with the rights of the job at once.',
    remedy:
      'Install from a lockfile or with hashes: pip install --require-hashes -r FILE, uv sync --locked, cargo install --locked, go install NAME@v1.2.3, a local tool in package.json.',
    failing:
      'on: push\npermissions: {}\njobs: {a: {runs-on: x, steps: [{run: pip install black}]}}\n',
    passing:
      'on: push\npermissions: {}\njobs: {a: {runs-on: x, steps: [{run: pip install --require-hashes -r requirements.txt}]}}\n',
  }),
  *find(subject) {
    const withModules = new Set<Job | undefined>();
    for (const step of subject.steps) {
      for (const { command, range } of stepPackageCommands(subject, step)) {
        if (command.act === 'publish') continue;
        if (command.act === 'install' && OF_PROJECTS.has(command.program)) continue;
        const isLocal = withModules.has(step.job) && mayBeLocal(command);
        if (isLocal) continue;
        yield* looseHits(command, range, nameOf(step));
      }
      if (INSTALLS_MODULES.test(step.run?.value ?? '')) withModules.add(step.job);
    }
  },
};

/** Commands that install what the lockfile of a project has, from where `npx` takes programs. */
const INSTALLS_MODULES =
  /\b(?:npm\s+(?:ci|i|install|clean-install)|pnpm\s+(?:i|install)|yarn(?:\s+install)?|bun\s+(?:i|install))(?:\s+-\S+)*\s*(?:$|[\n;&|])/u;

/** Whether a program of the project may be meant: no option and no version asks for another one. */
function mayBeLocal({ act, program, path, operands, options }: PackageCommand): boolean {
  if (act !== 'execute' || !['npm', 'bun'].includes(program) || path.includes('create'))
    return false;
  const isAsked = options.some(({ name }) => /^(?:-y|--yes|-p|--package)$/u.test(name));
  return !isAsked && operands.every(({ value = '' }) => !/.@/u.test(value));
}

function* looseInstalls(
  subject: PipelineSubject,
  isMeant: (command: PackageCommand) => boolean,
): Generator<Hit> {
  for (const step of subject.steps) {
    for (const { command, range } of stepPackageCommands(subject, step)) {
      if (isMeant(command)) yield* looseHits(command, range, nameOf(step));
    }
  }
}

function* looseHits(
  command: PackageCommand,
  range: Hit['range'],
  names: readonly string[],
): Generator<Hit> {
  const [first] = loosePackages(command);
  if (first === undefined) return;
  const name = (first.value ?? first.text).slice(0, 80);
  const isUnknown = first.value === undefined;
  const what = isUnknown ? 'a package that a variable names' : `"${name}"`;
  yield {
    range,
    message: `"${[command.program, ...command.path].join(' ')}" takes ${what} from outside of a lockfile.`,
    names: [...names, command.program, isUnknown ? '' : name],
  };
}

/** Checks of installations. */
export const INSTALL_CHECKS: readonly PipelineCheck[] = [ADHOC, UNLOCKED];
