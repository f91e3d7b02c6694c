/** Checks of the actions, reusable workflows and images that a pipeline uses. */

import { baseName } from '../../../../core/base/artifact-path.ts';
import type { ByteRange } from '../../../../formats/bytes/byte-range.ts';
import type { YamlScalar } from '../../../../formats/text/yaml/yaml-node.ts';
import { partsOf } from '../../../../formats/text/yaml/yaml-parts.ts';
import { imageRefusal } from '../../../../trust/trust-file/decisions.ts';
import { imageNameOf } from '../../image-name.ts';
import { containerImages } from '../container-images.ts';
import { ARCHIVED } from '../archived-repositories.ts';
import type { Hit, HitFix, PipelineCheck } from './check.ts';
import { ruleOf, unsafeFixBy } from './check.ts';
import type { PipelineSubject } from '../subject.ts';
import { pinned, pinnedImage } from '../edits/pin-edits.ts';
import { patternRank } from '../repository-pattern.ts';
import { pinPolicy, type PipelineSettings } from '../settings.ts';
import { hookRepositories } from '../hooks.ts';
import { isCommit, usedBy, type UsedRepository } from '../uses.ts';
import { inputOf, type Job } from '../workflow.ts';

const UNPINNED: PipelineCheck = {
  rule: ruleOf({
    name: 'unpinned-uses',
    severity: 'high',
    title: 'action that its publisher can replace',
    cwe: [1357, 494],
    why: "A tag or branch of an action can be moved to other code at any time, by its publisher, or by an attacker with the publisher's account. The next run executes that code with the secrets of the workflow.",
    remedy:
      'Name the commit with its 40 hexadecimal digits; assay pin writes it and keeps the version as a comment.',
    failing: 'on: push\njobs: {a: {runs-on: x, steps: [{uses: actions/checkout@v4}]}}\n',
    passing:
      'on: push\njobs: {a: {runs-on: x, steps: [{uses: actions/checkout@11bd71901bbe5b1630ceea73d27597364c9af683}]}}\n',
  }),
  *find(subject) {
    for (const { revision, scalar } of hookRepositories(subject)) {
      const name = revision?.value.trim() ?? '';
      if (revision === undefined || name === '' || isCommit(name)) continue;
      const isBranch = BRANCHES.test(name);
      yield {
        range: revision.range,
        message: `"${name}" of ${scalar.value} names a ${isBranch ? 'branch' : 'tag'}, which can be moved.`,
        names: [scalar.value, name],
        severity: isBranch ? 'medium' : 'low',
        // Tags are what pre-commit itself writes.
        ...(!isBranch && { persona: 'pedantic' as const }),
      };
    }
    for (const uses of usedBy(subject)) {
      if (uses.kind === 'repository') {
        if (isPinned(uses, subject.settings)) continue;
        yield {
          range: contentRange(uses.scalar),
          message:
            uses.ref === undefined
              ? `"${uses.scalar.value.trim()}" names no version.`
              : `"${uses.scalar.value.trim()}" names a tag or branch, which can be moved.`,
          names: [uses.action],
          fix: pinned(subject, uses),
        };
      }
    }
  },
};

/** Names of branches that move with each commit. */
const BRANCHES = /^(?:HEAD|main|master|trunk|dev|develop|devel|development|next|stable|latest)$/iu;

function isPinned(uses: UsedRepository, settings: PipelineSettings): boolean {
  switch (pinPolicy(uses, settings)) {
    case 'any':
      return true;
    case 'ref-pin':
      return uses.ref !== undefined;
    case 'hash-pin':
      return isCommit(uses.ref);
  }
}

function* unpinnedImage(
  subject: PipelineSubject,
  image: string,
  scalar: YamlScalar,
): Generator<Hit> {
  const tag = tagOf(image);
  const isMissing = tag === undefined || tag === 'latest';
  yield {
    range: scalar.range,
    message: isMissing
      ? `The image "${image}" has neither a version nor a digest.`
      : `The image "${image}" has a tag, which can be moved, and no digest.`,
    names: [image],
    fix: pinnedImage(subject, image, scalar),
    ...(!isMissing && { persona: 'pedantic' as const, severity: 'low' as const }),
  };
}

/** The range of the text of a scalar without white space around it, as in a block. */
function contentRange(scalar: YamlScalar): ByteRange {
  const { value } = scalar;
  const start = value.length - value.trimStart().length;
  return partsOf(scalar).rangeOf(start, start + value.trim().length) ?? scalar.range;
}

/** The last part of a name; slashes within expressions separate nothing. */
function imageEnd(image: string): string {
  return baseName(image.replaceAll(/\$\{\{.*?\}\}/gsu, '${{}}'));
}

