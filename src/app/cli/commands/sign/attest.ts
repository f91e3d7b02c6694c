/** `assay attest`: attaches a signed document to an image. */

import { AssayError } from '../../../../core/base/errors.ts';
import { formatColumns } from '../../../../scan/report/text/plain-columns.ts';
import { readSoundReport } from '../../../../scan/pipeline/reports/sound-report.ts';
import { checkPredicate } from '../../../../trust/signing/attestation/check-predicate.ts';
import { attestImage } from '../../../../trust/signing/image/attest-image.ts';
import { inTurns } from '../../../../trust/signing/image/in-turns.ts';
import { readResultFormat, writeResult } from '../../print/result-output.ts';
import { REGISTRY_FLAGS } from '../../shell/options/registry-flags.ts';
import { FORMAT_FLAG } from '../../shell/options/report-flags.ts';
import type { CommandModule, Session } from '../command.ts';
import { readType, type NamedType } from './attestation-type.ts';
import { readBlob } from './blob-file.ts';
import { chosenManifests, PLATFORM_FLAGS, readPlatform } from './chosen-manifests.ts';
import { ATTESTATION_FORM_FLAG, REPOSITORY_FLAG, TYPE_FLAG } from './flags.ts';
import { formsFor, readForms, type Forms } from './forms.ts';
import { imagePlace, oneReference, leadOf, nameIn, signerWaitMs } from './image-place.ts';
import {
  prepareNamedSignatory,
  readNamedSignatory,
  SIGNATORY_FLAGS,
  type NamedSignatory,
} from './named-signatory.ts';
import { reportPredicate, requireReportType, type NamedReport } from './report-predicate.ts';

const FORMS: Forms<'att'> = ['att', 'bundle'];

export const attest: CommandModule = {
  usage: 'REF',
  description:
    'Attaches a signed document (the predicate) to an image. REF is an image of a registry, or oci:FOLDER:TAG, an image of an OCI layout. The document comes from --predicate, byte for byte, or is written from a stored JSON report with --from: a bill of materials, a scan, or the verdict. A tag is resolved, and the statement is about its digest; with --platform it is about the image of this platform, with --platform all about the index and every image that it lists. Two forms are written: the tag sha256-DIGEST.att, which cosign reads, and a bundle of Sigstore (v0.3) that refers to the image.',
  flags: [
    TYPE_FLAG,
    {
      name: 'predicate',
      value: 'FILE',
      group: 'Trust',
      help: 'attach this document, a JSON object that is signed byte for byte',
    },
    {
      name: 'from',
      value: 'REPORT',
      group: 'Trust',
      help: 'make the document from this JSON report of the image (types vuln, cyclonedx, spdxjson, verdict); - reads standard input',
    },
    {
      name: 'replace',
      group: 'Trust',
      help: 'replace attestations of the same type by the same key, in the forms that are written',
    },
    ...SIGNATORY_FLAGS,
    ATTESTATION_FORM_FLAG,
    ...PLATFORM_FLAGS,
    REPOSITORY_FLAG,
    ...REGISTRY_FLAGS,
    FORMAT_FLAG,
  ],
  examples: [
    {
      command:
        'assay attest ghcr.io/acme/app:1.2 --type cyclonedx --predicate app.cdx.json --sign-key team.key',
      purpose: 'a bill of materials that another program wrote',
    },
    {
      command:
        'assay attest ghcr.io/acme/app:1.2 --type verdict --from report.json --replace --sign-key team.key',
      purpose: 'the verdict of a scan, in place of the last one',
    },
    {
      command:
        'assay attest ghcr.io/acme/app:1.2 --type https://acme.example/review/v1 --predicate review.json --identity-token token.txt',
      purpose: 'a type of your own, without a key',
    },
  ],
  run: async (session) => {
    const format = readResultFormat(session);
    oneReference(session, 'attest');
    const { context, flags } = session;
    const type = namedType(session);
    const wanted = readForms(session, FORMS);
    readPlatform(session);
    const named = readNamedSignatory(session);
    requireReplaceable(session, named);
    const place = await imagePlace(session, { command: 'attest', isWritten: true });
    const name = nameIn(place, 'An attestation names one: --repository ghcr.io/acme/app');
    const document = await readDocument(session, type);
    const ready = await prepareNamedSignatory(session, named);
    const { image, manifests } = await chosenManifests(session, place);
    const { predicateType } = type;
    const attestations = await inTurns(manifests, async (one) => {
      const predicate =
        'bytes' in document
          ? document.bytes
          : await reportPredicate(document, type, { digest: one.digest, name });
      return { image: one, predicateType, predicate };
    });
    const signatory = await ready.open();
    const forms = formsFor(signatory, wanted, FORMS);
    const { repository, shown } = place;
    const written = await attestImage(attestations, {
      ...{ repository, name, signatory, forms, now: context.now() },
      isReplacing: flags.isOn('replace'),
      ...{ waitMs: signerWaitMs(place), signal: context.signal },
    });
    const rows = written.map((one) => [one.form, one.digest, one.place]);
    return writeResult(session, format, {
      data: {
        schemaVersion: 1,
        reference: `${shown}@${image.digest}`,
        digest: image.digest,
        repository: `${name.domain}/${name.path}`,
        predicateType,
        ...signatory.data,
        attestations: written,
      },
      text: `${leadOf(place, image.digest)}Attested ${predicateType} of ${shown}@${image.digest} ${signatory.shown}.\n${formatColumns([['form', 'image', 'place'], ...rows])}`,
    });
  },
};

function namedType(session: Session): NamedType {
  const [text, more] = session.flags.list('type');
  if (text === undefined || more !== undefined) {
    throw new AssayError(
      'USAGE',
      `${text === undefined ? 'no' : 'more than one'} --type is given`,
      {
        hint: 'Name the type of the document, as in --type cyclonedx.',
      },
    );
  }
  return readType(text);
}

/** Reads the document, or the report that it is written from. @throws AssayError */
async function readDocument(
  session: Session,
  type: NamedType,
): Promise<{ readonly bytes: Buffer } | NamedReport> {
  const file = session.flags.text('predicate');
  const name = session.flags.text('from');
  if (name !== undefined && file === undefined) {
    requireReportType(type);
    return { report: await readSoundReport(session, name), shown: name };
  }
  if (file === undefined || name !== undefined) {
    throw new AssayError(
      'USAGE',
      file === undefined
        ? 'no document is given'
        : '--predicate and --from exclude each other: one document is attached',
      { hint: 'Give a document with --predicate FILE, or a report of a scan with --from REPORT.' },
    );
  }
  const bytes = await readBlob(session, file);
  checkPredicate(bytes, type.predicateType, file);
  return { bytes };
}

/** Refuses what `--replace` has no effect on. @throws AssayError `USAGE` */
function requireReplaceable({ flags }: Session, named: NamedSignatory): void {
  if (!flags.isOn('replace')) return;
  const newest = 'The newest attestation decides, whether or not older ones are there.';
  if ('token' in named) {
    throw new AssayError('USAGE', '--replace needs --sign-key', {
      hint: `An attestation for an identity has a key of its own, and no older one has the same key. ${newest}`,
    });
  }
}
