/**
 * Judges where images come from by the trust file: the registry of each image, and the image that
 * it is built on.
 *
 * An image that is read from a registry comes from there. Docker knows the repositories from which
 * it pulled an image, unless it stores images in containerd. containerd and podman list each name
 * that a user gives with the digest, so a name there counts against an image, and never for it. A
 * file names no registry, and the name of a file does not count as one. A base is known if all its
 * layers are the lowest ones of the image; the base that an image names itself counts against it,
 * and never for it.
 */

import type { Artifact, BaseStatement, ImageFacts } from '../../core/model/artifact/artifact.ts';
import type { SourceKind } from '../../core/model/artifact/source-kind.ts';
import { sourceText } from '../../core/model/artifact/source-text.ts';
import type { TrustOutcome } from '../../core/model/report/trust-outcome.ts';
import { parseImageReference } from '../../clients/oci/index.ts';
import { imageRefusal } from '../../trust/trust-file/decisions.ts';
import type { FoundTrustFile } from '../../trust/trust-file/find-trust-file.ts';
import type { NamedImage } from '../../trust/trust-file/repository-pattern.ts';
import type { PatternRules, TrustFile } from '../../trust/trust-file/trust-file.ts';

/** Places that know from which repository an image came. */
const NAMING_SOURCES: ReadonlySet<SourceKind> = new Set([
  'registry',
  'docker',
  'containerd',
  'podman',
  'podman-storage',
]);

/** The trust file of a scan, and what the verdict must say about it. */
export type ScanTrust = Pick<FoundTrustFile, 'trust' | 'warning'>;

/** The judgment of one rule on one image: at most one of the three. */
interface Judged {
  readonly problem?: string;
  readonly held?: string;
  /** Reason for a missing judgment, as a sentence. */
  readonly note?: string;
}

/**
 * Returns what the trust file says about the sources of images; `undefined` if it has no rule about
 * one.
 */
export function sourceOutcome(
  artifacts: readonly Pick<Artifact, 'kind' | 'reference' | 'image' | 'source'>[],
  { trust, warning }: ScanTrust,
): TrustOutcome | undefined {
  const judged = artifacts.flatMap((artifact): readonly Judged[] => {
    const { image } = artifact;
    if (artifact.kind !== 'image' || image === undefined) return [];
    const { registries, baseImages } = trust;
    return [
      ...(registries === undefined
        ? []
        : [judgeRegistry({ ...artifact, image }, trust, registries)]),
      ...(baseImages === undefined ? [] : judgeBase({ ...artifact, image }, trust, baseImages)),
    ];
  });
  if (judged.length === 0) return undefined;
  const notes = judged.flatMap(({ note }) => note ?? []);
  const warnings = new Set([...(warning === undefined ? [] : [warning]), ...notes]);
  return {
    problems: unique(judged.map(({ problem }) => problem)).map((message) => ({
      cause: 'untrustedSource',
      message,
    })),
    held: unique(judged.map(({ held }) => held)).map((message) => ({ group: 'source', message })),
    ...(warnings.size > 0 && { warnings: [...warnings] }),
  };
}

type JudgedImage = Pick<Artifact, 'reference' | 'source'> & { readonly image: ImageFacts };

function judgeRegistry(
  { reference, image, source }: JudgedImage,
  { name }: TrustFile,
  rules: PatternRules,
): Judged {
  const repositories = pulledNames(image);
  if (source === undefined || !NAMING_SOURCES.has(source.kind) || repositories.length === 0) {
    const place = source === undefined ? 'a report without its source' : sourceText(source);
    return {
      note: `the registries of ${name} say nothing about "${reference}": it is ${place}, which names no registry`,
    };
  }
  const refusal = refusalOf(rules, repositories);
  const [first] = repositories;
  const shown = first === undefined ? reference : `${first.domain}/${first.path}`;
  if (refusal !== undefined)
    return { problem: `the image comes from "${shown}", which ${refusal}` };
  if (allowsOne(rules, provenNames(repositories, image, source.kind))) {
    return { held: `the registry of "${shown}" is allowed by ${name}` };
  }
  return {
    note: `the registries of ${name} do not prove where "${reference}" comes from: any user of this machine can give names, and ${sourceText(source)} does not tell them from others`,
  };
}

