/**
 * Finds the siblings of an image in its registry: one request for each page of the tag list, and
 * one `HEAD` for each tag that is considered. Tags that lead to an image that was taken already are
 * counted and not taken again.
 */

import { compareText } from '../../../core/base/compare.ts';
import type { Context } from '../../../core/base/context.ts';
import { AssayError, type ErrorCode } from '../../../core/base/errors.ts';
import { pluralize } from '../../../core/base/pluralize.ts';
import type { Digest } from '../../../core/model/artifact/artifact.ts';
import {
  createRegistryClient,
  familiarReference,
  type ImageReference,
  type RegistryOptions,
  type Repository,
} from '../../../clients/oci/index.ts';
import { chooseSiblings, newerTags, type LeftReason, type SiblingChoice } from './siblings.ts';
import { parseTag, type ParsedTag } from './tag-grammar.ts';

/** The number of images that are compared unless `--limit` says another. */
export const DEFAULT_LIMIT = 8;
/**
 * Tags per chosen image whose digest is requested: most repositories have two or three names for
 * one.
 */
const CONSIDERED_PER_IMAGE = 3;

/** The requested siblings. */
export interface SiblingRequest {
  /** A name with or without a tag. */
  readonly reference: string;
  /** Number of chosen images, with the named one. */
  readonly limit?: number;
  /** Newer versions of the same variant are taken too, right behind the image that was named. */
  readonly hasNewer?: boolean;
  readonly registry?: RegistryOptions;
}

/** An image of the repository. */
export interface SiblingImage {
  readonly tag: string;
  /** The name with the tag, as users write it. */
  readonly reference: string;
  /** Digest of the index, if there is one; absent if the registry did not state it. */
  readonly digest?: Digest;
  /** Other considered tags with the same digest. */
  readonly aliases: readonly string[];
}

/** The siblings of an image, and what was left out. */
export interface Siblings {
  readonly repository: string;
  /** The image that was named first. */
  readonly taken: readonly SiblingImage[];
  readonly tagCount: number;
  /** Tags that were left out, by reason. `overLimit`: suitable tags beyond the limit. */
  readonly left: ReadonlyMap<LeftReason | 'overLimit' | 'sameImage' | 'gone', number>;
  /** The mirror that gave the tag list, if the registry could not be asked. */
  readonly mirror?: string;
}

/**
 * Lists and chooses. The registry of a short name is that of the first reference that the name may
 * mean.
 *
 * @throws AssayError `USAGE` for a name with a digest, `OFFLINE`, and what asking a registry
 * throws, with a hint that says how to go on without a tag list
 */
export async function findSiblings(request: SiblingRequest, context: Context): Promise<Siblings> {
  const { reference: text, limit = DEFAULT_LIMIT, hasNewer = false, registry = {} } = request;
  if (context.fetch === undefined) {
    throw new AssayError(
      'OFFLINE',
      `the siblings of "${text}" are in its registry, and the network is off`,
      {
        hint: NAME_THEM,
      },
    );
  }
  const client = createRegistryClient(registry, context);
  const [named] = await client.resolveName(text);
  if (named === undefined) throw new AssayError('NOT_FOUND', `"${text}" leads to no registry`);
  if (named.digest !== undefined) {
    throw new AssayError(
      'USAGE',
      `"${text}" names one image by its digest, which has no siblings`,
      {
        hint: `Siblings are found by a tag, as in assay base ${familiarReference({ domain: named.domain, path: named.path, tag: named.tag ?? 'latest' })}. ${NAME_THEM}`,
      },
    );
  }
  const tag = named.tag ?? 'latest';
  const repository = await client.repository(named);
  const own = await repository.resolve(tag);
  const { tags, mirror } = await tagsOf(repository, named);
  const siblings = chooseSiblings(tag, tags);
  const choice = hasNewer ? withNewer(siblings, tag, tags) : siblings;
  const taking = await takeImages(repository, choice, { limit, named, own: own.digest });
  return {
    repository: familiarReference({ domain: named.domain, path: named.path }),
    tagCount: tags.length,
    ...taking,
    ...(mirror !== undefined && { mirror }),
  };
}

/** Adds newer versions, which were counted as other patches and versions. */
function withNewer(
  { candidates, left }: SiblingChoice,
  tag: string,
  tags: readonly string[],
): SiblingChoice {
  const { patch, minor } = newerTags(tag, tags);
  const counts = new Map(left);
  const take = (newer: string | undefined, counted: LeftReason): readonly ParsedTag[] => {
    if (newer === undefined) return [];
    counts.set(counted, (counts.get(counted) ?? 1) - 1);
    return [parseTag(newer)];
  };
  const taken = [...take(patch, 'olderPatch'), ...take(minor, 'otherVersion')];
  const [own, ...others] = candidates;
  return { candidates: [...(own === undefined ? [] : [own]), ...taken, ...others], left: counts };
}

const NAME_THEM = 'Name the images to compare instead, as in assay base app:1 app:1-slim.';

