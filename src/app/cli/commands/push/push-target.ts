/** The source and the destination of a push, as a command line names them. */

import { AssayError } from '../../../../core/base/errors.ts';
import type { ImageRepository } from '../../../../clients/oci/client.ts';
import type { ImageContent } from '../../../../clients/oci/content-store.ts';
import { parseImageReference, type RegistryOptions } from '../../../../clients/oci/index.ts';
import type { Target } from '../../../../scan/pipeline/target.ts';
import { readRegistryOptions } from '../../shell/options/registry-options.ts';
import type { Session } from '../command.ts';
import { imageTargets } from '../scan/image-references.ts';
import { signaturesRepository } from '../sign/signatures-repository.ts';
import { readNamedPlace, registryName, type NamedPlace } from './named-place.ts';

/** Both ends of a push. */
export interface PushEnds {
  readonly source: Target;
  readonly target: NamedPlace;
}

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
  return { source, target: readNamedPlace(session, named) };
}

const USAGE_HINT = 'Write: assay push SRC REF, as in assay push ./app.tar ghcr.io/acme/app:1.2';

/**
 * Opens the place where SRC has its signatures.
 *
 * @throws AssayError `USAGE` if SRC is neither in a registry nor in an OCI layout in a directory
 */
export async function openSourceSignatures(
  session: Session,
  ends: PushEnds,
  content: Pick<ImageContent, 'repository'>,
): Promise<ImageRepository> {
  const { reference } = ends.source;
  const registry = sourceRegistry(await readRegistryOptions(session), ends);
  const found = await signaturesRepository(session, { reference, registry }, content);
  if (found !== undefined) return found;
  throw new AssayError('USAGE', `"${reference}" has no place for signatures`, {
    hint: 'Leave out --with-signatures. Signatures are copied from a registry and from an OCI layout in a folder.',
  });
}

/**
 * The login of the command line is for the registry that is pushed to, and is shown to no other
 * one.
 */
export function sourceRegistry(
  options: RegistryOptions | undefined,
  { source, target }: PushEnds,
): RegistryOptions {
  const { credentials, ...rest } = options ?? {};
  // With a layout at the other end, the registry of the source is the only one.
  const isMeant = target.kind === 'layout' || domainOf(source.reference) === target.name.domain;
  return credentials !== undefined && isMeant ? { ...rest, credentials } : rest;
}

/** Returns `undefined` for what is not a registry name. */
function domainOf(text: string): string | undefined {
  const name = registryName(text);
  if (name === undefined) return undefined;
  try {
    return parseImageReference(name).domain;
  } catch {
    return undefined;
  }
}
