/** What is pushed, and where it goes, as a command line names them. */

import { AssayError } from '../../../base/errors.ts';
import type { ImageRepository, Repository } from '../../../oci/client.ts';
import type { ImageContent } from '../../../oci/content-store.ts';
import {
  createRegistryClient,
  parseImageReference,
  type ImageReference,
  type RegistryOptions,
} from '../../../oci/index.ts';
import { parseTarget } from '../../../oci/parse-target.ts';
import type { Target } from '../../../scan/target.ts';
import { readRegistryOptions } from '../../shell/options/registry-options.ts';
import type { Session } from '../command.ts';
import { imageTargets } from '../scan/image-references.ts';
import { signaturesRepository } from '../sign/signatures-repository.ts';

/** Both ends of a push. */
export interface PushEnds {
  readonly source: Target;
  /** With its tag. */
  readonly target: ImageReference & { readonly tag: string };
}

const USAGE_HINT = 'Write: assay push SRC REF, as in assay push ./app.tar ghcr.io/acme/app:1.2';

/** Reads `SRC REF`, or `REF` beside `--input`. @throws AssayError `USAGE` */
export function readPushEnds(session: Session): PushEnds {
  const named = session.args.at(-1);
  const sources = imageTargets({ flags: session.flags, args: session.args.slice(0, -1) });
  const [source, other] = sources;
  if (named === undefined || source === undefined) {
    throw new AssayError('USAGE', 'a push needs an image and a place', { hint: USAGE_HINT });
  }
  if (other !== undefined) {
    throw new AssayError('USAGE', 'more than one image is given', { hint: USAGE_HINT });
  }
  return { source, target: readTarget(named) };
}

function readTarget(text: string): PushEnds['target'] {
  const name = registryName(text);
  if (name === undefined) {
    throw new AssayError('USAGE', `"${text}" names no registry`, {
      hint: `An image is pushed to a registry. ${USAGE_HINT}`,
    });
  }
  const reference = parseImageReference(name);
  const { digest, tag = 'latest' } = reference;
  if (digest !== undefined) {
    throw new AssayError('USAGE', `"${text}" has a digest, and a push writes a tag`, {
      hint: 'Leave the digest out; the digest that was pushed is printed.',
    });
  }
  return { ...reference, tag };
}

/** The repository that is pushed to. Mirrors and other locations are left out. No request is sent. */
export async function openRepository(
  session: Session,
  target: ImageReference,
): Promise<Repository> {
  const options = await readRegistryOptions(session);
  const client = createRegistryClient({ ...options, isForWriting: true }, session.context);
  return client.repository(target);
}

/**
 * Opens the place where SRC has its signatures.
 *
 * @throws AssayError `USAGE` if SRC is neither in a registry nor in an OCI layout in a directory
 */
export async function openSourceSignatures(
  session: Session,
  ends: PushEnds,
  content: ImageContent,
): Promise<ImageRepository> {
  const { reference } = ends.source;
  const registry = sourceRegistry(await readRegistryOptions(session), ends);
  const found = await signaturesRepository(session, { reference, registry }, content);
  if (found !== undefined) return found;
  throw new AssayError('USAGE', `"${reference}" has no place for signatures`, {
    hint: 'Leave out --with-signatures. Signatures are copied from a registry and from an OCI layout in a folder.',
  });
}

/** The login of the command line is for the registry that is pushed to, and is shown to no other one. */
export function sourceRegistry(
  options: RegistryOptions | undefined,
  { source, target }: PushEnds,
): RegistryOptions {
  const { credentials, ...rest } = options ?? {};
  const isSame = credentials !== undefined && domainOf(source.reference) === target.domain;
  return isSame ? { ...rest, credentials } : rest;
}

/** `undefined` for paths, and for images of daemons. */
function registryName(text: string): string | undefined {
  const parsed = parseTarget(text);
  if (parsed.kind === 'name') return text;
  return parsed.kind === 'store' && parsed.store === 'remote' ? parsed.name : undefined;
}

/** `undefined` for what is no name of a registry. */
function domainOf(text: string): string | undefined {
  const name = registryName(text);
  if (name === undefined) return undefined;
  try {
    return parseImageReference(name).domain;
  } catch {
    return undefined;
  }
}
