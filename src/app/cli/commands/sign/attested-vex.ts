/** `--vex oci` on the command line: whose VEX attestations set findings of an image aside. */

import type { AttestedVexQuestion } from '../../../../scan/pipeline/attested-vex.ts';
import type { RepositoryName } from '../../../../trust/signing/image/image-signature.ts';
import { OPENVEX_TYPES } from '../../../../trust/trust-file/attestation-types.ts';
import type { Session } from '../command.ts';
import { signaturesRepository } from './signatures-repository.ts';
import { verifiersFor, type SignerChoice, type Verifiers } from './trusted-signers.ts';
import { attestationRequirements } from './verify-attestations.ts';

const [OPENVEX] = OPENVEX_TYPES;

/**
 * Returns the question about attested VEX documents. Signers come from the command line, else from
 * the trust file; its rules on attestations of the type `openvex` restrict them.
 */
export function attestedVexQuestion(session: Session, choice: SignerChoice): AttestedVexQuestion {
  const known = new Map<string, Promise<Verifiers>>();
  const verifiersOf = (name: RepositoryName | undefined): Promise<Verifiers> => {
    const key = name === undefined ? '' : `${name.domain}/${name.path}`;
    const found = known.get(key) ?? verifiersFor(session, { repository: name }, choice);
    known.set(key, found);
    return found;
  };
  return {
    placeOf: async (target, image) => {
      const repository = await signaturesRepository(session, target, image);
      if (repository === undefined) return undefined;
      const name = image.repository;
      const verifiers = await verifiersOf(name);
      const type = { type: 'openvex', predicateType: OPENVEX };
      const requirements = attestationRequirements([type], verifiers).flatMap((one) =>
        OPENVEX_TYPES.map((predicateType) => ({ ...one, predicateType })),
      );
      return {
        repository,
        shown: name === undefined ? target.reference : `${name.domain}/${name.path}`,
        signers: verifiers.signers,
        requirements,
        warnings: verifiers.warnings,
      };
    },
  };
}