async function tagsOf(
  repository: Repository,
  { domain, path }: ImageReference,
): Promise<{ readonly tags: readonly string[]; readonly mirror?: string }> {
  try {
    return await repository.tags();
  } catch (error) {
    if (!(error instanceof AssayError) || error.code === 'INTERRUPTED') throw error;
    const name = familiarReference({ domain, path });
    throw new AssayError(error.code, `no tag list of "${name}": ${error.message}`, {
      hint: [...(error.hint === undefined ? [] : [error.hint]), NAME_THEM].join('\n'),
      cause: error,
    });
  }
}

interface Taking {
  readonly limit: number;
  readonly named: ImageReference;
  /** The digest of the image that was named. */
  readonly own: Digest;
}

async function takeImages(
  repository: Repository,
  { candidates, left }: SiblingChoice,
  { limit, named: { domain, path }, own }: Taking,
): Promise<Pick<Siblings, 'taken' | 'left'>> {
  const taken = new Map<string, Taken>();
  const counts = new Map<LeftReason | 'overLimit' | 'sameImage' | 'gone', number>(left);
  const count = (reason: 'overLimit' | 'sameImage' | 'gone', more = 1): void => {
    counts.set(reason, (counts.get(reason) ?? 0) + more);
  };
  const considered = candidates.slice(0, limit * CONSIDERED_PER_IMAGE);
  for (const [index, { tag }] of considered.entries()) {
    if (taken.size >= limit) {
      count('overLimit', considered.length - index);
      break;
    }
    const digest = index === 0 ? own : await digestOf(repository, tag);
    const known = digest && taken.get(digest);
    if (digest === undefined) count('gone');
    else if (digest === 'refused') taken.set(tag, { tag, aliases: [] });
    else if (known === undefined) taken.set(digest, { tag, digest, aliases: [] });
    else {
      known.aliases.push(tag);
      count('sameImage');
    }
  }
  const beyond = candidates.length - considered.length;
  if (beyond > 0) count('overLimit', beyond);
  return {
    left: counts,
    taken: [...taken.values()].map((one) => ({
      ...one,
      reference: familiarReference({ domain, path, tag: one.tag }),
    })),
  };
}

type Taken = Omit<SiblingImage, 'aliases' | 'reference'> & { readonly aliases: string[] };

/**
 * Returns the digest of a tag; `undefined` if it was removed after it was listed. A tag that the
 * registry does not return is chosen, and reported when it is opened.
 */
async function digestOf(
  repository: Repository,
  tag: string,
): Promise<Digest | 'refused' | undefined> {
  try {
    return (await repository.resolve(tag)).digest;
  } catch (error) {
    if (!(error instanceof AssayError)) throw error;
    if (error.code === 'NOT_FOUND') return undefined;
    if (!OF_ONE_TAG.has(error.code)) throw error;
    return 'refused';
  }
}

/** After these another tag may be had. */
const OF_ONE_TAG: ReadonlySet<ErrorCode> = new Set([
  'ACCESS_DENIED',
  'REGISTRY_DENIED',
  'CONTENT_MISMATCH',
  'DAMAGED',
  'LIMIT_EXCEEDED',
  'NETWORK',
]);

const REASONS: Readonly<Record<LeftReason | 'overLimit' | 'sameImage' | 'gone', string>> = {
  overLimit: 'beyond the limit (--limit)',
  sameImage: 'another name of an image that was taken',
  olderPatch: 'another patch of a version that was taken or named',
  otherVersion: 'of another version',
  otherFlavor: 'with other words, such as another runtime',
  platform: 'for another platform',
  prerelease: 'a pre-release',
  dated: 'dated',
  build: 'a build of one commit or branch',
  signature: 'a signature or attestation',
  other: 'of no known form',
  gone: 'removed meanwhile',
};

/** Returns lines for people: what was taken, and how many tags were not, by reason. */
export function siblingLines({
  repository,
  taken,
  tagCount,
  left,
  mirror,
}: Siblings): readonly string[] {
  const names = taken.map(({ tag, aliases }) =>
    aliases.length === 0 ? tag : `${tag} (= ${aliases.join(', ')})`,
  );
  const counts = [...left]
    .filter(([, count]) => count > 0)
    .sort(([x, a], [y, b]) => b - a || compareText(x, y));
  const total = counts.reduce((sum, [, count]) => sum + count, 0);
  const reasons = counts.map(([reason, count]) => `${count} ${REASONS[reason]}`).join(', ');
  return [
    taken.length === 1
      ? `No siblings of ${repository}:${taken[0]?.tag ?? ''} among ${pluralize(tagCount, 'tag')}.`
      : `Taken from ${repository}: ${names.join(', ')}.`,
    ...(total === 0 ? [] : [`Not taken: ${pluralize(total, 'tag')}: ${reasons}.`]),
    ...(mirror === undefined
      ? []
      : [`The tag list is that of the mirror ${mirror}, which may lack tags.`]),
  ];
}
