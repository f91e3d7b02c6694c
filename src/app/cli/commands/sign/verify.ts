/** `assay verify`: verifies the signatures and attestations of an image. */

import { AssayError } from '../../../../core/base/errors.ts';
import type { TrustOutcome } from '../../../../core/model/report/trust-outcome.ts';
import { listBeneath, type AllBeneath } from '../../../../trust/signing/image/attached-beneath.ts';
import { rememberManifests } from '../../../../trust/signing/image/attached-source.ts';
import { judgeForms } from '../../../../trust/signing/image/form-rules.ts';
import { findSignatures } from '../../../../trust/signing/image/find-signatures.ts';
import type { SignableManifest } from '../../../../trust/signing/image/image-manifests.ts';
import { inTurns } from '../../../../trust/signing/image/in-turns.ts';
import {
  judgeImageSignature,
  type ImageJudgment,
} from '../../../../trust/signing/image/judge-signatures.ts';
import { signatureOutcome } from '../../../../trust/signing/signature-outcome.ts';
import { readResultFormat } from '../../print/result-output.ts';
import { REGISTRY_FLAGS } from '../../shell/options/registry-flags.ts';
import { FORMAT_FLAG } from '../../shell/options/report-flags.ts';
import { TRUST_FLAG } from '../../shell/options/trust-options.ts';
import type { CommandModule, Session } from '../command.ts';
import {
  chosenManifests,
  PLATFORM_FLAGS,
  readPlatform,
  type ChosenManifests,
} from './chosen-manifests.ts';
import {
  ANNOTATION_FLAG,
  ANY_REPOSITORY_FLAG,
  REPOSITORY_FLAG,
  REQUIRE_REPOSITORY_FLAG,
  SIGNER_FLAGS,
  TYPE_FLAG,
} from './flags.ts';
import { imagePlace, nameIn, readAnnotations, type ImagePlace } from './image-place.ts';
import { answerVerification } from './verification-answer.ts';
import { readAttestationForms, readFormRule, VERIFIED_FORM_FLAG } from './verified-forms.ts';
import { PROOF_FLAGS } from './proof-demands.ts';
import {
  attestationRequirements,
  judgeAttestations,
  readTypes,
  typeNotes,
  type AttachedPlace,
} from './verify-attestations.ts';
import { verifiersFor, type Verifiers } from './trusted-signers.ts';

export const verify: CommandModule = {
  usage: 'REF',
  description:
    'Verifies the signatures of an image, in all forms that cosign and "assay sign" write, and the attestations that the trust file requires. With --type only attestations of this type are verified. REF is an image of a registry, or oci:FOLDER:TAG, an image of an OCI layout. The keys come from --verify-key, and an identity from --certificate-identity and --certificate-oidc-issuer, else both from the trust file. A signature counts if it is about this digest and this repository. With --platform the image of this platform must be signed itself, with --platform all the index and every image that it lists. Each signature is listed, with its key or identity, its time, and why it counts or not. What is attached to attached documents, such as a signature of a bill of materials, is listed and never counts. Of several attestations of one type by trusted signers the newest decides. The exit code is 10 if there is no signature or attestation, 11 if there is no such image, 12 if too few count, and 13 if only identities are trusted and none has a certificate.',
  flags: [
    ...SIGNER_FLAGS,
    ...PROOF_FLAGS,
    TYPE_FLAG,
    VERIFIED_FORM_FLAG,
    ...PLATFORM_FLAGS,
    ANNOTATION_FLAG,
    ANY_REPOSITORY_FLAG,
    REQUIRE_REPOSITORY_FLAG,
    REPOSITORY_FLAG,
    TRUST_FLAG,
    ...REGISTRY_FLAGS,
    FORMAT_FLAG,
  ],
  examples: [
    {
      command: 'assay verify ghcr.io/acme/app:1.2 --verify-key team.pub',
      purpose: 'by one key',
    },
    {
      command:
        'assay verify ghcr.io/acme/app:1.2 --certificate-identity ada@example.com --certificate-oidc-issuer https://login.example.com',
      purpose: 'by an identity, keyless',
    },
    {
      command: 'assay verify ghcr.io/acme/app:1.2 --trust assay.trust.yaml --platform all',
      purpose: 'by the signers of a trust file, the index and every platform',
    },
    {
      command: 'assay verify ghcr.io/acme/app:1.2 --type verdict --verify-key team.pub',
      purpose: 'an attestation',
    },
  ],
  run: async (session) => {
    const format = readResultFormat(session);
    const { args } = session;
    const annotations = readAnnotations(session);
    readPlatform(session);
    const types = readTypes(session);
    const isBound = isBoundToRepository(session);
    const place = await attachedPlace(session, isBound && types.length === 0);
    const verifiers = await verifiersFor(
      session,
      { repository: place.name },
      { hasIdentity: true, asksAsCosign: true, allowsNoSigner: true },
    );
    if (types.length === 0) refuseAnyRepository(isBound, verifiers);
    const found = await findImage(session, place);
    const { reference, ...rest } = { reference: args[0] ?? '', ...nameOf(place) };
    if ('problem' in found) {
      const problems = [{ cause: 'noImage' as const, message: found.problem }];
      const outcome = { problems, held: [], warnings: verifiers.warnings };
      return answerVerification(session, {
        format,
        subject: { reference, ...rest },
        judgments: [],
        outcome,
        signers: verifiers.signers,
      });
    }
    const { image, manifests } = found;
    const rules = { annotations, isBound, place, verifiers };
    const signed = await judgeAll(session, types.length === 0 ? manifests : [], rules);
    const requirements = attestationRequirements(types, verifiers);
    const attested = await judgeAttestations(session, manifests, {
      place,
      verifiers,
      requirements,
      ...(types.length > 0 && { forms: readAttestationForms(session) }),
    });
    const beneath = await beneathOf(session, manifests, place);
    const notes = [...verifiers.warnings, ...typeNotes(session, types)];
    return answerVerification(session, {
      format,
      subject: {
        reference,
        ...rest,
        digest: image.digest,
        isIndex: image.isIndex,
        verified: manifests.map(({ digest }) => digest),
      },
      judgments: signed.judgments,
      ...(requirements.length > 0 && { attestations: attested.judgments }),
      beneath: beneath.found,
      outcome: {
        problems: [...signed.outcome.problems, ...attested.outcome.problems],
        held: [...signed.outcome.held, ...attested.outcome.held],
        warnings: [...notes, ...signed.notes, ...attested.notes, ...beneath.notes],
      },
      signers: verifiers.signers,
    });
  },
};

