/**
 * Finds the base of scanned images: opens the images that the user, labels, provenance and a
 * Dockerfile name, and compares their layers. Only manifests and configurations are read; no layer
 * is.
 *
 * A name in the judged image leads to a request to a registry that the builder of the image chose,
 * so typed credentials are sent only to the registry of the target. `--insecure` applies to that
 * registry and to the one that the user's Dockerfile names.
 */

import type { Context } from '../../../core/base/context.ts';
import { AssayError, type ErrorCode } from '../../../core/base/errors.ts';
import type { Artifact, BaseStatement, Digest } from '../../../core/model/artifact/artifact.ts';
import { hasDigest, parseTarget } from '../../../clients/oci/parse-target.ts';
import { familiarReference, parseImageReference } from '../../../clients/oci/index.ts';
import { openSource } from '../../source/open-source.ts';
import type { SourceRequest } from '../../source/source.ts';
import { fullTarget, type ScannedArtifact } from '../request.ts';
import type { BaseQuestion, BaseRules, DockerfileQuestion } from './base-question.ts';
import { instructionLines } from './instruction-lines.ts';
import {
  compareBases,
  withBaseFacts,
  type BaseCandidate,
  type ComparedImage,
} from './compare-bases.ts';
import type { NamedBase } from './provenance-materials.ts';

/** An image whose base is looked for, and the target that it was opened from. */
export interface BaseSubject {
  readonly scanned: ScannedArtifact;
  readonly target: SourceRequest;
}

/** Errors after which a named image counts as not available. All others end the run. */
const UNAVAILABLE: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'USAGE',
  'NOT_FOUND',
  'ACCESS_DENIED',
  'REGISTRY_DENIED',
  'CONTENT_MISMATCH',
  'DAMAGED',
  'LIMIT_EXCEEDED',
  'TIMEOUT',
  'NETWORK',
  'OFFLINE',
]);

/**
 * Returns the artifacts with their bases. An artifact that is no image, or was read without
 * comparing its layers, is returned unchanged.
 *
 * @throws AssayError if an image that the user named as known cannot be opened, and errors that end
 * a run, such as `INTERRUPTED`
 */
export async function findBases(
  subjects: readonly BaseSubject[],
  question: BaseQuestion,
  context: Context,
): Promise<readonly ScannedArtifact[]> {
  const opened = new Map<string, Promise<ComparedImage>>();
  const open = (request: SourceRequest): Promise<ComparedImage> => {
    const { reference, isPath, platforms, registry } = request;
    const key = JSON.stringify([reference, isPath, platforms, registry]);
    const known = opened.get(key) ?? compared(request, context);
    opened.set(key, known);
    return known;
  };
  const found: ScannedArtifact[] = [];
  for (const { scanned, target } of subjects) {
    found.push(await withBase({ scanned, target }, question, { open, context }));
  }
  return found;
}

interface Opener {
  readonly open: (request: SourceRequest) => Promise<ComparedImage>;
  readonly context: Context;
}

async function withBase(
  { scanned, target }: BaseSubject,
  { known, dockerfile, rules }: BaseQuestion,
  opener: Opener,
): Promise<ScannedArtifact> {
  const { artifact } = scanned;
  if (artifact.kind !== 'image' || artifact.image === undefined) return scanned;
  const { open, context } = opener;
  const candidates: BaseCandidate[] = [];
  for (const one of known) {
    const name = one.reference;
    const platforms = platformOf(artifact, target);
    const image =
      'layers' in one ? imageOf(one) : await open({ ...fullTarget(one), kind: 'image', platforms });
    candidates.push({ by: 'known', name, image });
  }
  const { reference, undecided } = dockerfile ?? {};
  if (reference !== undefined && undecided !== undefined) {
    candidates.push({ by: 'dockerfile', name: reference, image: undecided });
  }
  const subject = { scanned, target };
  for (const one of await claimedBases(subject, dockerfile, context)) {
    candidates.push(...(await ruledCandidates(one, subject, { opener, rules })));
  }
  for (const name of rules?.images ?? []) {
    candidates.push(await candidateOf({ by: 'trust', name }, subject, opener));
  }
  const facts = compareBases(artifact.layers, repositoriesOf(artifact), candidates);
  const isRead = scanned.layerDigests !== 'notChecked';
  const usable = isRead ? facts : { baseBy: (facts.baseBy ?? []).map(unread) };
  return { ...scanned, artifact: withLines(withBaseFacts(artifact, usable), dockerfile) };
}

