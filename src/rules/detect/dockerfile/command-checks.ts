/** Checks of commands that shells run, package managers aside. */

import { ruleOf, type DockerfileCheck, type Hit } from './check.ts';
import { SHELLS, type RunCommand } from '../commands/commands.ts';
import { addWord, type HitFix } from './fixes.ts';
import { masked } from '../commands/masking.ts';
import { splitOptions } from './install-commands.ts';
import type { ShellStatement } from '../../../formats/text/shell/shell.ts';
import { stepGroups, type DockerfileSubject, type Step } from './subject.ts';

const USELESS: ReadonlySet<string> = new Set([
  'ssh',
  'vim',
  'shutdown',
  'service',
  'ps',
  'free',
  'top',
  'kill',
  'mount',
  'ifconfig',
]);

const USELESS_COMMAND: DockerfileCheck = {
  rule: ruleOf({
    name: 'useless-command',
    severity: 'low',
    title: 'command without use in a build',
    aliases: ['DL3001'],
    why: 'The command acts on running services, terminals or hosts. A build has none of them, and what it starts ends with its instruction.',
    remedy: 'Remove the command from the build.',
    failing: 'FROM debian:13.1\nRUN service nginx start\n',
    passing: 'FROM debian:13.1\nRUN nginx -t\n',
  }),
  *find(subject) {
    for (const { step, command } of runCommands(subject)) {
      const { name } = command;
      if (name === undefined || !USELESS.has(name)) continue;
      yield hit(step, command, `The command "${name}" has no use in a build.`);
    }
  },
};

const CHANGED_DIRECTORY: DockerfileCheck = {
  rule: ruleOf({
    name: 'cd-instead-of-workdir',
    severity: 'low',
    title: 'cd instead of WORKDIR',
    aliases: ['DL3003', 'DS-0013', 'DS013', 'AVD-DS-0013'],
    why: 'The working directory of a RUN ends with it, so that cd is repeated or forgotten.',
    remedy: 'Set the directory with WORKDIR.',
    failing: 'FROM debian:13.1\nRUN cd /srv && make\n',
    passing: 'FROM debian:13.1\nWORKDIR /srv\nRUN make\n',
  }),
  *find(subject) {
    for (const { step, command } of runCommands(subject)) {
      if (command.name === 'cd') yield hit(step, command, 'The directory is changed by cd.');
    }
  },
};

const SUDO: DockerfileCheck = {
  rule: ruleOf({
    name: 'sudo',
    severity: 'high',
    title: 'sudo in a build',
    cwe: [250],
    aliases: ['DL3004', 'DS-0010', 'DS010', 'AVD-DS-0010'],
    why: 'The program sudo changes the handling of signals and terminals, and a rule for it in the image lets every process become root.',
    remedy: 'Switch the user with USER for the instructions that need root.',
    failing: 'FROM debian:13.1\nRUN sudo make install\n',
    passing: 'FROM debian:13.1\nUSER root\nRUN make install\nUSER 65532\n',
  }),
  *find(subject) {
    for (const { step, command } of runCommands(subject)) {
      if (command.name === 'sudo') yield hit(step, command, 'The command is run by sudo.');
    }
  },
};

const WGET_AND_CURL: DockerfileCheck = {
  rule: ruleOf({
    name: 'wget-and-curl',
    severity: 'medium',
    title: 'both wget and curl',
    aliases: ['DL4001', 'DS-0014', 'DS014', 'AVD-DS-0014'],
    why: 'Two programs serve one purpose, and both have to be patched.',
    remedy: 'Use one of the two programs for all downloads.',
    failing:
      'FROM debian:13.1\nRUN wget https://example.com/a\nRUN curl -O https://example.com/b\n',
    passing:
      'FROM debian:13.1\nRUN curl -O https://example.com/a\nRUN curl -O https://example.com/b\n',
  }),
  *find(subject) {
    for (const steps of stepGroups(subject)) {
      const used = steps
        .filter(({ instruction }) => instruction.keyword === 'RUN')
        .flatMap((step) => step.commands.map((command) => ({ step, command })))
        .filter(({ command }) => command.name === 'wget' || command.name === 'curl');
      const first = used[0]?.command.name;
      const other = used.find(({ command }) => command.name !== first);
      if (other === undefined) continue;
      yield hit(other.step, other.command, 'Both wget and curl are used in this stage.');
    }
  },
};

