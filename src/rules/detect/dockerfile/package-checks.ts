/**
 * Checks of package managers: pinned versions, answers to prompts, what is installed beside what
 * was asked for.
 */

import { hit, runCommands } from './command-checks.ts';
import { ruleOf, type DockerfileCheck, type Hit, type RuleWords } from './check.ts';
import { addWord, replaceWord, wordWith } from './fixes.ts';
import { hasOption, managerCommand, type ManagerCommand } from './install-commands.ts';
import { DNF_INSTALLS, type ManagerName } from './package-managers.ts';
import { isPinned } from './pinned-packages.ts';
import type { DockerfileSubject, Step } from './subject.ts';

type Words = Omit<RuleWords, 'severity' | 'why' | 'remedy'> &
  Partial<Pick<RuleWords, 'severity' | 'why' | 'remedy'>>;

/** A rule for packages without a version. */
function unpinned(managers: readonly ManagerName[], words: Words): DockerfileCheck {
  return {
    rule: ruleOf({
      severity: 'medium',
      cwe: [1357],
      why: 'Without a version, two builds of the same file install different packages, and a bad release reaches the image at once.',
      remedy: 'Write the version of each package, or install from a lock file.',
      ...words,
    }),
    *find(subject): Generator<Hit> {
      for (const { step, command } of managerCommands(subject, managers)) {
        if (!command.isInstall) continue;
        const loose = command.packages.filter((one) => !isPinned(one, command));
        const [first] = loose;
        if (first === undefined) continue;
        const names = loose.map(({ text }) => text);
        const message = `"${command.program}" installs "${names.join('", "')}" without a version.`;
        yield { range: first.range, message, names: [command.program, ...names], step };
      }
    },
  };
}

/** A rule for commands that ask before they install. */
function prompting(
  managers: readonly ManagerName[],
  answers: readonly string[],
  words: Words & { readonly subcommands: readonly string[] },
): DockerfileCheck {
  const { subcommands, ...rest } = words;
  return {
    rule: ruleOf({
      severity: 'medium',
      why: 'The program asks for a confirmation before it installs. A build has no terminal to answer on, so it fails or hangs.',
      remedy: `Add the option ${answers[0] ?? ''}, which answers all questions.`,
      ...rest,
    }),
    *find(subject): Generator<Hit> {
      for (const { step, command } of managerCommands(subject, managers)) {
        if (!subcommands.includes(command.subcommand) || hasOption(command, ...answers)) continue;
        const isQuiet =
          command.options.filter(({ name }) => name === '-q' || name === '--quiet').length > 1;
        const isYes = command.options.some(({ name, value }) => name === '-q' && value === '2');
        const qq = command.options.some(({ name }) => /^-[a-z]*q[a-z]*q/u.test(name));
        if (command.manager === 'apt' && (isQuiet || isYes || qq || hasOption(command, '-q=2')))
          continue;
        const message = `"${command.program} ${command.subcommand}" asks before it goes on.`;
        const fix = addWord(subject, wordWith(command.command, command.subcommand), '-y');
        yield hit(step, command.command, message, fix);
      }
    },
  };
}

const RECOMMENDED: DockerfileCheck = {
  rule: ruleOf({
    name: 'apt-recommends',
    severity: 'low',
    title: 'apt-get install with recommended packages',
    aliases: ['DL3015', 'DS-0029', 'DS029', 'AVD-DS-0029'],
    why: 'Recommended packages are installed beside those that are asked for. Each of them can have vulnerabilities.',
    remedy: 'Add --no-install-recommends.',
    failing: 'FROM debian:13.1\nRUN apt-get install -y curl=8.14.1-2\n',
    passing: 'FROM debian:13.1\nRUN apt-get install -y --no-install-recommends curl=8.14.1-2\n',
  }),
  *find(subject) {
    for (const { step, command } of managerCommands(subject, ['apt'])) {
      if (!command.isInstall || command.program !== 'apt-get') continue;
      const isOff =
        hasOption(command, '--no-install-recommends') ||
        command.options.some(({ value }) =>
          /^APT::Install-Recommends=(?:false|0|no|off|"false")$/iu.test(value ?? ''),
        );
      if (isOff) continue;
      const word = wordWith(command.command, command.subcommand);
      const fix = addWord(subject, word, '--no-install-recommends');
      yield hit(step, command.command, 'The command also installs recommended packages.', fix);
    }
  },
};

