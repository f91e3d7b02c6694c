/** Checks of `FROM`: the base of each stage. */

import type { DockerfileCheck, Hit } from './check.ts';
import { isTemplateStatement } from '../../../formats/text/dockerfile/dockerfile-content.ts';
import { ruleOf } from './check.ts';
import type { DockerfileSubject, Step, SubjectStage } from './subject.ts';

/** The tag and digest of an image reference. */
interface Reference {
  readonly tag: string | undefined;
  readonly digest: string | undefined;
}

const UNTAGGED: DockerfileCheck = {
  rule: ruleOf({
    name: 'untagged-base',
    severity: 'medium',
    title: 'base image without a tag',
    cwe: [1357],
    aliases: ['DL3006'],
    why: 'A reference without a tag or digest means the tag latest, whose content changes at any time. Two builds of the same file then have different bases.',
    remedy:
      'Name a version and its digest, as in FROM debian:13.1@sha256:…; assay pin writes the digest.',
    failing: 'FROM debian\n',
    passing: 'FROM debian:13.1\n',
  }),
  *find(subject) {
    for (const { step, image, stage } of imageBases(subject)) {
      const { tag, digest } = referenceOf(image);
      if (tag !== undefined || digest !== undefined) continue;
      yield hitAt(step, stage, `The base image "${image}" has neither a tag nor a digest.`, image);
    }
  },
};

const LATEST: DockerfileCheck = {
  rule: ruleOf({
    name: 'latest-base',
    severity: 'medium',
    title: 'base image with the tag latest',
    cwe: [1357],
    aliases: ['DL3007', 'DS-0001', 'DS001', 'AVD-DS-0001'],
    why: 'The tag latest moves with every release of the image, also to a new major version. Two builds of the same file then have different bases.',
    remedy:
      'Name a version and its digest, as in FROM debian:13.1@sha256:…; assay pin writes the digest.',
    failing: 'FROM debian:latest\n',
    passing: 'FROM debian:13.1\n',
  }),
  *find(subject) {
    for (const { step, image, stage } of imageBases(subject)) {
      const { tag, digest } = referenceOf(image);
      if (tag !== 'latest' || digest !== undefined) continue;
      yield hitAt(step, stage, `The base image "${image}" has the tag latest.`, image);
    }
  },
};

const MUTABLE: DockerfileCheck = {
  rule: ruleOf({
    name: 'mutable-base',
    severity: 'low',
    title: 'base image without a digest',
    cwe: [494, 1357],
    aliases: [],
    why: 'The owner of the repository, or an attacker with a stolen login, can move a tag to another image. Only a digest names the same bytes at every build.',
    remedy:
      'Run assay pin, which writes the digest behind the tag, and let an update tool propose newer ones.',
    failing: 'FROM debian:13.1\n',
    passing:
      'FROM debian:13.1@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\n',
  }),
  *find(subject) {
    for (const { step, image, stage } of imageBases(subject)) {
      const { tag, digest } = referenceOf(image);
      // Those without a tag, and with latest, have rules of their own.
      if (digest !== undefined || tag === undefined || tag === 'latest') continue;
      yield hitAt(
        step,
        stage,
        `The base image "${image}" has a tag, which can be moved, and no digest.`,
        image,
      );
    }
  },
};

const FIXED_PLATFORM: DockerfileCheck = {
  rule: ruleOf({
    name: 'fixed-platform',
    severity: 'low',
    title: 'base image of one fixed platform',
    aliases: ['DL3029'],
    why: 'With a fixed --platform the file builds for one architecture only, whatever the builder is asked for.',
    remedy:
      'Remove --platform, or use a variable such as $BUILDPLATFORM for stages that cross-compile.',
    failing: 'FROM --platform=linux/amd64 debian:13.1\n',
    passing: 'FROM --platform=$BUILDPLATFORM debian:13.1\n',
  }),
  *find({ stages }) {
    for (const { stage, steps } of stages) {
      const flag = stage.from.flags.find(({ name }) => name === 'platform');
      const [step] = steps;
      if (flag?.value === undefined || flag.value.includes('$') || step === undefined) continue;
      const message = `The platform of this stage is fixed to "${flag.value}".`;
      yield { range: flag.range, message, names: [flag.value], step };
    }
  },
};

const DUPLICATE_ALIAS: DockerfileCheck = {
  rule: ruleOf({
    name: 'duplicate-stage-name',
    severity: 'high',
    title: 'two stages with one name',
    aliases: ['DL3024', 'DS-0012', 'DS012', 'AVD-DS-0012'],
    why: 'COPY --from and --target find one of the stages only, and which one is easily mistaken.',
    remedy: 'Give each stage a name of its own.',
    failing: 'FROM debian:13.1 AS build\nFROM alpine:3.22 AS build\n',
    passing: 'FROM debian:13.1 AS build\nFROM alpine:3.22 AS run\n',
  }),
  *find({ stages }) {
    const known = new Set<string>();
    for (const { stage, steps } of stages) {
      const { name, nameWord } = stage;
      if (name === undefined || nameWord === undefined) continue;
      const message = `An earlier stage has the name "${name}" as well.`;
      if (known.has(name)) yield { range: nameWord.range, message, names: [name], step: steps[0] };
      known.add(name);
    }
  },
};

const BEFORE_FROM: DockerfileCheck = {
  rule: ruleOf({
    name: 'instruction-before-from',
    severity: 'high',
    title: 'instruction in front of the first FROM',
    aliases: ['DL3061'],
    why: 'Only ARG may stand in front of the first FROM. Builders refuse the file.',
    remedy: 'Begin the file with FROM, with ARG instructions in front of it if FROM uses them.',
    failing: 'RUN make\nFROM debian:13.1\n',
    passing: 'ARG VERSION=13.1\nFROM debian:${VERSION}\n',
  }),
  *find({ steps }) {
    const step = steps.find(
      ({ stage, instruction: { keyword } }) =>
        stage === undefined && keyword !== 'ARG' && !isTemplateStatement(keyword),
    );
    if (step === undefined) return;
    const { keyword, range } = step.instruction;
    yield {
      range,
      message: `${keyword} stands in front of the first FROM.`,
      names: [keyword],
      step,
    };
  },
};

/** The checks of this file. */
export const BASE_CHECKS: readonly DockerfileCheck[] = [
  UNTAGGED,
  LATEST,
  MUTABLE,
  FIXED_PLATFORM,
  DUPLICATE_ALIAS,
  BEFORE_FROM,
];

/** Yields the stages that build on an image, which the file names in full. */
function* imageBases({ stages }: DockerfileSubject): Generator<{
  readonly step: Step;
  readonly image: string;
  readonly stage: SubjectStage;
}> {
  for (const stage of stages) {
    const [step] = stage.steps;
    const { image, parent } = stage;
    if (step === undefined || image === undefined || image === '' || parent !== undefined) continue;
    if (image.toLowerCase() !== 'scratch') yield { step, image, stage };
  }
}

function referenceOf(image: string): Reference {
  const at = image.indexOf('@');
  const name = at < 0 ? image : image.slice(0, at);
  const colon = name.indexOf(':', name.lastIndexOf('/') + 1);
  return {
    tag: colon < 0 ? undefined : name.slice(colon + 1),
    digest: at < 0 ? undefined : image.slice(at + 1),
  };
}

function hitAt(step: Step, { stage }: SubjectStage, message: string, image: string): Hit {
  const range = stage.base?.range ?? step.instruction.range;
  return { range, message, names: [image], step };
}
