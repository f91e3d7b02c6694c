/** REF of `assay push`: an image of a registry, or `oci:FOLDER:TAG` for an OCI layout. */

import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

import { AssayError } from '../../../../core/base/errors.ts';
import type { Digest } from '../../../../core/model/artifact/artifact.ts';
import {
  createRegistryClient,
  familiarReference,
  parseImageReference,
} from '../../../../clients/oci/index.ts';
import { LayoutRepository } from '../../../../clients/oci/layout-repository.ts';
import { parseTarget } from '../../../../clients/oci/parse-target.ts';
import type { PushPlace } from '../../../../tasks/release/push-place.ts';
import type { RepositoryName } from '../../../../trust/signing/image/image-signature.ts';
import { readRegistryOptions } from '../../shell/options/registry-options.ts';
import type { Session } from '../command.ts';
import { givenRepository, splitLayout } from '../sign/image-place.ts';

/** A place, as the command line names it. */
export type NamedPlace = NamedRegistry | NamedLayout;

interface Named {
  readonly tag: string;
  /** With the tag. */
  readonly shown: string;
  /** Returns the image as later commands name it. */
  readonly pinned: (digest: Digest) => string;
}

interface NamedRegistry extends Named {
  readonly kind: 'registry';
  readonly name: RepositoryName;
}

interface NamedLayout extends Named {
  readonly kind: 'layout';
  /** Absolute. */
  readonly folder: string;
  /** The value of `--repository`. */
  readonly name?: RepositoryName;
}

const LAYOUT = /^oci:/u;
/** Matches a text that cannot be a directory: the rest of a tag or digest that is written wrong. */
const NO_FOLDER = /:|@sha(?:256|512)$/u;
/**
 * Source: OCI image specification, "Pre-Defined Annotation Keys",
 * `org.opencontainers.image.ref.name`.
 */
const LAYOUT_TAG =
  /^[A-Za-z0-9]+(?:(?:[-._:@+]|--)[A-Za-z0-9]+)*(?:\/[A-Za-z0-9]+(?:(?:[-._:@+]|--)[A-Za-z0-9]+)*)*$/u;

/**
 * Tags under which clients look for what belongs to an image. Source: OCI distribution
 * specification, "Referrers Tag Schema"; cosign appends `.sig`, `.att` or `.sbom`.
 */
const RESERVED_TAG = /^sha(?:256|384|512)-[0-9a-f]{64,128}(?:\.[\w.-]*)?$/u;

/** Reads REF. No request is sent. @throws AssayError `USAGE` */
export function readNamedPlace(session: Session, text: string): NamedPlace {
  const place = readPlace(session, text);
  if (!RESERVED_TAG.test(place.tag)) return place;
  throw new AssayError('USAGE', `the tag of "${text}" is one of those for signatures`, {
    hint: 'Choose another tag. An image there would take the place of the signatures or attestations of another image.',
  });
}

function readPlace(session: Session, text: string): NamedPlace {
  const repository = givenRepository(session);
  if (LAYOUT.test(text)) return readLayout(session.io.cwd, text, repository);
  const name = registryName(text);
  if (name === undefined) {
    throw new AssayError('USAGE', `"${text}" names no registry and no OCI layout`, {
      hint: 'An image is pushed to a registry, as in ghcr.io/acme/app:1.2, or to an OCI layout, as in oci:FOLDER:1.2.',
    });
  }
  if (repository !== undefined) {
    throw new AssayError('USAGE', `--repository is given, and "${text}" is a repository already`, {
      hint: 'Leave it out. It is for OCI layouts, which have no name.',
    });
  }
  const { digest, tag = 'latest', domain, path } = parseImageReference(name);
  if (digest !== undefined) throw withDigest(text);
  return {
    kind: 'registry',
    name: { domain, path },
    tag,
    shown: familiarReference({ domain, path, tag }),
    pinned: (pushed) => familiarReference({ domain, path, digest: pushed }),
  };
}

function readLayout(cwd: string, text: string, name: RepositoryName | undefined): NamedLayout {
  const { folder, version: tag = 'latest' } = splitLayout(cwd, text.replace(LAYOUT, ''));
  if (tag.startsWith('sha256:')) throw withDigest(text);
  const isFolder = existsSync(resolve(cwd, folder)) || !NO_FOLDER.test(folder);
  if (folder === '' || !isFolder || !LAYOUT_TAG.test(tag)) {
    throw new AssayError('USAGE', `"${text}" is not oci:FOLDER:TAG`, {
      hint: 'Write it as in oci:images:1.2, or oci:images for the tag "latest".',
    });
  }
  return {
    kind: 'layout',
    folder: resolve(cwd, folder),
    tag,
    shown: `oci:${folder}:${tag}`,
    pinned: (digest) => `oci:${folder}@${digest}`,
    ...(name !== undefined && { name }),
  };
}

function withDigest(text: string): AssayError {
  return new AssayError('USAGE', `"${text}" has a digest, and a push writes a tag`, {
    hint: 'Leave the digest out; the digest that was pushed is printed.',
  });
}

/**
 * Opens the place. Mirrors and other locations of a registry are left out. No request is sent, and
 * nothing is written.
 *
 * @throws AssayError `USAGE` or `DAMAGED` for a directory that cannot be an OCI layout
 */
export async function openPlace(session: Session, named: NamedPlace): Promise<PushPlace> {
  const { tag, shown } = named;
  if (named.kind === 'layout') {
    const { kind, folder, name } = named;
    const repository = new LayoutRepository(folder);
    await repository.checkUsable();
    const begin = (): Promise<void> => repository.begin();
    return { kind, repository, tag, shown, begin, ...(name !== undefined && { name }) };
  }
  const { kind, name } = named;
  const options = await readRegistryOptions(session);
  const client = createRegistryClient({ ...options, isForWriting: true }, session.context);
  return { kind, repository: await client.repository(name), tag, shown, name };
}

/** Returns `undefined` for paths, and for images of daemons. */
export function registryName(text: string): string | undefined {
  const parsed = parseTarget(text);
  if (parsed.kind === 'name') return text;
  return parsed.kind === 'store' && parsed.store === 'remote' ? parsed.name : undefined;
}
