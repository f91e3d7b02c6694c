/** Checks of bases by what the user trusts, and by their age. */

import { imageRefusal } from '../../../trust/trust-file/decisions.ts';
import type { NamedImage } from '../../../trust/trust-file/repository-pattern.ts';
import { ruleOf, type DockerfileCheck, type Hit } from './check.ts';
import { fromOf } from './copies.ts';
import { endedRelease } from './image-age.ts';
import { imageNameOf } from '../image-name.ts';
import type { DockerfileSubject, Step } from './subject.ts';

const UNTRUSTED_REGISTRY: DockerfileCheck = {
  rule: ruleOf({
    name: 'untrusted-registry',
    severity: 'high',
    title: 'image from a registry that is not trusted',
    cwe: [829],
    aliases: ['DL3026'],
    why: 'The settings name the registries that images may come from, and this one is not among them.',
    remedy: 'Take the image from a trusted registry, or add the registry to trustedRegistries.',
    failing: 'FROM example.com/debian:13.1\n',
    passing: 'FROM docker.io/library/debian:13.1\n',
    settings: { trustedRegistries: ['docker.io'] },
  }),
  *find(subject) {
    const { trustedRegistries: trusted = [] } = subject.settings;
    if (trusted.length === 0) return;
    for (const { step, range, text, image } of images(subject)) {
      if (image === undefined || trusted.some((one) => matchesRegistry(one, image))) continue;
      const message = `The image "${text}" is from the registry "${image.domain}", which is not trusted.`;
      yield { range, message, names: [text], step };
    }
  },
};

/**
 * `*` stands for all registries; at the beginning or the end of a name it stands for any
 * characters.
 */
function matchesRegistry(pattern: string, { domain }: NamedImage): boolean {
  const name = pattern
    .toLowerCase()
    .replace(/^hub\.docker\.com$|^index\.docker\.io$/u, 'docker.io');
  if (name === '*') return true;
  if (name.startsWith('*')) return domain.endsWith(name.slice(1));
  if (name.endsWith('*')) return domain.startsWith(name.slice(0, -1));
  return name === domain;
}

const UNTRUSTED_BASE: DockerfileCheck = {
  rule: ruleOf({
    name: 'untrusted-base',
    severity: 'high',
    title: 'base image that the trust file does not allow',
    cwe: [829],
    aliases: [],
    why: 'The trust file names the registries and base images that are allowed. This one is denied, or not among them.',
    remedy: 'Build on an image that the trust file allows, or have it added there.',
    failing: 'FROM example.com/debian:13.1\n',
    passing: 'FROM docker.io/library/debian:13.1\n',
    settings: {
      trust: {
        name: 'assay.trust.yaml',
        baseImages: {
          allowed: [{ text: 'docker.io/library/**', host: 'docker.io', parts: ['library', '**'] }],
          denied: [],
        },
        packages: new Map(),
        ...{ keys: [], identities: [], signatures: [], attestations: [], trustedRoots: [] },
      },
    },
  }),
  *find(subject) {
    const { trust } = subject.settings;
    if (trust === undefined) return;
    if (trust.registries?.allowed !== undefined || trust.baseImages?.allowed !== undefined) {
      yield* undecidedBases(subject);
    }
    for (const { step, range, text, image, isBase } of images(subject)) {
      if (image === undefined) continue;
      const registries = imageRefusal(trust.registries, image);
      const bases = isBase ? imageRefusal(trust.baseImages, image) : undefined;
      const refusal = registries ?? bases;
      if (refusal === undefined) continue;
      yield { range, message: `The image "${text}" ${refusal.reason}.`, names: [text], step };
    }
  },
};

const ENDED_BASE: DockerfileCheck = {
  rule: ruleOf({
    name: 'ended-base',
    severity: 'medium',
    title: 'base image past its end of life',
    cwe: [1104],
    aliases: [],
    why: 'The system or the program of the base is no longer maintained free of charge, so that new vulnerabilities in it are not mended.',
    remedy: 'Build on a release that is maintained; assay base compares candidates.',
    failing: 'FROM debian:9.13\n',
    passing: 'FROM debian:13.1\n',
    settings: { now: Date.UTC(2026, 0, 1) },
  }),
  *find(subject) {
    const { now } = subject.settings;
    if (now === undefined) return;
    for (const { step, range, text, image, isBase } of images(subject)) {
      const ended = image === undefined || !isBase ? undefined : endedRelease(image, now);
      if (ended === undefined) continue;
      const message = `The base image "${text}" has ${ended.name}, which is not maintained since ${ended.supportedUntil}.`;
      yield { range, message, names: [text], step };
    }
  },
};

/** The checks of this file. */
export const TRUST_CHECKS: readonly DockerfileCheck[] = [
  UNTRUSTED_REGISTRY,
  UNTRUSTED_BASE,
  ENDED_BASE,
];

interface UsedImage extends Pick<Hit, 'range' | 'step'> {
  readonly text: string;
  readonly image: NamedImage | undefined;
  readonly isBase: boolean;
}

/**
 * Yields the bases that only arguments of the build decide: no list of what is allowed covers them.
 */
function* undecidedBases({ stages }: DockerfileSubject): Generator<Hit> {
  for (const [index, { stage, steps, image }] of stages.entries()) {
    if (image !== undefined || stage.base === undefined) continue;
    const { text, range } = stage.base;
    if (mayBeStage(text, stages.slice(0, index))) continue;
    const message = `The base image "${text}" is decided by arguments of the build, so that the trust file does not cover it.`;
    yield { range, message, names: [text], step: steps[0] };
  }
}

/**
 * Returns whether an earlier stage has a name that differs in the variables alone, as in `FROM
 * build-${TARGETARCH}`.
 */
function mayBeStage(text: string, earlier: DockerfileSubject['stages']): boolean {
  const [head = '', ...more] = text.toLowerCase().split(/\$(?:\w+|\{\w+\})/u);
  const tail = more.at(-1) ?? '';
  if (more.length !== 1 || head + tail === '') return false;
  return earlier.some(({ stage: { name = '' } }) => name.startsWith(head) && name.endsWith(tail));
}

/** Yields the images of `FROM`, of `COPY --from` and of mounts; names of stages are none. */
function* images({ stages }: DockerfileSubject): Generator<UsedImage> {
  const names = new Set<string>();
  for (const [index, { stage, steps, image: text, parent }] of stages.entries()) {
    const [step] = steps;
    if (text !== undefined && text !== '' && parent === undefined && text !== 'scratch') {
      const range = stage.base?.range ?? stage.from.range;
      yield { step, range, text, image: imageNameOf(text), isBase: true };
    }
    for (const one of steps) yield* copiedFrom(one, names, index);
    if (stage.name !== undefined) names.add(stage.name);
  }
}

function* copiedFrom(step: Step, stages: ReadonlySet<string>, index: number): Generator<UsedImage> {
  const from = fromOf(step);
  const mounted = step.instruction.flags.flatMap(({ options }) =>
    options.filter(({ name }) => name === 'from'),
  );
  for (const { value = '', range } of [...(from === undefined ? [] : [from]), ...mounted]) {
    const isStage =
      stages.has(value.toLowerCase()) || (/^\d+$/u.test(value) && Number(value) < index);
    // A name without a tag, a digest or a registry is a stage that is misspelled, or a context.
    if (isStage || !/[:/@]/u.test(value)) continue;
    yield { step, range, text: value, image: imageNameOf(value), isBase: false };
  }
}