const APT_FRONTEND: DockerfileCheck = {
  rule: ruleOf({
    name: 'apt-instead-of-apt-get',
    severity: 'medium',
    title: 'apt in a script',
    aliases: ['DL3027'],
    why: 'The program apt is made for people; its options and output may change between versions.',
    remedy: 'Use apt-get or apt-cache.',
    failing: 'FROM debian:13.1\nRUN apt install -y curl=8.14.1-2\n',
    passing: 'FROM debian:13.1\nRUN apt-get install -y --no-install-recommends curl=8.14.1-2\n',
  }),
  *find(subject) {
    for (const { step, command } of runCommands(subject)) {
      if (command.name !== 'apt') continue;
      const isSame = command.args.some(({ value = '' }) => APT_GET_COMMANDS.has(value));
      const fix = isSame ? replaceWord(subject, command.program, 'apt-get') : undefined;
      yield hit(step, command, 'The program apt is used in a script.', fix);
    }
  },
};

/** Subcommands that apt-get has too, with the same meaning. */
const APT_GET_COMMANDS: ReadonlySet<string> = new Set([
  ...['update', 'install', 'remove', 'purge', 'autoremove', 'clean', 'autoclean', 'download'],
]);

const DISTRIBUTION_UPGRADE: DockerfileCheck = {
  rule: ruleOf({
    name: 'distribution-upgrade',
    severity: 'medium',
    title: 'upgrade to another release of the distribution',
    aliases: ['DL3005', 'DL3035'],
    why: 'The base image then no longer says which release the image has, and what is known about it no longer holds.',
    remedy: 'Build on the newer release of the base image.',
    failing: 'FROM debian:13.1\nRUN apt-get update && apt-get dist-upgrade -y\n',
    passing: 'FROM debian:13.1\nRUN apt-get update && apt-get upgrade -y\n',
  }),
  *find(subject) {
    for (const { step, command } of managerCommands(subject, ['apt', 'zypper'])) {
      if (!['dist-upgrade', 'dup'].includes(command.subcommand)) continue;
      const message = `"${command.program} ${command.subcommand}" changes the release of the distribution.`;
      yield hit(step, command.command, message);
    }
  },
};

const PROMPT_CHECKS: readonly DockerfileCheck[] = [
  prompting(['apt'], ['-y', '--yes', '--assume-yes'], {
    name: 'apt-prompt',
    title: 'apt-get install that asks',
    severity: 'medium',
    aliases: ['DL3014', 'DS-0021', 'DS021', 'AVD-DS-0021'],
    failing: 'FROM debian:13.1\nRUN apt-get install --no-install-recommends curl=8.14.1-2\n',
    passing: 'FROM debian:13.1\nRUN apt-get install -y --no-install-recommends curl=8.14.1-2\n',
    subcommands: ['install'],
  }),
  prompting(['yum'], ['-y', '--assumeyes'], {
    name: 'yum-prompt',
    title: 'yum install that asks',
    aliases: ['DL3030'],
    failing: 'FROM centos:7.9\nRUN yum install httpd-2.4.6 && yum clean all\n',
    passing: 'FROM centos:7.9\nRUN yum install -y httpd-2.4.6 && yum clean all\n',
    subcommands: ['install', 'groupinstall', 'localinstall', 'reinstall'],
  }),
  prompting(['dnf'], ['-y', '--assumeyes'], {
    name: 'dnf-prompt',
    title: 'dnf install that asks',
    aliases: ['DL3038'],
    failing: 'FROM fedora:42\nRUN dnf install httpd-2.4.63 && dnf clean all\n',
    passing: 'FROM fedora:42\nRUN dnf install -y httpd-2.4.63 && dnf clean all\n',
    subcommands: DNF_INSTALLS,
  }),
  prompting(['zypper'], ['-n', '--non-interactive', '-y', '--no-confirm'], {
    name: 'zypper-prompt',
    title: 'zypper install that asks',
    aliases: ['DL3034'],
    failing: 'FROM opensuse/leap:15.6\nRUN zypper install httpd=2.4.58 && zypper clean\n',
    passing: 'FROM opensuse/leap:15.6\nRUN zypper -n install httpd=2.4.58 && zypper clean\n',
    subcommands: ['install', 'in', 'remove', 'rm', 'source-install', 'si', 'patch'],
  }),
];

