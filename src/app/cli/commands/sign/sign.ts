/** `assay sign`: signs an image. */

import { formatColumns } from '../../../../scan/report/text/plain-columns.ts';
import { readSignableImage } from '../../../../trust/signing/image/image-manifests.ts';
import { signManifests } from '../../../../trust/signing/image/sign-image.ts';
import { readResultFormat, writeResult } from '../../print/result-output.ts';
import { REGISTRY_FLAGS } from '../../shell/options/registry-flags.ts';
import { FORMAT_FLAG } from '../../shell/options/report-flags.ts';
import type { CommandModule } from '../command.ts';
import { ANNOTATION_FLAG, FORM_FLAG, REPOSITORY_FLAG } from './flags.ts';
import { formsFor, readForms, type Forms } from './forms.ts';
import {
  imagePlace,
  oneReference,
  nameIn,
  readAnnotations,
  leadOf,
  signerWaitMs,
} from './image-place.ts';
import { prepareNamedSignatory, readNamedSignatory, SIGNATORY_FLAGS } from './named-signatory.ts';

const FORMS: Forms<'sig'> = ['sig', 'bundle'];

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
    oneReference(session, 'sign');
    const { context } = session;
    const annotations = readAnnotations(session);
    const wanted = readForms(session, FORMS);
    const named = readNamedSignatory(session);
    const place = await imagePlace(session, { command: 'sign', isWritten: true });
    const { repository, shown } = place;
    const name = nameIn(place, 'A signature names one: --repository ghcr.io/acme/app');
    const ready = await prepareNamedSignatory(session, named);
    const image = await readSignableImage(repository, place.version, { hasChildren: true });
    const signatory = await ready.open();
    const written = await signManifests([image, ...image.children], {
      repository,
      name,
      annotations,
      forms: formsFor(signatory, wanted, FORMS),
      signatory,
      now: context.now(),
      waitMs: signerWaitMs(place),
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
      text: `${leadOf(place, image.digest)}Signed ${shown}@${image.digest} ${signatory.shown}.\n${formatColumns([['signature', 'form', 'image', 'place'], ...rows])}`,
    });
  },
};
