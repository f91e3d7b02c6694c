/** Rules about files and directories of an image. */

import type { EntryMode } from '../../../core/model/layer/entry-notes.ts';
import type { Rule, RuleExample } from '../rule.ts';

/** A program that runs with the rights of its owner or group. */
export const SETUID_FILE: Rule = {
  id: 'image/setuid-file',
  category: 'misconfiguration',
  severity: 'low',
  title: 'program with the set-user-ID or set-group-ID bit',
  cwe: [250],
  aliases: ['CIS-DI-0008', 'CIS-4.8'],
  why: 'A user who starts such a program gets the rights of its owner or group. In a container few programs need the bit, and a fault in one of them makes an attacker root.',
  remedy:
    'Remove the bit: RUN chmod a-s PATH. Containers that run with --security-opt no-new-privileges ignore it.',
  failing: fileExample('RUN chmod 4755 /usr/local/bin/tool\n', {
    path: '/usr/local/bin/tool',
    mode: 0o4755,
  }),
  passing: fileExample('RUN chmod 0755 /usr/local/bin/tool\n', {
    path: '/usr/local/bin/tool',
    mode: 0o755,
  }),
};

/** A program that runs with the rights of its owner, and that others can replace. */
export const WRITABLE_SETUID_FILE: Rule = {
  id: 'image/writable-setuid-file',
  category: 'misconfiguration',
  severity: 'high',
  title: 'program with the set-user-ID or set-group-ID bit that everyone may write',
  cwe: [250, 732],
  aliases: [],
  why: 'Everyone may change the program, and whoever starts it has the rights of its owner or group.',
  remedy: 'Remove the bit, or the write permission of others: RUN chmod o-w PATH.',
  failing: fileExample('RUN chmod 4757 /usr/local/bin/tool\n', {
    path: '/usr/local/bin/tool',
    mode: 0o4757,
  }),
  passing: fileExample('RUN chmod 0755 /usr/local/bin/tool\n', {
    path: '/usr/local/bin/tool',
    mode: 0o755,
  }),
};

/** A directory in which everyone may rename and delete the files of others. */
export const WORLD_WRITABLE_DIRECTORY: Rule = {
  id: 'image/world-writable-directory',
  category: 'misconfiguration',
  severity: 'medium',
  title: 'directory that everyone may write, without the sticky bit',
  cwe: [732],
  aliases: [],
  why: 'Every user of the container may delete and replace files of others in this directory, programs and configuration among them.',
  remedy:
    'Give the directory to the user that writes into it: RUN chown USER PATH && chmod 0755 PATH. A shared directory for temporary files needs the sticky bit: chmod 1777 PATH.',
  failing: directoryExample('RUN mkdir -m 0777 /srv/data\n', 0o777),
  passing: directoryExample('RUN mkdir -m 1777 /srv/data\n', 0o1777),
};

/** Files of a package manager that a layer stores and no container needs. */
export const APT_CACHE = cacheRule({
  id: 'image/apt-cache',
  manager: 'apt',
  aliases: ['DKL-DI-0005', 'DL3009'],
  directory: '/var/lib/apt/lists',
  bad: 'RUN apt-get update && apt-get install -y curl\n',
  good: 'RUN apt-get update && apt-get install -y curl && rm -rf /var/lib/apt/lists/* && apt-get clean\n',
  remedy: 'End the same RUN instruction with: apt-get clean && rm -rf /var/lib/apt/lists/*',
});

/** See {@link APT_CACHE}. */
export const APK_CACHE = cacheRule({
  id: 'image/apk-cache',
  manager: 'apk',
  aliases: ['DKL-DI-0004', 'DL3019', 'DS-0025', 'DS025', 'AVD-DS-0025'],
  directory: '/var/cache/apk',
  bad: 'RUN apk update && apk add curl\n',
  good: 'RUN apk add --no-cache curl\n',
  remedy: 'Install with apk add --no-cache.',
});