/** Returns the names under which an image lies in registries, with each of its digests and tags. */
function pulledNames({ repoDigests, tags }: ImageFacts): readonly NamedImage[] {
  const tagged = tags.flatMap((text) => nameOf(text) ?? []);
  return repoDigests.flatMap((text) => {
    const one = nameOf(text);
    if (one === undefined) return [];
    const same = tagged.filter(({ domain, path }) => domain === one.domain && path === one.path);
    return [one, ...same.flatMap(({ tag }) => (tag === undefined ? [] : { ...one, tag }))];
  });
}

/**
 * Returns the names that a user of this machine cannot have given to an image of another
 * repository.
 */
function provenNames(
  names: readonly NamedImage[],
  { manifestDigest, indexDigest }: ImageFacts,
  kind: SourceKind,
): readonly NamedImage[] {
  if (kind === 'registry') return names;
  // Docker alone keeps names and digests apart. If its export has a digest of a registry, the
  // images are in containerd.
  const isInContainerd = names.some(
    ({ digest }) => digest !== undefined && (digest === manifestDigest || digest === indexDigest),
  );
  if (kind !== 'docker' || isInContainerd) return [];
  return names.filter(({ tag }) => tag === undefined);
}

function judgeBase(
  { reference, image }: JudgedImage,
  { name }: TrustFile,
  rules: PatternRules,
): readonly Judged[] {
  const statements = image.baseBy ?? [];
  const known = statements.filter(({ comparison }) => comparison === 'equal');
  if (known.length > 0) {
    const bases = known.map((one) => one.name).join('", "');
    const names = known.flatMap(baseNames);
    if (names.length === 0) {
      const note = `"${reference}" is built on "${bases}", which is not an image of a registry: the base images of ${name} say nothing about it`;
      return [{ note }];
    }
    const refusal = refusalOf(rules, names);
    if (refusal !== undefined) {
      return [{ problem: `"${reference}" is built on "${bases}", which ${refusal}` }];
    }
    if (allowsOne(rules, known.flatMap(provenBaseNames))) {
      return [{ held: `"${reference}" is built on "${bases}", which is allowed by ${name}` }];
    }
    const note = `"${reference}" is built on "${bases}", and ${name} allows a tag that is only claimed beside the digest: the base is not proven (--base-image REF compares one)`;
    return [{ note }];
  }
  const claimed = statements.filter(({ by }) => by !== 'known' && by !== 'trust');
  const refused = claimed.flatMap((one) => {
    const refusal = refusalOf(rules, baseNames(one));
    return refusal === undefined
      ? []
      : [{ problem: `"${reference}" says that it is built on "${one.name}", which ${refusal}` }];
  });
  if (refused.length > 0) return refused;
  const what = claimed.length === 0 ? 'names no base' : 'only names its base';
  const note = `"${reference}" ${what}, so the base images of ${name} are not proven (--base-image REF compares one)`;
  return [{ note }];
}

function baseNames({ name, digest }: BaseStatement): readonly NamedImage[] {
  const image = nameOf(name);
  if (image === undefined) return [];
  return [digest === undefined ? image : { ...image, digest }];
}

/**
 * A tag beside a digest is a claim of the writer, unless the user or the trust file wrote the name.
 */
function provenBaseNames(statement: BaseStatement): readonly NamedImage[] {
  const isGiven = statement.by === 'known' || statement.by === 'trust';
  return baseNames(statement).map(({ tag, ...untagged }) => {
    const isClaim = untagged.digest !== undefined && !isGiven;
    return isClaim || tag === undefined ? untagged : { ...untagged, tag };
  });
}

/**
 * Returns the reason why an image under several names is refused: one of them is denied, or none is
 * allowed.
 */
function refusalOf(rules: PatternRules, names: readonly NamedImage[]): string | undefined {
  const { denied } = rules;
  const denials = names.map((one) => imageRefusal({ denied }, one));
  const refusals = names.map((one) => imageRefusal(rules, one));
  const denial = denials.find((one) => one !== undefined);
  return (denial ?? (refusals.includes(undefined) ? undefined : refusals[0]))?.reason;
}

function allowsOne(rules: PatternRules, names: readonly NamedImage[]): boolean {
  return names.some((one) => imageRefusal(rules, one) === undefined);
}

function nameOf(text: string): NamedImage | undefined {
  try {
    return parseImageReference(text);
  } catch {
    return undefined;
  }
}

function unique(texts: readonly (string | undefined)[]): readonly string[] {
  return [...new Set(texts.filter((text) => text !== undefined))];
}
