/**
 * Resolves image references: the digest that a tag names now, by the registry client of scans, with
 * its logins, mirrors and `registries.conf`.
 *
 * Source: OCI distribution specification, "Checking if content exists in the registry". A tag is
 * asked for by `HEAD` alone, which registries do not count as a pull. Manifests are read by their
 * digest, and only where a platform has to be chosen.
 */

import { AssayError } from '../../core/base/errors.ts';
import { readJson } from '../../formats/text/json/json.ts';
import { ledgerKey } from '../../trust/ledger/ledger.ts';
import type { Digest, Platform } from '../../core/model/artifact/artifact.ts';
import { formatPlatform, isPlatform, parsePlatform } from '../../core/model/artifact/platform.ts';
import { ifThere } from '../../clients/oci/if-there.ts';
import type { RegistryClient, Repository, ResolvedManifest } from '../../clients/oci/client.ts';
import { createRegistryClient } from '../../clients/oci/create-client.ts';
import {
  readManifest,
  type Descriptor,
  type ImageIndex,
  type ImageManifest,
} from '../../clients/oci/manifest.ts';
import { INDEX_TYPES, SCHEMA_1_TYPES } from '../../clients/oci/media-types.ts';
import { parseWrittenReference, type ImageReference } from '../../clients/oci/reference.ts';
import { isFullVersion, newerImageTag } from './newer-image-tag.ts';
import { RefusedReference, resultOf } from './resolution-problem.ts';
import type {
  MakeResolver,
  ReferenceQuestion,
  Resolution,
  ResolutionNote,
  ResolutionResult,
  Resolver,
} from './resolvers.ts';

/** A configuration has some KiB. */
const MAX_CONFIG_BYTES = 4 * 1024 * 1024;
const DEFAULT_TAG = 'latest';

/** Makes the resolver of image references. */
export const makeImageResolver: MakeResolver = ({ registry }, context) =>
  new ImageResolver(createRegistryClient(registry, context));

/** A reference at the registry that has it. */
interface Found {
  readonly reference: ImageReference;
  readonly repository: Repository;
  /** The manifest of the tag; absent for a reference without a tag. */
  readonly tagged?: ResolvedManifest;
}

class ImageResolver implements Resolver {
  readonly #client: RegistryClient;
  /** Each tag is asked for once in a run. */
  readonly #found = new Map<string, Promise<Found>>();
  /** The tags of each repository. */
  readonly #tags = new Map<string, Promise<readonly string[] | string>>();

  constructor(client: RegistryClient) {
    this.#client = client;
  }

  resolve(question: ReferenceQuestion): Promise<ResolutionResult> {
    return resultOf(this.#resolve(question));
  }

  async #resolve(question: ReferenceQuestion): Promise<Resolution> {
    const { value, platform: platformText } = question;
    const written = parseWrittenReference(value);
    const { digest } = written;
    const isTagNeeded =
      digest === undefined || (question.mode === 'update' && written.tag !== undefined);
    const tag = written.tag ?? (digest === undefined ? DEFAULT_TAG : undefined);
    const own = await this.#find(withTag(value, tag), isTagNeeded);
    const platform = platformOf(platformText);
    const notes = [...unqualifiedNotes(value, own.reference)];
    if (digest !== undefined && (tag === undefined || question.mode === 'pin')) {
      notes.push(...(await checkPinned(own, digest)));
      return resolution({ value, found: own, digest, notes, platform: undefined });
    }
    const newer = digest === undefined ? undefined : await this.#newer(own, question, notes);
    const found = newer ?? own;
    const wanted = platform ?? (digest && (await platformOfPin(found, digest, notes)));
    const chosen = await digestFor(found, wanted);
    const name = withTag(value.replace(/@.*$/su, ''), tag);
    const pinned = `${newer === undefined ? name : retagged(name, newer)}@${chosen}`;
    const resolved = resolution({ value: pinned, found, digest: chosen, notes, platform: wanted });
    return newer?.reference.tag === undefined
      ? resolved
      : { ...resolved, version: newer.reference.tag };
  }