function withLines(artifact: Artifact, dockerfile: DockerfileQuestion | undefined): Artifact {
  if (dockerfile === undefined) return artifact;
  const { path, instructions } = dockerfile;
  const baseLayerCount = artifact.image?.baseLayerCount ?? 0;
  const lines = instructionLines(artifact.layers, instructions, baseLayerCount);
  const layers = artifact.layers.map((layer, index) => {
    const line = lines[index];
    return line === undefined ? layer : { ...layer, dockerfile: { path, line } };
  });
  return { ...artifact, layers };
}

/**
 * Returns a statement about layers that were not compared with their digests: they may hold
 * anything, also files that are not in the base.
 */
function unread({ by, name, digest }: BaseStatement): BaseStatement {
  return {
    by,
    name,
    ...(digest !== undefined && { digest }),
    comparison: 'notCompared',
    reason: 'the layers of the scanned image were not compared with their digests',
  };
}

/** Returns the names that labels, the Dockerfile and provenance give. */
async function claimedBases(
  { scanned: { artifact }, target }: BaseSubject,
  dockerfile: DockerfileQuestion | undefined,
  context: Context,
): Promise<readonly NamedBase[]> {
  const { reference, undecided } = dockerfile ?? {};
  const { provenanceOf } = await import('./provenance.ts');
  return [
    ...(artifact.image?.baseBy ?? []).filter(({ by }) => by === 'label'),
    ...(reference === undefined || undecided !== undefined
      ? []
      : [{ by: 'dockerfile' as const, name: reference }]),
    ...(await provenanceOf(artifact, target, context)),
  ];
}

/**
 * Returns the image that is named, which rules name too if they accept it. An image that they
 * refuse is not asked for.
 */
async function ruledCandidates(
  named: NamedBase,
  subject: BaseSubject,
  { opener, rules }: { readonly opener: Opener; readonly rules: BaseRules | undefined },
): Promise<readonly BaseCandidate[]> {
  const refusal = rules?.refusal(named);
  if (refusal !== undefined) return [{ ...named, image: refusal }];
  const candidate = await candidateOf(named, subject, opener);
  return rules?.accepts(named) === true ? [candidate, { ...candidate, by: 'trust' }] : [candidate];
}

/**
 * Opens an image that the image itself or a file names. An image that is not available decides
 * nothing.
 */
async function candidateOf(
  named: NamedBase,
  { scanned, target }: BaseSubject,
  { open, context }: Opener,
): Promise<BaseCandidate> {
  const { by, name, digest } = named;
  const base = { by, name, ...(digest !== undefined && { digest }) };
  if (parseTarget(name).kind !== 'name') {
    return { ...base, image: 'the text is not an image name' };
  }
  const ask = async (reference: string): Promise<ComparedImage | AssayError> => {
    try {
      return await open(namedRequest(reference, named, { scanned, target }));
    } catch (error) {
      if (!(error instanceof AssayError) || context.signal.aborted) throw error;
      if (!UNAVAILABLE.has(error.code)) throw error;
      return error;
    }
  };
  const pinned = digest === undefined || hasDigest(name) ? name : `${withoutTag(name)}@${digest}`;
  const image = await ask(pinned);
  if (!(image instanceof AssayError)) return { ...base, image };
  // A second request to a registry that does not answer would take as long again.
  if (pinned === name || image.code === 'TIMEOUT') return { ...base, image: image.message };
  const tagged = await ask(name);
  if (tagged instanceof AssayError) return { ...base, image: image.message };
  const reason =
    image.code === 'NOT_FOUND'
      ? `the registry does not have ${digest ?? ''} any more, so the tag was compared: the base was built again since`
      : `the image with the digest was not read (${image.message}), so the tag was compared`;
  return { by, name, image: tagged, reason };
}