const WGET_PROGRESS: DockerfileCheck = {
  rule: ruleOf({
    name: 'wget-progress',
    severity: 'low',
    title: 'wget that writes its progress',
    aliases: ['DL3047'],
    why: 'Without a terminal, wget writes a line for each 50 KiB, which fills the log of the build.',
    remedy: 'Use --progress=dot:giga, or -q or -nv.',
    failing: 'FROM debian:13.1\nRUN wget https://example.com/a\n',
    passing: 'FROM debian:13.1\nRUN wget --progress=dot:giga https://example.com/a\n',
  }),
  *find(subject) {
    for (const { step, command } of runCommands(subject)) {
      if (command.name !== 'wget') continue;
      const { options } = splitOptions(
        command.args,
        new Set(['-O', '-o', '-a', '-P', '-U', '-t', '-T']),
      );
      const isQuiet = options.some(({ name }) =>
        /^(?:--progress|--quiet|--no-verbose|-nv|--output-file|--append-output|-[a-zA-Z]*[qoa][a-zA-Z]*)$/u.test(
          name,
        ),
      );
      const fix = addWord(subject, command.program, '--progress=dot:giga');
      if (!isQuiet)
        yield hit(
          step,
          command,
          'The program wget writes its progress into the log of the build.',
          fix,
        );
    }
  },
};

const LARGE_USER_ID: DockerfileCheck = {
  rule: ruleOf({
    name: 'useradd-large-id',
    severity: 'medium',
    title: 'useradd with a large user id and without -l',
    aliases: ['DL3046'],
    why: 'The program useradd writes lastlog and faillog with a place for each id up to the new one. With a large id the layer becomes gigabytes.',
    remedy: 'Add -l (--no-log-init).',
    failing: 'FROM debian:13.1\nRUN useradd -u 123456 app\n',
    passing: 'FROM debian:13.1\nRUN useradd -l -u 123456 app\n',
  }),
  *find(subject) {
    for (const { step, command } of runCommands(subject)) {
      if (command.name !== 'useradd') continue;
      const { options } = splitOptions(
        command.args,
        new Set([
          '-u',
          '--uid',
          '-g',
          '--gid',
          '-G',
          '--groups',
          '-d',
          '--home-dir',
          '-s',
          '--shell',
          '-c',
          '--comment',
          '-b',
          '-k',
          '-p',
          '-e',
          '-f',
          '-K',
          '-R',
        ]),
      );
      const id = options.find(({ name }) => name === '-u' || name === '--uid')?.value ?? '';
      const isLogged = !options.some(
        ({ name }) => name === '--no-log-init' || /^-[a-zA-Z]*l/u.test(name),
      );
      if (/^\d{6,}$/u.test(id) && isLogged)
        yield hit(
          step,
          command,
          `The user id ${id} is large, and -l is missing.`,
          addWord(subject, command.program, '-l'),
        );
    }
  },
};

const LINKED_SHELL: DockerfileCheck = {
  rule: ruleOf({
    name: 'linked-shell',
    severity: 'medium',
    title: 'link in the place of the shell',
    aliases: ['DL4005'],
    why: 'Replacing /bin/sh changes what every script of the image runs with.',
    remedy: 'Use SHELL ["/bin/bash", "-c"].',
    failing: 'FROM debian:13.1\nRUN ln -sf /bin/bash /bin/sh\n',
    passing: 'FROM debian:13.1\nSHELL ["/bin/bash", "-c"]\n',
  }),
  *find(subject) {
    for (const { step, command } of runCommands(subject)) {
      const isShell = command.args.some(({ value }) => value === '/bin/sh');
      if (command.name === 'ln' && isShell)
        yield hit(step, command, 'The command replaces /bin/sh.');
    }
  },
};

const PIPEFAIL: DockerfileCheck = {
  rule: ruleOf({
    name: 'pipe-without-pipefail',
    severity: 'medium',
    title: 'pipe whose failure is not seen',
    cwe: [754],
    aliases: ['DL4006'],
    why: 'A pipeline has the exit code of its last command. If a download in front of it fails, the build goes on.',
    remedy:
      'Set SHELL ["/bin/bash", "-o", "pipefail", "-c"] before, or begin the command with set -o pipefail.',
    failing: 'FROM debian:13.1\nRUN curl https://example.com/a | tar x\n',
    passing:
      'FROM debian:13.1\nSHELL ["/bin/bash", "-o", "pipefail", "-c"]\nRUN curl https://example.com/a | tar x\n',
  }),
  *find({ steps }) {
    for (const step of steps) {
      const { keyword, isJson, range } = step.instruction;
      const { body } = step.run;
      if (keyword !== 'RUN' || isJson || body === undefined || !step.shell.isPosix) continue;
      if (!body.statements.some(hasPipeline)) continue;
      if (hasPipefail(step.shell) || step.commands.some(setsPipefail)) continue;
      const message = 'The failure of a command in front of a pipe is not seen.';
      yield { range, message, names: step.commands.map(({ name }) => name ?? ''), step };
    }
  },
};

