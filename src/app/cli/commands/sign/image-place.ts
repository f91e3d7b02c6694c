/** The image that is signed or verified: in a registry, or in an OCI layout. */

import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

import { AssayError } from '../../../../core/base/errors.ts';
import { parseDigest } from '../../../../formats/crypto/digest/digest-check.ts';
import type { ImageRepository } from '../../../../clients/oci/client.ts';
import { createRegistryClient, parseImageReference } from '../../../../clients/oci/index.ts';
import { LayoutRepository } from '../../../../clients/oci/layout-repository.ts';
import { parseTarget } from '../../../../clients/oci/parse-target.ts';
import type { RepositoryName } from '../../../../trust/signing/image/image-signature.ts';
import { readRegistryOptions } from '../../shell/options/registry-options.ts';
import type { Session } from '../command.ts';

/** The repository or OCI layout of an image, and its tag or digest. */
export interface ImagePlace {
  readonly repository: ImageRepository;
  /** A tag or digest. */
  readonly version: string;
  /** Whether the version is a tag, which can be moved. */
  readonly isTag: boolean;
  /** The repository that signatures name; absent for a layout without `--repository`. */
  readonly name?: RepositoryName;
  /** The place without tag and digest, for messages. */
  readonly shown: string;
  readonly isLayout: boolean;
}

const REGISTRY_WAIT_MS = 1000;
const LAYOUT_WAIT_MS = 100;

/** Returns the one argument, the image. @throws AssayError `USAGE` */
export function oneReference({ args }: Session, command: string): string {
  const [reference, more] = args;
  if (reference !== undefined && more === undefined) return reference;
  const message = reference === undefined ? 'no image given' : 'more than one image given';
  throw new AssayError('USAGE', message, {
    hint: `Write: assay ${command} ghcr.io/acme/app:1.2`,
  });
}

/**
 * Returns the place of the image that the command line names. It sends no request.
 *
 * `isWritten` excludes mirrors and other locations of the registry.
 *
 * @throws AssayError `USAGE`
 */
export async function imagePlace(
  session: Session,
  { command, isWritten }: { readonly command: string; readonly isWritten: boolean },
): Promise<ImagePlace> {
  const reference = oneReference(session, command);
  const target = parseTarget(reference);
  if (target.kind === 'path') return layoutPlace(session, target.text);
  if (target.kind === 'input' || (target.kind === 'store' && target.store !== 'remote')) {
    throw new AssayError('USAGE', `"${reference}" names no registry`, {
      hint: 'Signatures are kept in registries and in OCI layouts: name an image of a registry, or oci:FOLDER:TAG.',
    });
  }
  const name = target.kind === 'store' ? target.name : reference;
  const options = await readRegistryOptions(session);
  const client = createRegistryClient({ ...options, isForWriting: isWritten }, session.context);
  const [found, other] = await client.resolveName(name);
  if (found === undefined || other !== undefined) {
    throw new AssayError('USAGE', `"${name}" may be in several registries`, {
      hint: 'Write the registry too, as in docker.io/library/debian:12.',
    });
  }
  const { domain, path, tag = 'latest', digest } = found;
  return {
    repository: await client.repository(found),
    version: digest ?? tag,
    isTag: digest === undefined,
    name: givenRepository(session) ?? { domain, path },
    shown: `${domain}/${path}`,
    isLayout: false,
  };
}

async function layoutPlace(session: Session, text: string): Promise<ImagePlace> {
  const { folder, version } = splitLayout(session.io.cwd, text);
  const repository = new LayoutRepository(resolve(session.io.cwd, folder));
  const name = givenRepository(session);
  const found = version ?? (await onlyImage(repository, folder));
  return {
    repository,
    version: found,
    isTag: parseDigest(found) === undefined,
    ...(name !== undefined && { name }),
    shown: folder,
    isLayout: true,
  };
}

/**
 * Splits `FOLDER:TAG` and `FOLDER@DIGEST`. If the whole text is a directory that exists, it is
 * taken as FOLDER.
 */
export function splitLayout(
  cwd: string,
  text: string,
): { readonly folder: string; readonly version?: string } {
  if (existsSync(resolve(cwd, text))) return { folder: text };
  const digest = /^(?<folder>.+)@(?<version>sha256:[0-9a-f]{64})$/u.exec(text)?.groups;
  const parts = digest ?? /^(?<folder>[^:]+):(?<version>.+)$/u.exec(text)?.groups;
  if (parts === undefined) return { folder: text };
  const { folder = '', version = '' } = parts;
  return { folder, version };
}

async function onlyImage(repository: LayoutRepository, folder: string): Promise<string> {
  const [first, ...others] = await repository.images();
  if (first === undefined) throw new AssayError('NOT_FOUND', `"${folder}" lists no image`);
  if (others.length === 0) return first;
  throw new AssayError('USAGE', `"${folder}" lists several images`, {
    hint: `Name one of them: ${[first, ...others]
      .slice(0, 5)
      .map((one) => `oci:${folder}:${one}`)
      .join(', ')}`,
  });
}

/** Returns the value of `--repository`. @throws AssayError `USAGE` if it has a tag or digest */
export function givenRepository({ flags }: Pick<Session, 'flags'>): RepositoryName | undefined {
  const text = flags.text('repository');
  if (text === undefined) return undefined;
  const { domain, path, tag, digest } = parseImageReference(text);
  if (tag === undefined && digest === undefined) return { domain, path };
  throw new AssayError('USAGE', `--repository "${text}" has a tag or digest`, {
    hint: 'A repository has none, as in ghcr.io/acme/app.',
  });
}

/**
 * Returns the repository that signatures name. `hint` is the way out. @throws AssayError `USAGE` if
 * it is not known
 */
export function nameIn({ name }: Pick<ImagePlace, 'name'>, hint: string): RepositoryName {
  if (name !== undefined) return name;
  throw new AssayError('USAGE', 'an OCI layout does not say which repository its images are of', {
    hint,
  });
}

/** Returns a line with the digest that a tag leads to; empty if the version is a digest. */
export function leadOf({ version, isTag }: ImagePlace, digest: string): string {
  return isTag ? `The tag "${version}" leads to ${digest}.\n` : '';
}

/**
 * Returns the time that signers wait for one another: longer than a signer needs between reading a
 * tag and writing it.
 */
export function signerWaitMs({ isLayout }: ImagePlace): number {
  return isLayout ? LAYOUT_WAIT_MS : REGISTRY_WAIT_MS;
}

/** Returns the pairs of `--annotation`. @throws AssayError `USAGE` */
export function readAnnotations({ flags }: Session): ReadonlyMap<string, string> {
  const annotations = new Map<string, string>();
  for (const text of flags.list('annotation')) {
    const at = text.indexOf('=');
    const key = text.slice(0, Math.max(at, 0));
    if (key === '' || annotations.has(key)) {
      throw new AssayError(
        'USAGE',
        `--annotation "${text}" is not KEY=VALUE, or names a key again`,
        {
          hint: 'Write: --annotation commit=4f2a9c1',
        },
      );
    }
    annotations.set(key, text.slice(at + 1));
  }
  return annotations;
}
