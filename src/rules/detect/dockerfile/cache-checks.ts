/** Checks of caches of package managers that stay in a layer of the image. */

import type { Argument } from '../commands/commands.ts';
import { hit } from './command-checks.ts';
import { ruleOf, type DockerfileCheck, type Hit, type RuleWords } from './check.ts';
import { addCommand, addWord, wordWith } from './fixes.ts';
import { hasOption, managerCommand, type ManagerCommand } from './install-commands.ts';
import type { ManagerName } from './package-managers.ts';
import { shippedSteps, type Step } from './subject.ts';

/** Where a program keeps what it downloaded, and what removes it. */
interface Cache {
  readonly managers: readonly ManagerName[];
  /** Whether a command fills the cache. */
  readonly fills: (command: ManagerCommand) => boolean;
  /** Whether a command of the same program empties it. */
  readonly empties?: (command: ManagerCommand) => boolean;
  /** Folders of the cache; a mount has to cover all of one group. */
  readonly folders: readonly (readonly string[])[];
  /** A variable that switches the cache off. */
  readonly variable?: string;
  /** An option that switches the cache off. */
  readonly option?: string;
  /** The command that removes the cache. */
  readonly cleaning: (program: string) => string;
}

type Words = Omit<RuleWords, 'severity' | 'why'> & Partial<Pick<RuleWords, 'severity'>>;

/** A rule about a cache. Stages whose layers are not in the image are passed over. */
function uncleaned(cache: Cache, words: Words): DockerfileCheck {
  return {
    rule: ruleOf({
      severity: 'low',
      why: 'What the program downloaded stays in the layer, where nothing uses it. A later instruction that deletes it does not make the image smaller.',
      ...words,
    }),
    *find(subject): Generator<Hit> {
      for (const step of shippedSteps(subject)) {
        if (step.instruction.keyword !== 'RUN') continue;
        const filling = fillingCommand(step, cache);
        if (filling === undefined || isMounted(step, cache) || isOff(step, filling, cache))
          continue;
        const message = `"${filling.program} ${filling.subcommand}" leaves its cache in the layer.`;
        const word = wordWith(filling.command, filling.subcommand);
        const fix =
          cache.option === undefined
            ? addCommand(subject, step, cache.cleaning(filling.program))
            : addWord(subject, word, cache.option);
        yield hit(step, filling.command, message, fix);
      }
    },
  };
}

/** The last command that fills the cache, if none behind it empties it. */
function fillingCommand(
  step: Step,
  { managers, fills, empties, folders }: Cache,
): ManagerCommand | undefined {
  let filling: ManagerCommand | undefined;
  for (const command of step.commands) {
    const own = managerCommand(command);
    const isOwn = own !== undefined && managers.includes(own.manager);
    if (isOwn && fills(own)) filling = own;
    else if (isOwn && empties?.(own) === true) filling = undefined;
    else if (command.name === 'rm' && command.args.some((one) => isBelow(one, folders.flat()))) {
      filling = undefined;
    }
  }
  return filling;
}