function tagOf(image: string): string | undefined {
  return /:(?<tag>(?:\w|\$\{\{).*)$/su.exec(imageEnd(image))?.groups?.['tag'];
}

const UNPINNED_IMAGES: PipelineCheck = {
  rule: ruleOf({
    name: 'unpinned-images',
    severity: 'high',
    title: 'container image without a digest',
    cwe: [1357, 494],
    why: 'The tag of an image can be moved to other content. The next run executes it with the secrets of the job.',
    remedy: 'Name the digest, as in image: debian:13.1@sha256:…; assay pin writes it.',
    failing: 'on: push\njobs: {a: {runs-on: x, container: debian, steps: [{run: make}]}}\n',
    passing:
      'on: push\njobs: {a: {runs-on: x, container: "debian@sha256:01ba4719c80b6fe911b091a7c05124b64eeece964e09c058ef8f9805daca546b", steps: [{run: make}]}}\n',
  }),
  *find(subject) {
    const own = imageOfAction(subject);
    if (own !== undefined) yield* unpinnedContainer(subject, own, undefined);
    for (const uses of usedBy(subject)) {
      if (uses.kind === 'image' && !/@sha(?:256|512):/u.test(uses.image))
        yield* unpinnedImage(subject, uses.image, uses.scalar);
    }
    for (const job of subject.jobs) {
      for (const { image } of job.containers) {
        if (image !== undefined) yield* unpinnedContainer(subject, image, job);
      }
    }
  },
};

function* unpinnedContainer(
  subject: PipelineSubject,
  scalar: YamlScalar,
  job: Job | undefined,
): Generator<Hit> {
  for (const { image, range, isWritten } of containerImages(scalar, job)) {
    if (image === undefined) {
      const message = 'An expression names the image, which may have no digest.';
      yield { range, message, names: [scalar.value.slice(0, 200)], confidence: 'low' };
      continue;
    }
    if (/@sha(?:256|512):/u.test(image)) continue;
    const name = image.replace(/^docker:\/\//u, '');
    for (const { fix, ...hit } of unpinnedImage(subject, name, scalar)) {
      yield { ...hit, range, ...(isWritten && fix !== undefined && { fix }) };
    }
  }
}

const UNTRUSTED_IMAGE: PipelineCheck = {
  rule: ruleOf({
    name: 'untrusted-image',
    isOwn: true,
    severity: 'high',
    title: 'container image that the trust file does not allow',
    cwe: [829],
    why: 'The trust file names the registries that are allowed. The registry of this image is denied, or not among them. The rule reports nothing without a trust file.',
    remedy: 'Take the image from a registry that the trust file allows, or have it added there.',
    failing:
      'on: push\npermissions: {}\njobs: {a: {runs-on: x, container: example.com/debian, steps: [{run: make}]}}\n',
    passing:
      'on: push\npermissions: {}\njobs: {a: {runs-on: x, container: docker.io/library/debian, steps: [{run: make}]}}\n',
    settings: {
      trust: {
        name: 'assay.trust.yaml',
        registries: {
          allowed: [{ text: 'docker.io/**', host: 'docker.io', parts: ['**'] }],
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
    const images = subject.jobs.flatMap(({ containers }) =>
      containers.flatMap(({ image }) =>
        image === undefined ? [] : [{ image, text: image.value }],
      ),
    );
    const used = [...usedBy(subject)].flatMap((uses) =>
      uses.kind === 'image' ? [{ image: uses.scalar, text: uses.image }] : [],
    );
    const own = imageOfAction(subject);
    const ofAction = own === undefined ? [] : [{ image: own, text: own.value }];
    for (const { image, text } of [...images, ...used, ...ofAction]) {
      const name = imageNameOf(text.trim().replace(/^docker:\/\//u, ''));
      const refusal = name === undefined ? undefined : imageRefusal(trust.registries, name);
      if (refusal === undefined) continue;
      const message = `The image "${text.trim()}" ${refusal.reason}.`;
      yield { range: image.range, message, names: [text.trim()] };
    }
  },
};

/** The image of a Docker action; other values name a Dockerfile. */
function imageOfAction({ action }: PipelineSubject): YamlScalar | undefined {
  return action?.image?.value.startsWith('docker://') === true ? action.image : undefined;
}

const ARCHIVED_USES: PipelineCheck = {
  rule: ruleOf({
    name: 'archived-uses',
    severity: 'medium',
    title: 'action whose repository is archived',
    cwe: [1104],
    why: 'An archived action gets no fixes, neither for its own vulnerabilities nor for those of the code that it bundles.',
    remedy: 'Use a maintained action, or the commands that it runs.',
    failing:
      'on: push\njobs: {a: {runs-on: x, steps: [{uses: actions/setup-ruby@e932e7af67fc4a8fc77bd86b744acd4e42fe3543}]}}\n',
    passing:
      'on: push\njobs: {a: {runs-on: x, steps: [{uses: ruby/setup-ruby@13e7a03dc3ac6c3798f4570bfead2aed4d96abfb}]}}\n',
  }),
  *find(subject) {
    for (const { repository, scalar } of hookRepositories(subject)) {
      if (repository === undefined || !ARCHIVED.has(repository)) continue;
      const message = `The repository ${repository} is archived.`;
      yield { range: scalar.range, message, names: [repository] };
    }
    for (const uses of usedBy(subject)) {
      if (uses.kind !== 'repository' || !ARCHIVED.has(uses.repository)) continue;
      yield {
        range: uses.scalar.range,
        message: `The repository ${uses.repository} is archived.`,
        names: [uses.action],
      };
    }
  },
};

const FORBIDDEN: PipelineCheck = {
  rule: ruleOf({
    name: 'forbidden-uses',
    severity: 'high',
    title: 'action that the configuration does not allow',
    cwe: [829],
    why: 'The configuration of the repository lists which actions may be used, or which may not. The rule reports nothing without such a list.',
    remedy: 'Use an action that is allowed, or add this one to the list in zizmor.yml.',
    failing:
      'on: push\njobs: {a: {runs-on: x, steps: [{uses: example/deploy@11bd71901bbe5b1630ceea73d27597364c9af683}]}}\n',
    passing:
      'on: push\njobs: {a: {runs-on: x, steps: [{uses: actions/cache@11bd71901bbe5b1630ceea73d27597364c9af683}]}}\n',
    settings: { uses: { mode: 'deny', patterns: [{ text: 'example/*', owner: 'example' }] } },
  }),
  *find(subject) {
    const { uses: rule } = subject.settings;
    if (rule === undefined) return;
    for (const uses of usedBy(subject)) {
      if (uses.kind !== 'repository') continue;
      const isListed = rule.patterns.some((one) => patternRank(one, uses) !== undefined);
      if (isListed === (rule.mode === 'allow')) continue;
      yield {
        range: contentRange(uses.scalar),
        message: `The configuration does not allow ${uses.action}.`,
        names: [uses.action],
      };
    }
  },
};

const SELF_REPOSITORY: PipelineCheck = {
  rule: ruleOf({
    name: 'self-repository',
    severity: 'low',
    title: 'own action that the working directory decides',
    cwe: [829],
    why: 'A path that begins with ./ names what the working directory has when the step runs, which an earlier step may have replaced, for example by a checkout of another branch. A path that begins with $/ names the file of the repository and commit that the workflow is from.',
    remedy: 'Write $/ in the place of ./.',
    failing: 'on: push\njobs: {a: {runs-on: x, steps: [{uses: ./actions/build}]}}\n',
    passing: 'on: push\njobs: {a: {runs-on: x, steps: [{uses: $/actions/build}]}}\n',
  }),
  *find(subject) {
    // Other forges do not know that form.
    if (/\/\.(?:gitea|forgejo)\//u.test(subject.path)) return;
    for (const uses of usedBy(subject)) {
      if (uses.kind !== 'path' || !uses.path.startsWith('../')) continue;
      yield {
        range: contentRange(uses.scalar),
        message: `"${uses.path}" is taken from the working directory, which earlier steps can change.`,
        names: [uses.path],
        fix: ofRepository(subject, uses.scalar),
      };
    }
  },
};

/** `$/` in the place of `../`, if no step can have made the directory by a checkout elsewhere. */
function ofRepository({ steps }: PipelineSubject, scalar: YamlScalar): HitFix | undefined {
  const isPlaced = steps.some((step) =>
    ['path', 'repository', 'ref'].some((input) => inputOf(step, input) !== undefined),
  );
  const place = partsOf(scalar).rangeOf(0, 1);
  const isBelow = /^\.\/(?!.*\.\.)/u.test(scalar.value);
  if (isPlaced || place === undefined || !isBelow) return undefined;
  return unsafeFixBy('Take the action from the commit of the workflow.', {
    range: place,
    text: '$',
  });
}

/** Checks of what is used. */
export const USES_CHECKS: readonly PipelineCheck[] = [
  UNPINNED,
  UNPINNED_IMAGES,
  ARCHIVED_USES,
  FORBIDDEN,
  SELF_REPOSITORY,
  UNTRUSTED_IMAGE,
];