const CONSECUTIVE: DockerfileCheck = {
  rule: ruleOf({
    name: 'consecutive-run',
    severity: 'low',
    title: 'consecutive RUN instructions',
    aliases: ['DL3059'],
    why: 'Each RUN makes a layer of its own; what a later one deletes stays in the earlier one. Only instructions with one command are reported.',
    remedy: 'Join the commands in one RUN.',
    failing: 'FROM debian:13.1\nRUN make\nRUN make install\n',
    passing: 'FROM debian:13.1\nRUN make && make install\n',
  }),
  *find(subject) {
    for (const steps of stepGroups(subject)) {
      let before: Step | undefined;
      for (const step of steps) {
        if (isJoinable(before) && isJoinable(step) && flagsOf(before) === flagsOf(step)) {
          const message = 'This RUN follows another one, with which it could be joined.';
          const names = step.commands.map(({ name }) => name ?? '');
          yield { range: step.instruction.range, message, names, step };
        }
        before = step;
      }
    }
  },
};

/** The checks of this file. */
export const COMMAND_CHECKS: readonly DockerfileCheck[] = [
  USELESS_COMMAND,
  CHANGED_DIRECTORY,
  SUDO,
  WGET_AND_CURL,
  WGET_PROGRESS,
  LARGE_USER_ID,
  LINKED_SHELL,
  PIPEFAIL,
  CONSECUTIVE,
];

/** Yields all commands of `RUN` instructions. */
export function* runCommands({ steps }: Pick<DockerfileSubject, 'steps'>): Generator<{
  readonly step: Step;
  readonly command: RunCommand;
}> {
  for (const step of steps) {
    if (step.instruction.keyword !== 'RUN') continue;
    for (const command of step.commands) yield { step, command };
  }
}

/** Returns a finding about one command. */
export function hit(
  step: Step,
  { range, name, args }: RunCommand,
  message: string,
  fix?: HitFix,
): Hit {
  // A name is no secret: fingerprints of findings can be guessed at.
  const words = masked([name ?? '', ...args.map(({ text }) => text)].join(' '));
  return { range, message, names: words.split(' '), step, fix };
}

function hasPipeline(statement: ShellStatement): boolean {
  switch (statement.kind) {
    case 'command':
      return false;
    case 'pipeline':
      return statement.stages.length > 1 || statement.stages.some(hasPipeline);
    case 'chain':
      return [statement.first, ...statement.rest.map((one) => one.statement)].some(hasPipeline);
    case 'compound':
      return [...statement.conditions, ...statement.statements].some(hasPipeline);
  }
}

/** POSIX.1-2017 has no such option, so a plain sh may refuse or ignore it. */
function hasPipefail({ name, options }: Step['shell']): boolean {
  return options.includes('pipefail') && name !== 'sh' && name !== 'dash';
}

/**
 * `set -o pipefail`, also among other options as in `set -euxo pipefail`, and `bash -o pipefail`.
 */
function setsPipefail({ name, args }: RunCommand): boolean {
  if (name !== 'set' && !SHELLS.has(name ?? '')) return false;
  return args.some(
    ({ value }, at) => value === 'pipefail' && /^-[a-z]*o$/u.test(args[at - 1]?.value ?? ''),
  );
}

function isJoinable(step: Step | undefined): step is Step {
  if (step === undefined) return false;
  const { keyword, heredocs } = step.instruction;
  const statements = step.run.body?.statements ?? [];
  // Where several commands are joined already, the author has thought about the layers.
  const isOne = statements.length < 2 && statements[0]?.kind !== 'chain';
  return keyword === 'RUN' && !step.isTrigger && heredocs.length === 0 && isOne;
}

function flagsOf({ instruction }: Step): string {
  return instruction.flags.map(({ text }) => text).join(' ');
}