/** Returns how such an image is opened; the module comment describes which options are left out. */
function namedRequest(
  reference: string,
  { by }: NamedBase,
  { scanned: { artifact }, target }: BaseSubject,
): SourceRequest {
  const { imageSources, registry, env } = target;
  const isOwn = repositoryOf(reference)?.domain === targetDomain(artifact);
  const isInsecure = registry?.isInsecure === true && (isOwn || by === 'dockerfile');
  return {
    reference,
    kind: 'image',
    platforms: platformOf(artifact, target),
    imageSources,
    skipDirs: [],
    skipFiles: [],
    ...(env !== undefined && { env }),
    ...(registry !== undefined && {
      registry: isOwn
        ? registry
        : { isInsecure, ...(registry.env !== undefined && { env: registry.env }) },
    }),
  };
}

/** Returns the platform of the image that is judged: another one has other layers. */
function platformOf({ image }: Artifact, { platforms }: SourceRequest): SourceRequest['platforms'] {
  const isNamed = image !== undefined && image.platform.os !== 'unknown';
  return isNamed ? [image.platform] : platforms === 'all' ? [] : platforms;
}

async function compared(request: SourceRequest, context: Context): Promise<ComparedImage> {
  const opened = await openSource(request, context);
  try {
    const [first, ...others] = opened;
    if (first === undefined || first.artifact.kind !== 'image') {
      throw new AssayError('NOT_FOUND', `"${request.reference}" is not an image`);
    }
    if (others.length > 0) {
      throw new AssayError('USAGE', `"${request.reference}" holds ${opened.length} images`, {
        hint: 'Name one of them, as in FILE:NAME.',
      });
    }
    return imageOf(first.artifact);
  } finally {
    await Promise.all(opened.map((one) => one[Symbol.asyncDispose]()));
  }
}

function imageOf(artifact: Artifact): ComparedImage {
  const { image } = artifact;
  const digest: Digest | undefined = image?.indexDigest ?? image?.manifestDigest;
  return {
    diffIds: artifact.layers.map(({ diffId }) => diffId),
    repositories: repositoriesOf(artifact),
    ...(digest !== undefined && { digest }),
  };
}

/** Places where the reference of an image is a path and not its name. */
const ON_DISK: ReadonlySet<string> = new Set(['archive', 'layout', 'standard-input']);

/**
 * Returns the repositories that an image is known to be in, by the names that it was found under.
 */
export function repositoriesOf({ reference, image, source }: Artifact): ReadonlySet<string> {
  // Layouts often name an image by its tag alone, and two of them with the tag "latest" have
  // nothing in common.
  const names = [...(image?.tags ?? []), ...(image?.repoDigests ?? [])].filter((name) =>
    /[/:@]/u.test(name),
  );
  const isOnDisk = source !== undefined && ON_DISK.has(source.kind);
  if (!isOnDisk && parseTarget(reference).kind === 'name') names.push(reference);
  return new Set(
    names.flatMap((name) => {
      const repository = repositoryOf(name);
      return repository === undefined ? [] : `${repository.domain}/${repository.path}`;
    }),
  );
}

function repositoryOf(
  name: string,
): { readonly domain: string; readonly path: string } | undefined {
  try {
    return parseImageReference(name);
  } catch (error) {
    if (error instanceof AssayError) return undefined;
    throw error;
  }
}

/**
 * Returns the registry that the target was read from; `undefined` for a target from anywhere else.
 */
function targetDomain({ source }: Artifact): string | undefined {
  return source?.kind === 'registry' ? source.place : undefined;
}

function withoutTag(name: string): string {
  const repository = repositoryOf(name);
  return repository === undefined
    ? name
    : familiarReference({ domain: repository.domain, path: repository.path });
}
