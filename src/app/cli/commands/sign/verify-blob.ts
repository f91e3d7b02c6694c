/** `assay verify-blob`: verifies the signatures of a file. */

import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

import { readBoundedFile } from '../../../../core/base/bounded-file.ts';
import { AssayError, errorMessage } from '../../../../core/base/errors.ts';
import { MAX_SIGNATURE_BYTES } from '../../../../trust/signing/blob-signature.ts';
import { signatureOutcome } from '../../../../trust/signing/signature-outcome.ts';
import { judgeBlobSignatures, type SignatureFile } from '../../../../trust/signing/verify-blob.ts';
import { TRUST_FLAG } from '../../shell/options/trust-options.ts';
import { FORMAT_FLAG } from '../../shell/options/report-flags.ts';
import { readResultFormat } from '../../print/result-output.ts';
import type { CommandModule, Session } from '../command.ts';
import { oneFile, readBlob } from './blob-file.ts';
import { SIGNATURE_FLAG, SIGNER_FLAGS, TYPE_FLAG } from './flags.ts';
import { PROOF_FLAGS, readSeparateProof, SEPARATE_FLAGS } from './proof-demands.ts';
import { answerVerification } from './verification-answer.ts';
import {
  attestationRequirements,
  judgeFileAttestations,
  readTypes,
} from './verify-attestations.ts';
import { verifiersFor } from './trusted-signers.ts';

/** Names beside a file that signatures have, in their order. */
const USUAL_NAMES = ['.sigstore.json', '.sig', '.minisig'] as const;

export const verifyBlob: CommandModule = {
  usage: 'FILE',
  description:
    'Verifies the signatures of a file: base64 and bundles as cosign and "assay sign-blob" write them, and minisign. The keys come from --verify-key, and an identity from --certificate-identity and --certificate-oidc-issuer, else both from the trust file, where only signers with the scope "**" count. With --type attestations of the file are verified in place of signatures. Each signature is listed, with its key or identity, its time, and the reason why it does not count. The exit code is 10 if there is no signature, 12 if too few count, and 13 if only identities are trusted and no signature has a certificate.',
  flags: [
    ...SIGNER_FLAGS,
    ...PROOF_FLAGS,
    TYPE_FLAG,
    SIGNATURE_FLAG,
    ...SEPARATE_FLAGS,
    TRUST_FLAG,
    FORMAT_FLAG,
  ],
  examples: [
    {
      command: 'assay verify-blob app.tar.gz --verify-key team.pub',
      purpose: 'with the signatures beside the file',
    },
    {
      command:
        'assay verify-blob app.tar.gz --certificate-identity ada@example.com --certificate-oidc-issuer https://login.example.com',
      purpose: 'by an identity, keyless',
    },
    {
      command: 'assay verify-blob app.tar.gz --trust assay.trust.yaml',
      purpose: 'with the signers of a trust file that have the scope "**"',
    },
    {
      command: 'assay verify-blob app.tar.gz --type cyclonedx --verify-key team.pub',
      purpose: 'an attestation of the file, as cosign attest-blob writes it',
    },
  ],
  run: async (session) => {
    const format = readResultFormat(session);
    const file = oneFile(session, 'verify-blob');
    const content = await readBlob(session, file);
    const types = readTypes(session);
    const verifiers = await verifiersFor(session, 'file');
    const { signers, requirements, warnings } = verifiers;
    const signatures = await readSignatures(session, file);
    const now = session.context.now();
    if (types.length > 0) {
      const attested = await judgeFileAttestations(
        session,
        { file, content, signatures },
        {
          verifiers,
          requirements: attestationRequirements(types, verifiers),
        },
      );
      return answerVerification(session, {
        format,
        subject: { file },
        judgments: [],
        attestations: attested.judgments,
        outcome: { ...attested.outcome, warnings: [...warnings, ...attested.notes] },
        signers,
      });
    }
    const separate = await readSeparateProof(session);
    const judgments = await judgeBlobSignatures(content, signatures, { signers, now, separate });
    const outcome = signatureOutcome(judgments, requirements, `"${file}"`);
    return answerVerification(session, {
      format,
      subject: { file },
      judgments,
      outcome: { ...outcome, warnings },
      signers,
    });
  },
};

async function readSignatures(session: Session, file: string): Promise<readonly SignatureFile[]> {
  const { flags, io } = session;
  const named = flags.list('signature');
  const usual = USUAL_NAMES.map((suffix) => `${file}${suffix}`);
  const places =
    named.length > 0 ? named : usual.filter((name) => existsSync(resolve(io.cwd, name)));
  return Promise.all(
    places.map(async (place) => {
      try {
        const bytes = await readBoundedFile(resolve(io.cwd, place), {
          maxBytes: MAX_SIGNATURE_BYTES,
        });
        return { place, bytes };
      } catch (error) {
        throw new AssayError(
          'NOT_FOUND',
          `cannot read the signature "${place}": ${errorMessage(error)}`,
          {
            hint: 'Name the file of the signature: --signature FILE',
            cause: error,
          },
        );
      }
    }),
  );
}
