/**
 * Edits that pin a reference to the commit that its tag or branch names, with the version as a
 * comment, as `assay pin` writes it, and images to their digest. They are offered only where git or
 * a ledger knows the commit, or a ledger the digest.
 *
 * Source: docs.github.com, "Workflow syntax for GitHub Actions", `jobs.<job_id>.steps[*].uses`; the
 * documentation of slsa-github-generator, which refuses to be called by a commit.
 */

import { mostSpecificTag } from '../../../../formats/text/tag-version.ts';
import { commentWithVersion } from '../../../../formats/text/comments/version-comment.ts';
import type { YamlScalar } from '../../../../formats/text/yaml/yaml-node.ts';
import { partsOf } from '../../../../formats/text/yaml/yaml-parts.ts';
import { commentPlaceOf } from '../../../../formats/text/yaml/yaml-walk.ts';
import { imageNameOf } from '../../image-name.ts';
import { fixBy, unsafeFixBy, type HitFix } from '../checks/check.ts';
import type { RepositoryFacts } from '../settings.ts';
import type { PipelineSubject } from '../subject.ts';
import { isCommit, usedBy, type UsedRepository } from '../uses.ts';
import type { Edit } from './yaml-edits.ts';

/** Repositories whose workflows verify the tag by which they are called. */
const CALLED_BY_TAG: ReadonlySet<string> = new Set(['slsa-framework/slsa-github-generator']);

/** A commit that a name leads to. */
interface Target {
  readonly commit: string;
  /** What changes besides, in a complete sentence; absent: nothing. */
  readonly caution?: string;
}

const CAUTIONS = {
  branch: 'Pin the present commit of the branch.',
  ledger: 'Pin the commit that the ledger has recorded last.',
} as const;

/**
 * Returns the edits that pin what a step or a job uses; `undefined` where the commit is not known,
 * or the text has another use.
 */
export function pinned(subject: PipelineSubject, uses: UsedRepository): HitFix | undefined {
  const facts = subject.settings.references?.get(uses.repository);
  if (facts === undefined || uses.ref === undefined) return undefined;
  const target = targetOf(uses.ref, facts);
  if (target === undefined || CALLED_BY_TAG.has(uses.repository)) return undefined;
  if (!isUsedOnly(subject, uses.scalar)) return undefined;
  const { scalar } = uses;
  const start = scalar.value.indexOf('@') + 1;
  const range = partsOf(scalar).rangeOf(start, start + uses.ref.length);
  if (range === undefined) return undefined;
  const version = mostSpecificTag(tagsOf(target.commit, facts), uses.ref) ?? plainName(uses.ref);
  const edits = [{ range, text: target.commit }, ...commentEdits(subject, scalar, version)];
  return target.caution === undefined
    ? fixBy('Pin the commit of the version.', ...edits)
    : unsafeFixBy(target.caution, ...edits);
}

/**
 * Returns the edit that pins an image to the digest that the ledger has recorded last. The tag may
 * name another one by now.
 */
export function pinnedImage(
  { settings }: PipelineSubject,
  image: string,
  scalar: YamlScalar,
): HitFix | undefined {
  const name = imageNameOf(image.trim());
  if (name?.tag === undefined || name.digest !== undefined) return undefined;
  const digest = settings.images?.get(`${name.domain}/${name.path}:${name.tag}`);
  if (digest === undefined || scalar.anchor !== undefined) return undefined;
  const end = scalar.value.trimEnd().length;
  const last = partsOf(scalar).rangeOf(end - 1, end);
  if (last === undefined) return undefined;
  const place = { start: last.end, end: last.end };
  const description = 'Pin the digest that the ledger has recorded last.';
  return unsafeFixBy(description, { range: place, text: `@${digest}` });
}

/**
 * Returns the commit that a name leads to; `undefined` for a name that is not known, or that is a
 * branch and a tag.
 */
function targetOf(ref: string, facts: RepositoryFacts): Target | undefined {
  const name = plainName(ref);
  const tag = ref.startsWith('refs/heads/') ? undefined : facts.tags.get(name);
  const branch = ref.startsWith('refs/tags/') ? undefined : facts.branches.get(name);
  if (tag !== undefined && branch !== undefined) return undefined;
  if (facts.source === 'ledger') {
    const commit = facts.pins?.get(ref);
    if (commit === undefined || !isCommit(commit)) return undefined;
    // A name that may move can lead elsewhere by now.
    return tag === undefined ? { commit, caution: CAUTIONS.ledger } : { commit };
  }
  const [commit] = tag ?? [];
  if (commit !== undefined) return { commit };
  // A branch moves on with each change, and users may rely on that.
  return branch === undefined ? undefined : { commit: branch, caution: CAUTIONS.branch };
}

function plainName(ref: string): string {
  return ref.replace(/^refs\/(?:heads|tags)\//u, '');
}

/** Returns the tags that name a commit, and no other one. */
function tagsOf(commit: string, { tags }: RepositoryFacts): readonly string[] {
  return [...tags].flatMap(([tag, [first, ...more]]) =>
    first === commit && more.length === 0 ? [tag] : [],
  );
}

/** Returns whether each alias of a text stands for the same, what a step or a job uses. */
function isUsedOnly(subject: PipelineSubject, scalar: YamlScalar): boolean {
  if (scalar.anchor === undefined) return true;
  const aliases = subject.yaml.documents.flatMap((one) => one.aliases.get(scalar) ?? []);
  const count = [...usedBy(subject)].filter((one) => one.scalar === scalar).length;
  return count === aliases.length + 1;
}

/** The comment with the version; none where other values follow on the line. */
function commentEdits(
  { yaml }: PipelineSubject,
  scalar: YamlScalar,
  version: string,
): readonly Edit[] {
  const place = commentPlaceOf(yaml, scalar);
  if (place === undefined) return [];
  const text = commentWithVersion(place.text, version);
  return [{ range: place.range, text: place.needsSpace ? ` ${text}` : text }];
}