const PIN_CHECKS: readonly DockerfileCheck[] = [
  unpinned(['apt'], {
    name: 'apt-unpinned',
    title: 'apt-get install without versions',
    aliases: ['DL3008'],
    remedy:
      'Write the version of each package, as in curl=8.14.1-2, or pin the base image by digest and a snapshot of the archive.',
    failing: 'FROM debian:13.1\nRUN apt-get install -y --no-install-recommends curl\n',
    passing: 'FROM debian:13.1\nRUN apt-get install -y --no-install-recommends curl=8.14.1-2\n',
  }),
  unpinned(['apk'], {
    name: 'apk-unpinned',
    title: 'apk add without versions',
    aliases: ['DL3018'],
    failing: 'FROM alpine:3.22\nRUN apk add --no-cache curl\n',
    passing: 'FROM alpine:3.22\nRUN apk add --no-cache curl=8.14.1-r2\n',
  }),
  unpinned(['yum'], {
    name: 'yum-unpinned',
    title: 'yum install without versions',
    aliases: ['DL3033'],
    failing: 'FROM centos:7.9\nRUN yum install -y httpd && yum clean all\n',
    passing: 'FROM centos:7.9\nRUN yum install -y httpd-2.4.6 && yum clean all\n',
  }),
  unpinned(['dnf'], {
    name: 'dnf-unpinned',
    title: 'dnf install without versions',
    aliases: ['DL3041'],
    failing: 'FROM fedora:42\nRUN dnf install -y httpd && dnf clean all\n',
    passing: 'FROM fedora:42\nRUN dnf install -y httpd-2.4.63 && dnf clean all\n',
  }),
  unpinned(['zypper'], {
    name: 'zypper-unpinned',
    title: 'zypper install without versions',
    aliases: ['DL3037'],
    failing: 'FROM opensuse/leap:15.6\nRUN zypper -n install httpd && zypper clean\n',
    passing: 'FROM opensuse/leap:15.6\nRUN zypper -n install httpd=2.4.58 && zypper clean\n',
  }),
  unpinned(['pip', 'pipx'], {
    name: 'pip-unpinned',
    title: 'pip install without versions',
    aliases: ['DL3013'],
    failing: 'FROM python:3.13.7\nRUN pip install --no-cache-dir flask\n',
    passing: 'FROM python:3.13.7\nRUN pip install --no-cache-dir flask==3.1.2\n',
  }),
  unpinned(['npm'], {
    name: 'npm-unpinned',
    title: 'npm install without versions',
    aliases: ['DL3016'],
    failing: 'FROM node:22.1\nRUN npm install --global express\n',
    passing: 'FROM node:22.1\nRUN npm install --global express@5.1.0\n',
  }),
  unpinned(['gem'], {
    name: 'gem-unpinned',
    title: 'gem install without versions',
    aliases: ['DL3028'],
    failing: 'FROM ruby:3.4.5\nRUN gem install rails\n',
    passing: 'FROM ruby:3.4.5\nRUN gem install rails:8.0.2\n',
  }),
  unpinned(['go'], {
    name: 'go-unpinned',
    title: 'go install without versions',
    aliases: ['DL3062'],
    failing: 'FROM golang:1.25.1\nRUN go install example.com/tool@latest\n',
    passing: 'FROM golang:1.25.1\nRUN go install example.com/tool@v1.2.3\n',
  }),
];

/** The checks of this file. */
export const PACKAGE_CHECKS: readonly DockerfileCheck[] = [
  ...PIN_CHECKS,
  ...PROMPT_CHECKS,
  RECOMMENDED,
  APT_FRONTEND,
  DISTRIBUTION_UPGRADE,
];

interface PlacedCommand {
  readonly step: Step;
  readonly command: ManagerCommand;
}

/** Many rules ask for the commands of one file. */
const placed = new WeakMap<DockerfileSubject, readonly PlacedCommand[]>();

function managerCommands(
  subject: DockerfileSubject,
  managers: readonly ManagerName[],
): readonly PlacedCommand[] {
  let known = placed.get(subject);
  if (known === undefined) {
    known = subject.steps
      .filter(({ instruction }) => instruction.keyword === 'RUN')
      .flatMap((step) =>
        step.commands.flatMap((one) => {
          const command = managerCommand(one);
          return command === undefined ? [] : [{ step, command }];
        }),
      );
    placed.set(subject, known);
  }
  return known.filter(({ command }) => managers.includes(command.manager));
}