  /** Finds a newer tag in the same repository. */
  async #newer(
    { reference, repository }: Found,
    { tooYoung, keepsTag = false }: ReferenceQuestion,
    notes: ResolutionNote[],
  ): Promise<Found | undefined> {
    const { domain, path, tag = '' } = reference;
    if (keepsTag || !isFullVersion(tag)) return undefined;
    const name = `${domain}/${path}`;
    const listing = this.#tags.get(name) ?? tagsOf(repository);
    this.#tags.set(name, listing);
    const tags = await listing;
    if (typeof tags === 'string') {
      notes.push({ id: 'unlisted', message: `newer tags of ${name} are not known: ${tags}` });
      return undefined;
    }
    const newer = newerImageTag(tag, tags, tooYoung);
    if (newer === undefined) return undefined;
    // It may have been removed after it was listed.
    const tagged = await ifThere(repository.resolve(newer));
    return tagged && { reference: { ...reference, tag: newer }, repository, tagged };
  }

  /**
   * Returns the registry that has the reference; names that `registries.conf` gives several
   * meanings are tried in order.
   */
  #find(text: string, isTagNeeded: boolean): Promise<Found> {
    const key = `${String(isTagNeeded)} ${text}`;
    let finding = this.#found.get(key);
    if (finding === undefined) {
      finding = this.#ask(text, isTagNeeded);
      this.#found.set(key, finding);
    }
    return finding;
  }

  async #ask(text: string, isTagNeeded: boolean): Promise<Found> {
    let failure: unknown;
    for (const reference of await this.#client.resolveName(text)) {
      const repository = await this.#client.repository(reference);
      const { tag, digest } = reference;
      try {
        if (tag === undefined) {
          if (digest !== undefined) await repository.resolve(digest);
          return { reference, repository };
        }
        return { reference, repository, tagged: await repository.resolve(tag) };
      } catch (error) {
        if (!(error instanceof AssayError)) throw error;
        // A pinned digest does not depend on its tag.
        if (!isTagNeeded && error.code === 'NOT_FOUND') return { reference, repository };
        failure ??= error;
        if (error.code !== 'NOT_FOUND' && error.code !== 'REGISTRY_DENIED') throw error;
      }
    }
    throw failure;
  }
}

/** Returns the tags of a repository, or why they cannot be listed. */
async function tagsOf(repository: Repository): Promise<readonly string[] | string> {
  try {
    return (await repository.tags()).tags;
  } catch (error) {
    if (!(error instanceof AssayError) || error.code === 'INTERRUPTED') throw error;
    return error.message;
  }
}

interface Resolved {
  readonly value: string;
  readonly found: Found;
  readonly digest: Digest;
  readonly notes: readonly ResolutionNote[];
  /** The platform that was chosen; absent for the digest of the tag itself. */
  readonly platform: Platform | undefined;
}

function resolution({ value, found, digest, notes, platform }: Resolved): Resolution {
  const { domain, path, tag } = found.reference;
  const ref = `${domain}/${path}:${tag ?? ''}`;
  const onPlatform = platform === undefined ? {} : { platform: formatPlatform(platform) };
  return {
    pinned: value,
    digest,
    source: domain,
    notes,
    ...(tag !== undefined && { ledgerKey: ledgerKey({ kind: 'image', ref, ...onPlatform }) }),
  };
}

/**
 * Compares a written digest with the registry, and with the current manifest of the tag beside it.
 */
async function checkPinned(found: Found, digest: Digest): Promise<readonly ResolutionNote[]> {
  const { repository, tagged, reference } = found;
  const name = `${reference.domain}/${reference.path}`;
  const stored = await storedManifest(repository, digest);
  if (stored === undefined) {
    return [{ id: 'gone', message: `${name} no longer has ${digest}` }];
  }
  if (reference.tag === undefined || tagged?.digest === digest) return [];
  const tag = `the tag "${reference.tag}" of ${name}`;
  if (tagged === undefined) return [{ id: 'moved', message: `${tag} no longer exists` }];
  const child = INDEX_TYPES.has(tagged.mediaType)
    ? (await indexOf(found, tagged))?.manifests.find((one) => one.digest === digest)
    : undefined;
  if (child !== undefined) {
    const message = `the digest is that of ${formatPlatform(child.platform)} alone; ${tag} is for several platforms`;
    return [{ id: 'platform-digest', message }];
  }
  return [{ id: 'moved', message: `${tag} names ${tagged.digest} now, not ${digest}` }];
}

/**
 * Returns the platform of a pin that is the digest of one platform where its tag is for several. If
 * the old manifest is gone, its platform cannot be known, and the digest of the tag is taken.
 */
async function platformOfPin(
  found: Found,
  digest: Digest,
  notes: ResolutionNote[],
): Promise<Platform | undefined> {
  const { repository, tagged } = found;
  if (tagged === undefined || tagged.digest === digest) return undefined;
  const isIndex = INDEX_TYPES.has(tagged.mediaType);
  const listed = isIndex ? (await indexOf(found, tagged))?.manifests : undefined;
  const known = listed?.find((one) => one.digest === digest)?.platform;
  if (known !== undefined || listed === undefined) return known;
  const stored = await storedManifest(repository, digest);
  if (stored === undefined) {
    const name = `${found.reference.domain}/${found.reference.path}`;
    notes.push({ id: 'gone', message: `${name} no longer has ${digest}` });
    return undefined;
  }
  return stored.kind === 'index' ? undefined : configuredPlatform(repository, stored);
}