/** See {@link APT_CACHE}. */
export const RPM_CACHE = cacheRule({
  id: 'image/rpm-cache',
  manager: 'dnf, yum or zypper',
  aliases: ['DL3032', 'DL3036', 'DL3040', 'DS-0015', 'DS-0019', 'AVD-DS-0015', 'AVD-DS-0019'],
  directory: '/var/cache/dnf',
  bad: 'RUN dnf install -y curl\n',
  good: 'RUN dnf install -y curl && dnf clean all\n',
  remedy: 'End the same RUN instruction with: dnf clean all (yum clean all, zypper clean).',
});

/** See {@link APT_CACHE}. */
export const PACMAN_CACHE = cacheRule({
  id: 'image/pacman-cache',
  manager: 'pacman',
  aliases: [],
  directory: '/var/cache/pacman/pkg',
  bad: 'RUN pacman -Sy --noconfirm curl\n',
  good: 'RUN pacman -Sy --noconfirm curl && pacman -Scc --noconfirm\n',
  remedy: 'End the same RUN instruction with: pacman -Scc --noconfirm',
});

/** See {@link APT_CACHE}. */
export const LANGUAGE_CACHE = cacheRule({
  id: 'image/language-cache',
  manager: 'a package manager of a language',
  aliases: ['DL3042', 'DL3060'],
  directory: '/root/.cache/pip',
  bad: 'RUN pip install requests\n',
  good: 'RUN pip install --no-cache-dir requests\n',
  remedy:
    'Install without a cache (pip --no-cache-dir), mount the cache (RUN --mount=type=cache), or remove it in the same RUN instruction (npm cache clean --force, yarn cache clean).',
});

/** The rule of each counted directory of `rules/detect/rows/image.ts`. */
export const CACHE_RULES: ReadonlyMap<string, Rule> = new Map([
  ['/var/lib/apt/lists', APT_CACHE],
  ['/var/cache/apt', APT_CACHE],
  ['/var/cache/apk', APK_CACHE],
  ['/etc/apk/cache', APK_CACHE],
  ['/var/cache/dnf', RPM_CACHE],
  ['/var/cache/libdnf5', RPM_CACHE],
  ['/var/cache/yum', RPM_CACHE],
  ['/var/cache/zypp', RPM_CACHE],
  ['/var/cache/pacman/pkg', PACMAN_CACHE],
  ['/root/.cache/pip', LANGUAGE_CACHE],
  ['/root/.cache/uv', LANGUAGE_CACHE],
  ['/root/.cache/yarn', LANGUAGE_CACHE],
  ['/root/.cache/composer', LANGUAGE_CACHE],
  ['/root/.npm/_cacache', LANGUAGE_CACHE],
  ['/usr/local/share/.cache/yarn', LANGUAGE_CACHE],
]);

/** The differences between the rules of caches. */
interface CacheRuleParts extends Pick<Rule, 'id' | 'aliases' | 'remedy'> {
  readonly manager: string;
  readonly directory: string;
  readonly bad: string;
  readonly good: string;
}

function cacheRule({ id, aliases, remedy, manager, directory, bad, good }: CacheRuleParts): Rule {
  return {
    ...{ id, aliases, remedy },
    category: 'misconfiguration',
    severity: 'low',
    title: `cache of ${manager} in a layer`,
    cwe: [],
    why: 'The files make the image larger, and a later instruction that deletes them does not make it smaller. Old lists of packages also make later builds install old versions.',
    failing: {
      text: bad,
      image: { counted: [{ path: directory, fileCount: 3, sizeBytes: 9_000 }] },
    },
    passing: { text: good, image: { counted: [] } },
  };
}

function fileExample(text: string, file: Pick<EntryMode, 'path' | 'mode'>): RuleExample {
  return { text, image: { modes: [{ kind: 'file', uid: 0, gid: 0, ...file }] } };
}

function directoryExample(text: string, mode: number): RuleExample {
  const directory = { kind: 'directory', path: '/srv/data', mode, uid: 0, gid: 0 } as const;
  return { text, image: { modes: [directory] } };
}
