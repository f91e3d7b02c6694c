/**
 * Checks of names and platforms of stages, of users, and of copies of whole file systems.
 *
 * Source: Dockerfile reference, "FROM", "USER" and "COPY --from"; the build checks of BuildKit:
 * ReservedStageName and RedundantTargetPlatform.
 */

import { ruleOf, type DockerfileCheck } from './check.ts';
import { copies, fromOf } from './copies.ts';

const RESERVED: DockerfileCheck = {
  rule: ruleOf({
    name: 'reserved-stage-name',
    severity: 'medium',
    title: 'stage with a reserved name',
    aliases: ['DL3063'],
    why: 'The names scratch and context mean the empty image and the build context. FROM and COPY --from then take these, and not the stage.',
    remedy: 'Give the stage another name.',
    failing: 'FROM debian:13.1 AS scratch\n',
    passing: 'FROM debian:13.1 AS build\n',
  }),
  *find({ stages }) {
    for (const { stage, steps } of stages) {
      const { name, nameWord } = stage;
      if (name === undefined || nameWord === undefined) continue;
      if (!/^(?:scratch|context)$/iu.test(name)) continue;
      const message = `The name "${name}" of the stage is reserved.`;
      yield { range: nameWord.range, message, names: [name], step: steps[0] };
    }
  },
};

const REDUNDANT_PLATFORM: DockerfileCheck = {
  rule: ruleOf({
    name: 'redundant-platform',
    severity: 'low',
    title: 'platform that is the default',
    aliases: ['DL3065'],
    why: 'Without --platform a stage has the platform that the build is for, which is $TARGETPLATFORM. The option says nothing, and hides which stages are for another platform.',
    remedy: 'Remove --platform=$TARGETPLATFORM.',
    failing: 'FROM --platform=$TARGETPLATFORM debian:13.1\n',
    passing: 'FROM debian:13.1\n',
  }),
  *find({ stages }) {
    for (const { stage, steps } of stages) {
      const flag = stage.from.flags.find(({ name }) => name === 'platform');
      const value = flag?.value?.replaceAll(/["']/gu, '');
      if (flag === undefined || !/^\$(?:TARGETPLATFORM|\{TARGETPLATFORM\})$/u.test(value ?? ''))
        continue;
      const message = 'The platform of this stage is the one that it has without the option.';
      yield { range: flag.range, message, names: ['TARGETPLATFORM'], step: steps[0] };
    }
  },
};

const NAMED_USER: DockerfileCheck = {
  rule: ruleOf({
    name: 'named-user',
    severity: 'low',
    title: 'user that is no number',
    aliases: ['DL3066'],
    why: 'An orchestrator that must not run containers as root cannot see whether a name means another user, and refuses the image. The number of a name can change with the base as well.',
    remedy: 'Write the number of the user, as in USER 65532.',
    failing: 'FROM debian:13.1\nUSER app\n',
    passing: 'FROM debian:13.1\nUSER 65532\n',
  }),
  *find({ steps }) {
    const declared = new Map<unknown, Set<string>>();
    for (const step of steps) {
      const { keyword, pairs, words, range } = step.instruction;
      const own = declared.get(step.stage) ?? new Set(declared.get(step.stage?.parent));
      declared.set(step.stage, own);
      if (keyword === 'ARG') for (const { name } of pairs) own.add(name.text);
      if (keyword !== 'USER') continue;
      const text = words
        .map((word) => word.text)
        .join(' ')
        .replaceAll(/["']/gu, '');
      const user = userPart(text);
      const names = [...user.matchAll(/\$\{?(?<name>\w+)/gu)].map(
        (one) => one.groups?.['name'] ?? '',
      );
      if (user === '' || /^\d+$/u.test(user) || names.some((name) => own.has(name))) continue;
      const message = `The user "${user}" is no number.`;
      yield { range, message, names: [user], step };
    }
  },
};

/** The part in front of the colon; a colon within braces belongs to a variable. */
function userPart(text: string): string {
  return /^(?:\$\{[^}]*\}|[^:])*/u.exec(text)?.[0].trim() ?? '';
}

const WHOLE_COPY: DockerfileCheck = {
  rule: ruleOf({
    name: 'whole-file-system-copy',
    severity: 'medium',
    title: 'copy of a whole file system',
    aliases: ['DL3067'],
    why: 'The copy takes everything that the other stage or image has: caches, tools of the build, and secrets that a step has left.',
    remedy: 'Copy the files that are needed, or build on the stage by FROM.',
    failing: 'FROM debian:13.1 AS build\nFROM debian:13.1\nCOPY --from=build / /\n',
    passing: 'FROM debian:13.1 AS build\nFROM debian:13.1\nCOPY --from=build /app /app\n',
  }),
  *find(subject) {
    for (const { step, sources, target } of copies(subject, 'COPY')) {
      const from = fromOf(step);
      if (from === undefined || target !== '/' || !sources.includes('/')) continue;
      const message = `All of the file system of "${from.value ?? ''}" is copied.`;
      yield { range: step.instruction.range, message, names: [from.value ?? ''], step };
    }
  },
};

/** The checks of this file. */
export const STAGE_CHECKS: readonly DockerfileCheck[] = [
  RESERVED,
  REDUNDANT_PLATFORM,
  NAMED_USER,
  WHOLE_COPY,
];