/** Returns the digest that is written: that of the tag, or of one platform. */
async function digestFor(found: Found, wanted: Platform | undefined): Promise<Digest> {
  const named = found.tagged ?? refuse(found, 'it has no tag');
  if (SCHEMA_1_TYPES.has(named.mediaType)) refuse(found, 'its manifest is of schema 1');
  if (!named.digest.startsWith('sha256:')) refuse(found, `its digest is ${named.digest}`);
  return wanted === undefined ? named.digest : childFor(found, named, wanted);
}

/** Returns the digest of the image for one platform. */
async function childFor(found: Found, named: ResolvedManifest, wanted: Platform): Promise<Digest> {
  const { repository } = found;
  const stored = await storedManifest(repository, named.digest);
  if (stored === undefined) refuse(found, `its manifest ${named.digest} cannot be had`);
  if (stored.kind === 'manifest') {
    const platform = await configuredPlatform(repository, stored);
    if (isPlatform(platform, wanted)) return named.digest;
    return refusePlatform(found, wanted, [platform]);
  }
  const images = stored.manifests.filter((one) => one.platform !== undefined);
  const child =
    images.find(({ platform }) => isExactly(platform, wanted)) ??
    images.find(({ platform }) => isPlatform(platform, wanted));
  if (child !== undefined) return child.digest;
  return refusePlatform(
    found,
    wanted,
    images.map(({ platform }) => platform),
  );
}

/**
 * Returns whether a platform is the wanted one, variant included. It is preferred to the first one
 * of its architecture.
 */
function isExactly(found: Descriptor['platform'], wanted: Platform): boolean {
  return found !== undefined && formatPlatform(found) === formatPlatform(wanted);
}

async function indexOf(found: Found, named: ResolvedManifest): Promise<ImageIndex | undefined> {
  const stored = await storedManifest(found.repository, named.digest);
  return stored?.kind === 'index' ? stored : undefined;
}

/** Returns `undefined` if the registry does not have the digest. */
async function storedManifest(
  repository: Repository,
  digest: Digest,
): Promise<ImageManifest | ImageIndex | undefined> {
  const stored = await ifThere(repository.manifest(digest));
  return stored && readManifest(stored.bytes, stored.mediaType, `"${digest}"`);
}

async function configuredPlatform(
  repository: Repository,
  { config }: ImageManifest,
): Promise<Platform | undefined> {
  const bytes = await repository.readBlob(config, MAX_CONFIG_BYTES);
  const { os, architecture, variant } = readJson(`configuration ${config.digest}`, bytes);
  if (typeof os !== 'string' || typeof architecture !== 'string') return undefined;
  return { os, architecture, ...(typeof variant === 'string' && variant !== '' && { variant }) };
}

/** A name without a registry means another one where the configuration of a machine says so. */
function unqualifiedNotes(value: string, reference: ImageReference): readonly ResolutionNote[] {
  const name = value.replace(/@.*$/su, '');
  const { domain, path } = reference;
  const first = name.slice(0, Math.max(name.indexOf('/'), 0));
  if (first === domain || /[.:A-Z]/u.test(first) || first === 'localhost') return [];
  const message = `"${name}" names no registry; on this machine it is ${domain}/${path}`;
  return [{ id: 'unqualified', message }];
}

/** Returns a name with the tag of another reference. */
function retagged(name: string, { reference: { tag = '' } }: Found): string {
  return `${name.slice(0, name.lastIndexOf(':'))}:${tag}`;
}

function withTag(value: string, tag: string | undefined): string {
  const { tag: written } = parseWrittenReference(value);
  if (tag === undefined || written !== undefined) return value;
  const at = value.indexOf('@');
  return at < 0 ? `${value}:${tag}` : `${value.slice(0, at)}:${tag}${value.slice(at)}`;
}

function platformOf(text: string | undefined): Platform | undefined {
  if (text === undefined) return undefined;
  const platform = parsePlatform(text);
  if (platform !== undefined) return platform;
  throw new AssayError('USAGE', `"${text}" is not a platform`, {
    hint: 'Write it as linux/amd64 or linux/arm/v7.',
  });
}

function refuse({ reference }: Found, reason: string): never {
  const { domain, path, tag } = reference;
  throw new RefusedReference('refused', {
    id: 'not-an-image',
    message: `${domain}/${path}:${tag ?? ''} cannot be pinned: ${reason}`,
    advice: 'Check what the tag names, or name another one.',
  });
}

function refusePlatform(
  { reference }: Found,
  wanted: Platform,
  there: readonly (Platform | undefined)[],
): never {
  const { domain, path, tag } = reference;
  const others = [...new Set(there.map(formatPlatform))].sort().join(', ');
  throw new RefusedReference('unresolved', {
    id: 'platform',
    message: `${domain}/${path}:${tag ?? ''} has no image for ${formatPlatform(wanted)}; it has ${others}`,
    advice: 'Name one of these platforms with --platform, or leave the platform out.',
  });
}