function isBelow({ value, text }: Argument, folders: readonly string[]): boolean {
  const path = value ?? text.replaceAll(/["']/gu, '');
  return folders.some(
    (folder) =>
      path.startsWith(folder) || (path.endsWith('/*') && folder.startsWith(path.slice(0, -1))),
  );
}

function isMounted({ instruction }: Step, { folders }: Cache): boolean {
  const targets = instruction.flags.flatMap(({ name, options }) => {
    const type = options.find((option) => option.name === 'type')?.value;
    if (name !== 'mount' || (type !== 'cache' && type !== 'tmpfs')) return [];
    const target = options.find((option) =>
      ['target', 'dst', 'destination'].includes(option.name),
    )?.value;
    return target === undefined ? [] : [`${target.replace(/\/+$/u, '')}/`];
  });
  return folders.some((group) =>
    group.every((folder) =>
      targets.some(
        (target) =>
          `${folder}/`.startsWith(target) ||
          target.endsWith(`${folder}/`) ||
          target.startsWith(`${folder}/`),
      ),
    ),
  );
}

/** Switched off by `ENV`, by `export`, or for the one command. */
function isOff(step: Step, { command }: ManagerCommand, { variable }: Cache): boolean {
  if (variable === undefined) return false;
  const exported = step.commands.flatMap(({ shell }) =>
    (shell?.assignments ?? [])
      .filter(({ name }) => name === variable)
      .map(({ value }) => value?.value),
  );
  const values = [step.values.get(variable)?.value, command.assignments.get(variable), ...exported];
  return values.some((value) => value !== undefined && !/^(?:0|off|false|no|)$/iu.test(value));
}

const isInstall = ({ isInstall: is }: ManagerCommand): boolean => is;

/** The checks of this file. */
export const CACHE_CHECKS: readonly DockerfileCheck[] = [
  uncleaned(
    {
      managers: ['apt'],
      fills: ({ subcommand }) => subcommand === 'update',
      folders: [['/var/lib/apt/lists', '/var/cache/apt']],
      cleaning: () => 'rm -rf /var/lib/apt/lists/*',
    },
    {
      name: 'apt-lists',
      title: 'lists of apt that stay in the layer',
      aliases: ['DL3009'],
      remedy:
        'End the same RUN with rm -rf /var/lib/apt/lists/*, or mount caches for /var/lib/apt/lists and /var/cache/apt.',
      failing:
        'FROM debian:13.1\nRUN apt-get update && apt-get install -y --no-install-recommends curl=8.14.1-2\n',
      passing:
        'FROM debian:13.1\nRUN apt-get update && apt-get install -y --no-install-recommends curl=8.14.1-2 && rm -rf /var/lib/apt/lists/*\n',
    },
  ),
  uncleaned(
    {
      managers: ['yum'],
      fills: isInstall,
      empties: ({ subcommand, packages }) => subcommand === 'clean' && packages[0]?.value === 'all',
      folders: [['/var/cache/yum'], ['/var/cache/dnf']],
      cleaning: () => 'yum clean all',
    },
    {
      name: 'yum-cache',
      severity: 'medium',
      title: 'cache of yum that stays in the layer',
      aliases: ['DL3032', 'DS-0015', 'DS015', 'AVD-DS-0015'],
      remedy: 'End the same RUN with yum clean all, or mount a cache for /var/cache/yum.',
      failing: 'FROM centos:7.9\nRUN yum install -y httpd-2.4.6\n',
      passing: 'FROM centos:7.9\nRUN yum install -y httpd-2.4.6 && yum clean all\n',
    },
  ),
  uncleaned(
    {
      managers: ['dnf'],
      fills: isInstall,
      empties: ({ subcommand, packages }) => subcommand === 'clean' && packages[0]?.value === 'all',
      folders: [['/var/cache/dnf'], ['/var/cache/libdnf5'], ['/var/cache/yum']],
      cleaning: (program) => `${program} clean all`,
    },
    {
      name: 'dnf-cache',
      severity: 'medium',
      title: 'cache of dnf that stays in the layer',
      aliases: ['DL3040', 'DS-0019', 'DS019', 'AVD-DS-0019'],
      remedy:
        'End the same RUN with dnf clean all, or mount a cache for /var/cache/libdnf5 or /var/cache/dnf.',
      failing: 'FROM fedora:42\nRUN dnf install -y httpd-2.4.63\n',
      passing: 'FROM fedora:42\nRUN dnf install -y httpd-2.4.63 && dnf clean all\n',
    },
  ),
  uncleaned(
    {
      managers: ['zypper'],
      fills: isInstall,
      empties: ({ subcommand }) => ['clean', 'cc'].includes(subcommand),
      folders: [['/var/cache/zypp']],
      cleaning: () => 'zypper clean',
    },
    {
      name: 'zypper-cache',
      severity: 'medium',
      title: 'cache of zypper that stays in the layer',
      aliases: ['DL3036', 'DS-0020', 'DS020', 'AVD-DS-0020'],
      remedy: 'End the same RUN with zypper clean, or mount a cache for /var/cache/zypp.',
      failing: 'FROM opensuse/leap:15.6\nRUN zypper -n install httpd=2.4.58\n',
      passing: 'FROM opensuse/leap:15.6\nRUN zypper -n install httpd=2.4.58 && zypper clean\n',
    },
  ),
  uncleaned(
    {
      managers: ['apk'],
      fills: (command) => isInstall(command) && !hasOption(command, '--no-cache'),
      folders: [['/var/cache/apk'], ['/etc/apk/cache']],
      option: '--no-cache',
      cleaning: () => 'rm -rf /var/cache/apk/*',
    },
    {
      name: 'apk-cache',
      title: 'cache of apk that stays in the layer',
      aliases: ['DL3019', 'DS-0025', 'DS025', 'AVD-DS-0025'],
      remedy: 'Use apk add --no-cache.',
      failing: 'FROM alpine:3.22\nRUN apk add curl=8.14.1-r2\n',
      passing: 'FROM alpine:3.22\nRUN apk add --no-cache curl=8.14.1-r2\n',
    },
  ),
  uncleaned(
    {
      managers: ['pip'],
      fills: (command) => isInstall(command) && !hasOption(command, '--no-cache-dir'),
      empties: ({ subcommand, packages }) =>
        subcommand === 'cache' && packages[0]?.value === 'purge',
      folders: [['/.cache/pip']],
      variable: 'PIP_NO_CACHE_DIR',
      option: '--no-cache-dir',
      cleaning: (program) => `${program} cache purge`,
    },
    {
      name: 'pip-cache',
      severity: 'medium',
      title: 'cache of pip that stays in the layer',
      aliases: ['DL3042'],
      remedy: 'Use pip install --no-cache-dir, or mount a cache for /root/.cache/pip.',
      failing: 'FROM python:3.13.7\nRUN pip install flask==3.1.2\n',
      passing: 'FROM python:3.13.7\nRUN pip install --no-cache-dir flask==3.1.2\n',
    },
  ),
  uncleaned(
    {
      managers: ['yarn'],
      fills: ({ subcommand }) => subcommand === 'install',
      empties: ({ subcommand, packages }) =>
        subcommand === 'cache' && packages[0]?.value === 'clean',
      folders: [['/.cache/yarn'], ['/share/.cache'], ['/.yarn/berry/cache'], ['/.yarn']],
      cleaning: () => 'yarn cache clean',
    },
    {
      name: 'yarn-cache',
      title: 'cache of yarn that stays in the layer',
      aliases: ['DL3060'],
      remedy: 'End the same RUN with yarn cache clean, or mount a cache for its folder.',
      failing: 'FROM node:22.1\nRUN yarn install --frozen-lockfile\n',
      passing: 'FROM node:22.1\nRUN yarn install --frozen-lockfile && yarn cache clean\n',
    },
  ),
];
