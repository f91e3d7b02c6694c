/** Flags of the commands that sign and verify. Names of cosign are accepted beside ours. */

import type { Flag } from '../../../config/flag.ts';
import { ATTESTATION_TYPE_NAMES } from '../../../../trust/trust-file/attestation-types.ts';
import { TRUSTED_ROOT_FLAG } from '../../shell/options/trusted-root.ts';

/** The key that signs. */
export const SIGN_KEY_FLAG: Flag = {
  name: 'sign-key',
  aliases: ['key'],
  value: 'KEY',
  group: 'Trust',
  help: 'sign with this private key: a file, or exec:PROGRAM[#KEY]',
};

/** The keys and identities that may have signed, and how many must have. */
export const SIGNER_FLAGS: readonly Flag[] = [
  {
    name: 'verify-key',
    aliases: ['key'],
    value: 'FILE',
    group: 'Trust',
    help: 'require a signature by this public key; repeatable (default: signers of the trust file)',
  },
  {
    name: 'certificate-identity',
    value: 'NAME',
    group: 'Trust',
    help: 'require this signer: the email address or URI in its certificate',
  },
  {
    name: 'certificate-identity-regexp',
    value: 'PATTERN',
    group: 'Trust',
    help: 'require a signer whose whole identity matches this RE2 pattern',
  },
  {
    name: 'certificate-oidc-issuer',
    value: 'URL',
    group: 'Trust',
    help: 'require this OpenID Connect issuer; mandatory with --certificate-identity',
  },
  {
    name: 'certificate-oidc-issuer-regexp',
    value: 'PATTERN',
    group: 'Trust',
    help: 'require an issuer that matches this RE2 pattern as a whole',
  },
  TRUSTED_ROOT_FLAG,
  {
    name: 'threshold',
    value: 'N',
    group: 'Trust',
    help: 'require this many different signers (default: all that flags name, or one of the trust file)',
  },
];

/** The key whose VEX attestations count. `--key` is the key that signs where a command has both. */
export const VEX_KEY_FLAG: Flag = {
  name: 'verify-key',
  value: 'FILE',
  group: 'Trust',
  help: 'require that this public key signed the attestations of --vex oci; repeatable (default: signers of the trust file)',
};

/** The keys and identities whose VEX attestations count. */
export const VEX_SIGNER_FLAGS: readonly Flag[] = [
  { ...VEX_KEY_FLAG, aliases: ['key'] },
  ...SIGNER_FLAGS.filter(({ name }) => name !== 'verify-key' && name !== 'threshold'),
];

/** The file with a signature. */
export const SIGNATURE_FLAG: Flag = {
  name: 'signature',
  value: 'FILE',
  group: 'Trust',
  help: 'read the signature or bundle from this file; repeatable (default: FILE.sigstore.json, FILE.sig, FILE.minisig)',
};

/** Flags for the destination of a signature. */
export const SIGNATURE_OUTPUT_FLAGS: readonly Flag[] = [
  {
    name: 'output-signature',
    value: 'FILE',
    group: 'Trust',
    help: 'write the signature to this file (default: FILE.sig)',
  },
  {
    name: 'bundle',
    value: 'FILE',
    group: 'Trust',
    help: 'write the bundle to this file (default: FILE.sigstore.json)',
  },
];

/** Pairs that a signature holds. */
export const ANNOTATION_FLAG: Flag = {
  name: 'annotation',
  short: 'a',
  value: 'KEY=VALUE',
  group: 'Trust',
  help: 'sign, or require, this annotation; repeat or separate by commas',
};

/** Forms of signatures that are written. */
export const FORM_FLAG: Flag = {
  name: 'form',
  value: 'FORM',
  group: 'Trust',
  help: 'write this form: sig (a tag, read by skopeo and podman) or bundle (Sigstore v0.3) (default: both)',
};

/** Forms of attestations that are written. */
export const ATTESTATION_FORM_FLAG: Flag = {
  name: 'form',
  value: 'FORM',
  group: 'Trust',
  help: 'write this form: att (a tag, read by cosign) or bundle (Sigstore v0.3) (default: both)',
};

/** The types of attestations. */
export const TYPE_FLAG: Flag = {
  name: 'type',
  value: 'TYPE',
  group: 'Trust',
  help: `use this attestation type: ${ATTESTATION_TYPE_NAMES.join(', ')}, or a URI`,
};

/** The repository that signatures name. */
export const REPOSITORY_FLAG: Flag = {
  name: 'repository',
  value: 'NAME',
  group: 'Trust',
  help: 'name this repository in signatures, for OCI layouts and copies (default: that of REF)',
};

/** Whether signatures for other repositories count. */
export const ANY_REPOSITORY_FLAG: Flag = {
  name: 'any-repository',
  group: 'Trust',
  help: 'accept signatures that name another repository',
};

/** Whether bundles without a repository are refused. */
export const REQUIRE_REPOSITORY_FLAG: Flag = {
  name: 'require-repository',
  group: 'Trust',
  help: 'refuse bundles that name no repository, such as those of cosign 3',
};
