/** `assay sign`: signs an image. */

import { AssayError } from '../../../base/errors.ts';
import { formatColumns } from '../../../report/plain-columns.ts';
import { readSignableImage } from '../../../signing/image/image-manifests.ts';
import { signManifests, type WrittenForm } from '../../../signing/image/sign-image.ts';
import type { Signatory } from '../../../signing/signature.ts';
import { readResultFormat, writeResult } from '../../print/result-output.ts';
import { REGISTRY_FLAGS } from '../../shell/options/registry-flags.ts';
import { FORMAT_FLAG } from '../../shell/options/report-flags.ts';
import type { CommandModule, Session } from '../command.ts';
import { ANNOTATION_FLAG, FORM_FLAG, REPOSITORY_FLAG } from './flags.ts';
import { imagePlace, readAnnotations, type ImagePlace } from './image-place.ts';
import { openNamedSignatory, readNamedSignatory, SIGNATORY_FLAGS } from './named-signatory.ts';

const FORMS: readonly WrittenForm[] = ['sig', 'bundle'];
/** Longer than another signer needs between reading a tag and writing it. */
const REGISTRY_WAIT_MS = 1000;
const LAYOUT_WAIT_MS = 100;

export const sign: CommandModule = {
  usage: 'REF',
  description:
    'Signs an image with a key, or for an identity token. REF is an image of a registry, or oci:FOLDER:TAG, an image of an OCI layout. A tag is resolved, and its digest is signed; of an index the index and every child are signed. Two forms are written: the tag sha256-DIGEST.sig, which cosign, skopeo and podman read, and a bundle of Sigstore (v0.3) that refers to the image. What the same key has signed before is not signed again. Several signers may sign at once.',
  flags: [
    ...SIGNATORY_FLAGS,
    ANNOTATION_FLAG,
    FORM_FLAG,
    REPOSITORY_FLAG,
    ...REGISTRY_FLAGS,
    FORMAT_FLAG,
  ],
  examples: [
    {
      command: 'assay sign ghcr.io/acme/app:1.2 --sign-key team.key',
      purpose: 'the image that the tag leads to now, and its platforms',
    },
    {
      command: 'assay sign oci:images:1.2 --sign-key team.key --repository ghcr.io/acme/app',
      purpose: 'in an OCI layout, for the repository that it will be pushed to',
    },
    {
      command: 'assay sign ghcr.io/acme/app:1.2 --identity-token token.txt',
      purpose: 'without a key, for the identity of the token',
    },
  ],
  run: async (session) => {
    const format = readResultFormat(session);
    const { context } = session;
    const annotations = readAnnotations(session);
    const wanted = formsOf(session);
    const named = readNamedSignatory(session);
    const place = await imagePlace(session, { command: 'sign', isWritten: true });
    const { repository, name, isLayout, shown } = place;
    if (name === undefined) {
      throw new AssayError(
        'USAGE',
        'an OCI layout does not say which repository its images are of',
        {
          hint: 'A signature names one: --repository ghcr.io/acme/app',
        },
      );
    }
    const image = await readSignableImage(repository, place.version, { hasChildren: true });
    const signatory = await openNamedSignatory(session, named);
    const written = await signManifests([image, ...image.children], {
      repository,
      name,
      annotations,
      forms: formsFor(signatory, wanted),
      signatory,
      now: context.now(),
      waitMs: isLayout ? LAYOUT_WAIT_MS : REGISTRY_WAIT_MS,
      signal: context.signal,
    });
    const rows = written.map((one) => [
      one.wasThere ? 'was there' : 'written',
      one.form,
      one.digest,
      one.place,
    ]);
    return writeResult(session, format, {
      data: {
        schemaVersion: 1,
        reference: `${shown}@${image.digest}`,
        digest: image.digest,
        repository: `${name.domain}/${name.path}`,
        ...signatory.data,
        signatures: written,
      },
      text: `${headOf(place, image.digest)} ${signatory.shown}.\n${formatColumns([['signature', 'form', 'image', 'place'], ...rows])}`,
    });
  },
};

function headOf({ shown, version, isTag }: ImagePlace, digest: string): string {
  const tag = isTag ? `The tag "${version}" leads to ${digest}.\n` : '';
  return `${tag}Signed ${shown}@${digest}`;
}

/** The forms that are asked for; `undefined`: all that fit. */
function formsOf({ flags }: Session): readonly WrittenForm[] | undefined {
  const texts = flags.list('form');
  if (texts.length === 0) return undefined;
  const wanted = new Set(texts);
  const unknown = texts.find((text) => !FORMS.some((form) => form === text));
  if (unknown === undefined) return FORMS.filter((form) => wanted.has(form));
  throw new AssayError('USAGE', `--form has no value "${unknown}"`, {
    hint: `Give one or both of: ${FORMS.join(', ')}`,
  });
}

/** @throws AssayError `USAGE` if a form is asked for that the signatures do not have */
function formsFor(
  { isForTags }: Signatory,
  wanted: readonly WrittenForm[] | undefined,
): readonly WrittenForm[] {
  if (isForTags) return wanted ?? FORMS;
  if (wanted?.includes('sig') !== true) return ['bundle'];
  throw new AssayError('USAGE', 'the form "sig" cannot contain an entry of Rekor v2', {
    hint: 'Write the other one: --form bundle. Or use a log of Rekor v1.',
  });
}