/** Returns the place of the image. @throws AssayError `USAGE` if it needs a name and has none */
async function attachedPlace(session: Session, needsName: boolean): Promise<AttachedPlace> {
  const place = await imagePlace(session, { command: 'verify', isWritten: false });
  if (needsName) {
    nameIn(
      place,
      'Name it: --repository ghcr.io/acme/app. Or let signatures for all count: --any-repository',
    );
  }
  return { ...place, attached: rememberManifests(place.repository) };
}

/** Returns whether the repository of signatures is compared. @throws AssayError `USAGE` */
function isBoundToRepository({ flags }: Session): boolean {
  const isAny = flags.isOn('any-repository');
  if (!isAny || !flags.isOn('require-repository')) return !isAny;
  throw new AssayError('USAGE', '--any-repository and --require-repository are given together', {
    hint: 'Keep one of the two.',
  });
}

/** Refuses `--any-repository` against a rule of the trust file. @throws AssayError `USAGE` */
function refuseAnyRepository(isBound: boolean, { requiresRepository }: Verifiers): void {
  if (isBound || requiresRepository === undefined) return;
  throw new AssayError(
    'USAGE',
    `--any-repository is not permitted: "require-repository" is true (${requiresRepository})`,
    { hint: 'For a mirror or a copy, name the repository of the signatures: --repository NAME' },
  );
}

/** Lists what is attached to attached documents, and says how one of it is verified. */
async function beneathOf(
  { context }: Session,
  manifests: readonly SignableManifest[],
  { attached, shown, isLayout }: AttachedPlace,
): Promise<AllBeneath> {
  const digests = manifests.map(({ digest }) => digest);
  const { found, notes } = await listBeneath(attached, digests, context.signal);
  const [first] = found;
  if (first === undefined) return { found, notes };
  const one = `${isLayout ? 'oci:' : ''}${shown}@${first.attachedTo.digest}`;
  const note = `What is beneath is about what is attached to the image, and not about the image, so it does not count. To verify it by itself: assay verify ${one}`;
  return { found, notes: [note, ...notes] };
}

function nameOf({ name }: ImagePlace): { readonly repository?: string } {
  return name === undefined ? {} : { repository: `${name.domain}/${name.path}` };
}

/**
 * Returns the image, and the manifests that must be signed. A problem is one that says that there
 * is no such image.
 */
async function findImage(
  session: Session,
  place: ImagePlace,
): Promise<ChosenManifests | { readonly problem: string }> {
  try {
    return await chosenManifests(session, place);
  } catch (error) {
    if (!(error instanceof AssayError) || error.code !== 'NOT_FOUND') throw error;
    return { problem: `there is no such image in "${place.shown}": ${error.message}` };
  }
}

async function judgeAll(
  session: Session,
  manifests: readonly SignableManifest[],
  rules: {
    readonly annotations: ReadonlyMap<string, string>;
    readonly isBound: boolean;
    readonly place: AttachedPlace;
    readonly verifiers: Verifiers;
  },
): Promise<{
  readonly judgments: readonly ImageJudgment[];
  readonly outcome: TrustOutcome;
  readonly notes: readonly string[];
}> {
  const { annotations, isBound, place, verifiers } = rules;
  const { context, flags } = session;
  const { signers, requirements, isGiven, requiresRepository: required } = verifiers;
  const isOn = flags.isOn('require-repository');
  const formRule = manifests.length === 0 ? 'all' : readFormRule(session, isGiven);
  const judged = await inTurns(manifests, async ({ digest }) => {
    const attached = await findSignatures(place.attached, digest);
    const judged = await Promise.all(
      attached.found.map(async (one) => ({
        found: one,
        judgment: await judgeImageSignature(one, {
          digest,
          annotations,
          signers,
          now: context.now(),
          ...(isBound && place.name !== undefined && { repository: place.name }),
          requiresRepository: isOn || required !== undefined,
        }),
      })),
    );
    const judgments = judgeForms(judged, formRule);
    const outcome = signatureOutcome(judgments, requirements, `"${place.shown}@${digest}"`);
    return { judgments, outcome, notes: attached.notes };
  });
  return {
    judgments: judged.flatMap(({ judgments }) => judgments),
    outcome: {
      problems: judged.flatMap(({ outcome }) => outcome.problems),
      held: judged.flatMap(({ outcome }) => outcome.held),
    },
    notes: judged.flatMap(({ notes }) => notes),
  };
}
