/** Checks of single instructions: users, ports, health checks, commands, labels, variables. */

import {
  hasPasswordInAddress,
  isSecretName,
  isSecretValue,
} from '../../../core/base/secret-names.ts';
import { ruleOf, type DockerfileCheck, type Hit, type RuleWords } from './check.ts';
import { stepGroups, textAt, variableName, type Step, type SubjectStage } from './subject.ts';

const RELATIVE_WORKDIR: DockerfileCheck = {
  rule: ruleOf({
    name: 'relative-workdir',
    severity: 'high',
    title: 'relative WORKDIR',
    aliases: ['DL3000', 'DS-0009', 'DS009', 'AVD-DS-0009'],
    why: 'A relative WORKDIR depends on the one before, which may be set in the base image.',
    remedy: 'Write an absolute path.',
    failing: 'FROM debian:13.1\nWORKDIR app\n',
    passing: 'FROM debian:13.1\nWORKDIR /app\n',
  }),
  *find({ steps }) {
    for (const step of steps.filter(({ instruction }) => instruction.keyword === 'WORKDIR')) {
      const [word] = step.instruction.words;
      const path = (word?.text ?? '').replaceAll(/^\\?["']|\\?["']$/gu, '');
      if (path === '' || /^(?:[/\\$%]|[a-z]:)/iu.test(path)) continue;
      const message = `The working directory "${path}" is relative.`;
      yield { range: step.instruction.range, message, names: [path], step };
    }
  },
};

const ROOT_USER: DockerfileCheck = {
  rule: ruleOf({
    name: 'root-user',
    severity: 'medium',
    title: 'last user is root',
    cwe: [250],
    aliases: ['DL3002', 'DS-0002', 'DS002', 'AVD-DS-0002', 'CIS-DI-0001', 'CIS-4.1'],
    why: 'A process that runs as root in a container is root for everything that the container is given, and for the host if it breaks out.',
    remedy:
      'Switch to a user without rights of root at the end of the last stage; a number, as in USER 65532, can be checked by orchestrators too.',
    failing: 'FROM debian:13.1\nUSER root\n',
    passing: 'FROM debian:13.1\nUSER root\nRUN make install\nUSER 65532\n',
  }),
  *find({ stages }) {
    const last = stages.at(-1);
    const step = last === undefined ? undefined : lastUser(last);
    const name = step?.values.expand(wordOf(step)).value ?? step?.instruction.words[0]?.text ?? '';
    if (step === undefined || !/^(?:root|0+)(?::|$)/u.test(name)) return;
    const message = `The last user of the image is "${name}".`;
    yield { range: step.instruction.range, message, names: [name], step };
  },
};

const BAD_PORT: DockerfileCheck = {
  rule: ruleOf({
    name: 'port-out-of-range',
    severity: 'high',
    title: 'port that does not exist',
    aliases: ['DL3011', 'DS-0008', 'DS008', 'AVD-DS-0008'],
    why: 'Ports are numbers from 0 to 65535. Builders refuse others.',
    remedy: 'Expose a port from 0 to 65535.',
    failing: 'FROM debian:13.1\nEXPOSE 80000\n',
    passing: 'FROM debian:13.1\nEXPOSE 8080\n',
  }),
  *find({ steps }) {
    for (const step of steps.filter(({ instruction }) => instruction.keyword === 'EXPOSE')) {
      for (const word of step.instruction.words) {
        const value = step.values.expand(word).value ?? '';
        const ports = (value.split('/')[0] ?? '').split('-').map(Number);
        if (!ports.some((port) => port > 65_535)) continue;
        const message = `The port "${value}" is above 65535.`;
        yield { range: word.range, message, names: [value], step };
      }
    }
  },
};

const REPEATED_HEALTH_CHECK = repeated('HEALTHCHECK', {
  name: 'repeated-health-check',
  severity: 'high',
  title: 'several HEALTHCHECK instructions in one stage',
  aliases: ['DL3012', 'DS-0023', 'DS023', 'AVD-DS-0023'],
  why: 'Only the last HEALTHCHECK of a stage counts.',
  remedy: 'Keep the one that is meant, and remove the others.',
  failing: 'FROM debian:13.1\nHEALTHCHECK CMD /a\nHEALTHCHECK CMD /b\n',
  passing: 'FROM debian:13.1\nHEALTHCHECK CMD /a\n',
});

const REPEATED_CMD = repeated('CMD', {
  name: 'repeated-cmd',
  severity: 'medium',
  title: 'several CMD instructions in one stage',
  aliases: ['DL4003', 'DS-0016', 'DS016', 'AVD-DS-0016'],
  why: 'Only the last CMD of a stage counts.',
  remedy: 'Keep the one that is meant, and remove the others.',
  failing: 'FROM debian:13.1\nCMD ["/a"]\nCMD ["/b"]\n',
  passing: 'FROM debian:13.1\nCMD ["/a"]\n',
});

const REPEATED_ENTRYPOINT = repeated('ENTRYPOINT', {
  name: 'repeated-entrypoint',
  severity: 'high',
  title: 'several ENTRYPOINT instructions in one stage',
  aliases: ['DL4004', 'DS-0007', 'DS007', 'AVD-DS-0007'],
  why: 'Only the last ENTRYPOINT of a stage counts.',
  remedy: 'Keep the one that is meant, and remove the others.',
  failing: 'FROM debian:13.1\nENTRYPOINT ["/a"]\nENTRYPOINT ["/b"]\n',
  passing: 'FROM debian:13.1\nENTRYPOINT ["/a"]\n',
});

const SHELL_FORM: DockerfileCheck = {
  rule: ruleOf({
    name: 'shell-form',
    severity: 'medium',
    title: 'CMD or ENTRYPOINT in the shell form',
    aliases: ['DL3025'],
    why: 'The shell form starts a shell as the first process, which does not pass on signals: docker stop waits ten seconds and kills the program.',
    remedy: 'Write the command as a JSON list, as in CMD ["/app", "--serve"].',
    failing: 'FROM debian:13.1\nCMD /app --serve\n',
    passing: 'FROM debian:13.1\nCMD ["/app", "--serve"]\n',
  }),
  *find({ steps }) {
    for (const step of steps) {
      const { keyword, isJson, range, words, heredocs } = step.instruction;
      if (!['CMD', 'ENTRYPOINT'].includes(keyword) || isJson) continue;
      if (words.length === 0 && heredocs.length === 0) continue;
      yield { range, message: `${keyword} is in the shell form.`, names: [keyword], step };
    }
  },
};

const BAD_TRIGGER: DockerfileCheck = {
  rule: ruleOf({
    name: 'refused-trigger',
    severity: 'high',
    title: 'ONBUILD of ONBUILD, FROM or MAINTAINER',
    aliases: ['DL3043'],
    why: 'These instructions cannot be triggers. Builders refuse them.',
    remedy:
      'Remove the trigger, and write the instruction into the files that build on this image.',
    failing: 'FROM debian:13.1\nONBUILD FROM alpine:3.22\n',
    passing: 'FROM debian:13.1\nONBUILD RUN make\n',
  }),
  *find({ steps }) {
    for (const step of steps.filter(({ isTrigger }) => isTrigger)) {
      const { keyword, range } = step.instruction;
      if (!['ONBUILD', 'FROM', 'MAINTAINER'].includes(keyword)) continue;
      yield { range, message: `${keyword} cannot be a trigger.`, names: [keyword], step };
    }
  },
};

const OWN_REFERENCE: DockerfileCheck = {
  rule: ruleOf({
    name: 'env-uses-itself',
    severity: 'high',
    title: 'ENV uses a variable of the same instruction',
    aliases: ['DL3044'],
    why: 'All values of one ENV instruction are expanded before any of them is set. The variable has its former value, or none.',
    remedy: 'Set the variable in an ENV instruction of its own, before.',
    failing: 'FROM debian:13.1\nENV ROOT=/srv APP=$ROOT/app\n',
    passing: 'FROM debian:13.1\nENV ROOT=/srv\nENV APP=$ROOT/app\n',
  }),
  *find({ steps }) {
    const known = new Map<SubjectStage | undefined, Set<string>>();
    for (const step of steps) {
      const { keyword, pairs, range } = step.instruction;
      if (keyword !== 'ENV' && keyword !== 'ARG') continue;
      const before = known.get(step.stage) ?? new Set(known.get(step.stage?.parent));
      known.set(step.stage, before);
      const own = new Set(pairs.map(({ name }) => name.text));
      const set = new Set<string>();
      const used = pairs
        .flatMap(({ name, value }) => {
          const names = value === undefined ? [] : step.values.expand(value).names;
          // A variable may extend its own former value, as PATH does that of the base; a second
          // assignment of the same instruction has the former value as well.
          const isSecond = set.has(name.text);
          set.add(name.text);
          return names.filter((one) => one !== name.text || isSecond);
        })
        .find((name) => own.has(name) && (!before.has(name) || isRepeated(pairs, name)));
      for (const name of own) before.add(name);
      if (keyword !== 'ENV' || used === undefined) continue;
      const message = `The variable ${used} is set and used by one instruction.`;
      yield { range, message, names: [used], step };
    }
  },
};

/** Whether one instruction sets a name twice, so that the second value can mean the first one. */
function isRepeated(
  pairs: readonly { readonly name: { readonly text: string } }[],
  name: string,
): boolean {
  return pairs.filter((pair) => pair.name.text === name).length > 1;
}

const MAINTAINER: DockerfileCheck = {
  rule: ruleOf({
    name: 'maintainer',
    severity: 'low',
    title: 'MAINTAINER is deprecated',
    aliases: ['DL4000', 'DS-0022', 'DS022', 'AVD-DS-0022'],
    why: 'MAINTAINER is deprecated in favor of labels, which tools can read.',
    remedy: 'Use LABEL org.opencontainers.image.authors="…".',
    failing: 'FROM debian:13.1\nMAINTAINER Jo\n',
    passing: 'FROM debian:13.1\nLABEL org.opencontainers.image.authors="Jo"\n',
  }),
  *find({ steps, file }) {
    for (const step of steps.filter(({ instruction }) => instruction.keyword === 'MAINTAINER')) {
      const { range, words } = step.instruction;
      const name = words[0]?.text ?? '';
      const quoted = name.replaceAll(/^["']|["']$/gu, '').replaceAll(/["\\$`]/gu, String.raw`\$&`);
      const fix = {
        description: 'Use LABEL.',
        range,
        text: `LABEL org.opencontainers.image.authors="${quoted}"`,
      };
      const isOneLine = name !== '' && !textAt(file, range).includes('\n') && file.escape !== '`';
      yield {
        ...{ range, message: 'MAINTAINER is deprecated.', names: [], step },
        ...(isOneLine && { fix }),
      };
    }
  },
};

const LABEL_KEY: DockerfileCheck = {
  rule: ruleOf({
    name: 'label-name',
    severity: 'low',
    title: 'name of a label that is not valid',
    aliases: ['DL3048'],
    why: 'Names of labels consist of lowercase letters, digits, dots and single hyphens, begin with a letter and end in a letter or digit. Some prefixes are reserved for Docker.',
    remedy: 'Choose a name such as com.example.some-label.',
    failing: 'FROM debian:13.1\nLABEL com.docker.mine="x"\n',
    passing: 'FROM debian:13.1\nLABEL com.example.mine="x"\n',
  }),
  *find({ steps }) {
    for (const step of steps.filter(({ instruction }) => instruction.keyword === 'LABEL')) {
      for (const { name } of step.instruction.pairs) {
        const text = name.text.replaceAll(/^["']|["']$/gu, '');
        const isReserved = /^(?:com\.docker|io\.docker|org\.dockerproject)\./u.test(text);
        const isValid = /^[a-z](?:[a-z0-9]|[.-](?![.-]))*[a-z0-9]$|^[a-z]$/u.test(text);
        if ((isValid && !isReserved) || text.includes('$')) continue;
        const message = isReserved
          ? `The prefix of the label "${text}" is reserved for Docker.`
          : `The name of the label "${text}" is not valid.`;
        yield { range: name.range, message, names: [text], step };
      }
    }
  },
};

const SECRET_VARIABLE: DockerfileCheck = {
  rule: ruleOf({
    name: 'secret-variable',
    severity: 'high',
    title: 'secret in ARG or ENV',
    cwe: [526, 798],
    aliases: ['DL3064', 'DS-0031', 'DS031', 'AVD-DS-0031', 'CIS-DI-0010', 'CIS-4.10'],
    why: 'Builders write the values of ARG and ENV into the image, where everyone who can pull it can read them.',
    remedy:
      'Mount the secret for the one command that needs it: RUN --mount=type=secret. Give it to the container when it starts.',
    failing: 'FROM debian:13.1\nARG NPM_TOKEN\nRUN make\n',
    passing: 'FROM debian:13.1\nRUN --mount=type=secret,id=npm,env=NPM_TOKEN make\n',
  }),
  *find({ steps }) {
    for (const step of steps) {
      const { keyword, pairs } = step.instruction;
      if (keyword !== 'ARG' && keyword !== 'ENV') continue;
      for (const { name, value } of pairs) {
        const variable = variableName(step, name);
        const known = value === undefined ? undefined : step.values.expand(value).value;
        const text = known ?? value?.text ?? '';
        const isNamed = isSecretName(variable) || AWS_NAME.test(variable);
        const isSecret = isNamed && (value === undefined || isSecretValue(text));
        // The range is that of the name, so that no report shows the value.
        const what = keyword === 'ARG' ? 'build argument' : 'variable';
        if (isSecret) {
          const message = `The ${what} ${variable} holds a secret by its name.`;
          yield { range: name.range, message, names: [variable], step };
        } else if (hasPasswordInAddress(text)) {
          const message = `The ${what} ${variable} holds an address with a password.`;
          yield { range: name.range, message, names: [variable], step };
        }
      }
    }
  },
};

const AWS_NAME = /^AWS_(?:ACCESS_KEY_ID|SECRET_ACCESS_KEY|SESSION_TOKEN)$/iu;

const UNREAD: DockerfileCheck = {
  rule: ruleOf({
    name: 'unread-part',
    severity: 'low',
    title: 'part of the file that is not read',
    aliases: [],
    why: 'Assay does not read this part as a builder or a shell does, so that other rules may miss something in it.',
    remedy:
      'Correct the part if builders refuse it; else write it in a simpler way, or look at it yourself.',
    failing: 'FROM debian:13.1\nRUN echo "a\n',
    passing: 'FROM debian:13.1\nRUN echo "a"\n',
  }),
  *find({ unread }) {
    for (const { message: whole, range, step } of unread) {
      // What a shell does not read may be a secret.
      const message = whole.replace(/^".*" is (?=not read)/su, 'A part of the command is ');
      yield { message, range, names: [message], step };
    }
  },
};

/** The checks of this file. */
export const INSTRUCTION_CHECKS: readonly DockerfileCheck[] = [
  RELATIVE_WORKDIR,
  ROOT_USER,
  BAD_PORT,
  REPEATED_HEALTH_CHECK,
  REPEATED_CMD,
  REPEATED_ENTRYPOINT,
  SHELL_FORM,
  BAD_TRIGGER,
  OWN_REFERENCE,
  MAINTAINER,
  LABEL_KEY,
  SECRET_VARIABLE,
  UNREAD,
];

/** Returns a rule for instructions of which the last one of a stage counts. */
function repeated(keyword: string, words: RuleWords): DockerfileCheck {
  return {
    rule: ruleOf(words),
    *find(subject): Generator<Hit> {
      for (const steps of stepGroups(subject)) {
        const all = steps.filter(
          ({ instruction, isTrigger }) => instruction.keyword === keyword && !isTrigger,
        );
        for (const step of all.slice(1)) {
          const message = `An earlier ${keyword} of this stage does not count because of this one.`;
          yield { range: step.instruction.range, message, names: [keyword], step };
        }
      }
    },
  };
}

/** Returns the last user of a stage, of its parents if it sets none. */
function lastUser({ steps, parent }: SubjectStage): Step | undefined {
  const own = steps.findLast(
    ({ instruction, isTrigger }) =>
      instruction.keyword === 'USER' && !isTrigger && instruction.words.length > 0,
  );
  return own ?? (parent === undefined ? undefined : lastUser(parent));
}

function wordOf({ instruction }: Step): (typeof instruction.words)[number] {
  const [word] = instruction.words;
  if (word === undefined) throw new Error('An instruction without words has no user.');
  return word;
}
