/** Flags of the commands that sign and verify. Names of cosign are accepted beside ours. */

import type { Flag } from '../../../config/flag.ts';
import { ATTESTATION_TYPE_NAMES } from '../../../trust/attestation-types.ts';
import { TRUSTED_ROOT_FLAG } from '../../shell/options/trusted-root.ts';

/** The key that signs. */
export const SIGN_KEY_FLAG: Flag = {
  name: 'sign-key',
  aliases: ['key'],
  value: 'KEY',
  group: 'Trust',
  help: 'private key to sign with: a file, or exec:PROGRAM[#KEY]',
};

/** The keys and identities that may have signed, and how many must have. */
export const SIGNER_FLAGS: readonly Flag[] = [
  {
    name: 'verify-key',
    aliases: ['key'],
    value: 'FILE',
    group: 'Trust',
    help: 'public key that must have signed; repeat or separate by commas (default: keys and identities of the trust file)',
  },
  {
    name: 'certificate-identity',
    value: 'NAME',
    group: 'Trust',
    help: 'identity that must have signed: the e-mail address or URI of its certificate',
  },
  {
    name: 'certificate-identity-regexp',
    value: 'PATTERN',
    group: 'Trust',
    help: 'the same as a regular expression (RE2) of the whole identity',
  },
  {
    name: 'certificate-oidc-issuer',
    value: 'URL',
    group: 'Trust',
    help: 'issuer that confirmed the identity; required with --certificate-identity',
  },
  {
    name: 'certificate-oidc-issuer-regexp',
    value: 'PATTERN',
    group: 'Trust',
    help: 'the same as a regular expression (RE2) of the whole issuer',
  },
  TRUSTED_ROOT_FLAG,
  {
    name: 'threshold',
    value: 'N',
    group: 'Trust',
    help: 'how many different signers must have signed (default: all that flags name, one of the trust file)',
  },
];

/** The key whose VEX attestations count. `--key` is the key that signs where a command has both. */
export const VEX_KEY_FLAG: Flag = {
  name: 'verify-key',
  value: 'FILE',
  group: 'Trust',
  help: 'public key that must have signed the attestations of --vex oci; repeat or separate by commas (default: keys and identities of the trust file)',
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
  help: 'file with a signature or a bundle; repeat or separate by commas (default: FILE.sigstore.json, FILE.sig and FILE.minisig)',
};

/** Where a signature is written. */
export const SIGNATURE_OUTPUT_FLAGS: readonly Flag[] = [
  {
    name: 'output-signature',
    value: 'FILE',
    group: 'Trust',
    help: 'where the signature is written (default: FILE.sig)',
  },
  {
    name: 'bundle',
    value: 'FILE',
    group: 'Trust',
    help: 'where the bundle is written (default: FILE.sigstore.json)',
  },
];

/** Pairs that a signature holds. */
export const ANNOTATION_FLAG: Flag = {
  name: 'annotation',
  short: 'a',
  value: 'KEY=VALUE',
  group: 'Trust',
  help: 'what the signature says, or must say, beside the digest; repeat or separate by commas',
};

/** Forms of signatures that are written. */
export const FORM_FLAG: Flag = {
  name: 'form',
  value: 'FORM',
  group: 'Trust',
  help: 'sig (the tag that skopeo and podman read) or bundle (Sigstore, v0.3); repeat or separate by commas (default: both)',
};

/** Forms of attestations that are written. */
export const ATTESTATION_FORM_FLAG: Flag = {
  name: 'form',
  value: 'FORM',
  group: 'Trust',
  help: 'att (the tag that cosign reads) or bundle (Sigstore, v0.3); repeat or separate by commas (default: both)',
};

/** The types of attestations. */
export const TYPE_FLAG: Flag = {
  name: 'type',
  value: 'TYPE',
  group: 'Trust',
  help: `type of attestation: ${ATTESTATION_TYPE_NAMES.join(', ')}, or a URI`,
};

/** The repository that signatures name. */
export const REPOSITORY_FLAG: Flag = {
  name: 'repository',
  value: 'NAME',
  group: 'Trust',
  help: 'repository that signatures name and the trust file knows, for OCI layouts and copies (default: that of REF)',
};

/** Whether signatures for other repositories count. */
export const ANY_REPOSITORY_FLAG: Flag = {
  name: 'any-repository',
  group: 'Trust',
  help: 'let signatures count that name another repository, or none',
};
