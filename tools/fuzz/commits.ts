/** Commits, tags and their signatures. */

import { generateKeyPairSync, sign } from 'node:crypto';

import { readArmor } from '../../src/formats/crypto/armor.ts';
import { readDetachedSignature } from '../../src/formats/crypto/asn1/detached-signature.ts';
import { readCertifiedKeys } from '../../src/formats/crypto/openpgp/openpgp-certificate.ts';
import { readSshCertificate } from '../../src/formats/crypto/ssh/certificate.ts';
import { readSshPublicKey } from '../../src/formats/crypto/ssh/public-key.ts';
import { sshsigMessage, writeSshsig } from '../../src/formats/crypto/ssh/sshsig.ts';
import { sshString } from '../../src/formats/crypto/ssh/wire.ts';
import { ParseError } from '../../src/core/base/errors.ts';
import { readCommit } from '../../src/tasks/provenance/commit-object.ts';
import { readOpenPgpSignature } from '../../src/tasks/provenance/openpgp-signatures.ts';
import { readSshSignature } from '../../src/tasks/provenance/ssh-signatures.ts';
import { readTag } from '../../src/tasks/provenance/tag-object.ts';
import { readX509Signature } from '../../src/tasks/provenance/x509-signatures.ts';
import { GITSIGN_SIGNATURE, READ_GITSIGN } from './gitsign.ts';
import { expect, type FuzzTarget } from './target.ts';
import { withEntry } from '../../test/support/gitsign-signature.ts';

const CONTENT = Buffer.from('content');
const OTHER = Buffer.from('other content');
const ED = generateKeyPairSync('ed25519');
const HOLDER = { name: 'a', mayUse: () => true };

function sshKey(): Buffer {
  const { x = '' } = ED.publicKey.export({ format: 'jwk' });
  return Buffer.concat([sshString('ssh-ed25519'), sshString(Buffer.from(x, 'base64url'))]);
}

/** A signature over `CONTENT`; `key` is the key or the certificate that it names. */
function sshsig(key: Uint8Array): Buffer {
  const parts = { namespace: 'git', reserved: new Uint8Array(), hash: 'sha512' } as const;
  const made = sign(null, sshsigMessage(parts, CONTENT), ED.privateKey);
  const signature = Buffer.concat([sshString('ssh-ed25519'), sshString(made)]);
  return writeSshsig({ ...parts, publicKey: key, signature });
}

/** A certificate of a key by itself. */
function certificate(): Buffer {
  const number = (value: bigint): Buffer => {
    const bytes = Buffer.alloc(8);
    bytes.writeBigUInt64BE(value);
    return bytes;
  };
  const key = sshKey();
  const signed = Buffer.concat([
    ...[sshString('ssh-ed25519-cert-v01@openssh.com'), sshString('nonce')],
    ...[key.subarray(4 + 'ssh-ed25519'.length), number(1n), Buffer.from([0, 0, 0, 1])],
    ...[sshString('id'), sshString(sshString('a@b.c')), number(0n), number(2n ** 64n - 1n)],
    ...[sshString(''), sshString(''), sshString(''), sshString(key)],
  ]);
  const signature = [sshString('ssh-ed25519'), sshString(sign(null, signed, ED.privateKey))];
  return Buffer.concat([signed, sshString(Buffer.concat(signature))]);
}

const SSH_TRUST = ((): Parameters<typeof readSshSignature>[2] => {
  const key = readSshPublicKey(sshKey(), (what) => new ParseError('key', what));
  const { fingerprint } = key;
  const authority = { ...HOLDER, principals: ['*'] };
  return {
    keys: new Map([[fingerprint, { key, holders: [HOLDER] }]]),
    authorities: new Map([[fingerprint, [authority]]]),
  };
})();

/** Made by gpg 2.4 over `CONTENT`, and its key. */
const PGP_SIGNATURE =
  'iHUEABYKAB0WIQQm7YLUK3NZN0RFaNgeKVFJc+3hwQUCZ3XXAAAKCRAeKVFJc+3hwTQ4AP9FJkvLUtbt9s6xGN/cRnD9TWBM0nSVswEGpizCbFrF6gEA0HCYVqb57H2nnOXTZ0beZRLCgrxkONDJobv8yj4IDw0=';
const PGP_KEY =
  'mDMEZ3SFgBYJKwYBBAHaRw8BAQdAAwgBHuEVcj6A0Gms1Q2T2ilq/I969ENRafFMf4uTVo60BGZ1enqIkAQTFgoAOBYhBCbtgtQrc1k3REVo2B4pUUlz7eHBBQJndIWAAhsDBQsJCAcCBhUKCQgLAgQWAgMBAh4BAheAAAoJEB4pUUlz7eHB1aAA/A+qd56x6DIQOdnIY6EjXLF4u83o5Cx8Pg213a0JyB3RAQCC87aZ47R+KNdLXHW5tK7Utq5+VAkNIQu3PIcFP3HIDw==';
const PGP_TRUST = new Map(
  readCertifiedKeys('key', Buffer.from(PGP_KEY, 'base64')).keys.map((key) => [
    key.keyId,
    [{ key, holders: [HOLDER] }],
  ]),
);

/** Made by OpenSSL over `CONTENT`, with a certificate that signs itself. */
const CMS_SIGNATURE =
  'MIICsAYJKoZIhvcNAQcCoIICoTCCAp0CAQExDTALBglghkgBZQMEAgEwCwYJKoZIhvcNAQcBoIIBfjCCAXowggEfoAMCAQICFD+rEflqSPiO0c6ATSPUi1jMDFluMAoGCCqGSM49BAMCMAwxCjAIBgNVBAMMAWEwHhcNMjUwMTAxMDAwMDAwWhcNMzUwMTAxMDAwMDAwWjAMMQowCAYDVQQDDAFhMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAESiOLUXDQySxWljzzY/1wgfvEG33s0XwplIeP0ZDVQzry6WoQ+8Kvh8QECB1ieHijZNCveBibx+igBLNIScQvR6NfMF0wHQYDVR0OBBYEFB2af7JJyuk6nDtRi7/Ml+ARqzqlMB8GA1UdIwQYMBaAFB2af7JJyuk6nDtRi7/Ml+ARqzqlMAkGA1UdEwQCMAAwEAYDVR0RBAkwB4EFYUBiLmMwCgYIKoZIzj0EAwIDSQAwRgIhAPxAAErGIYCIqxpmPaWfGB4vacd/wCmuwo1S8LW5pJ1FAiEAz0qHUhwF1KiqoVI6gcw/jEo6brVZbfJH3JiOLl9fuZwxgfkwgfYCAQEwJDAMMQowCAYDVQQDDAFhAhQ/qxH5akj4jtHOgE0j1ItYzAxZbjALBglghkgBZQMEAgGgaTAYBgkqhkiG9w0BCQMxCwYJKoZIhvcNAQcBMBwGCSqGSIb3DQEJBTEPFw0yNjExMjgxMjUwMjJaMC8GCSqGSIb3DQEJBDEiBCDtcAK0OemshF8iNX2CK6wURHMPvbYBbT7JQyKXueyfczAKBggqhkjOPQQDAgRHMEUCIAbkV/+emd0bPmxg/jz9aZfmVloS+luM8rZHyPIxkOUgAiEAqYohzn0/jR5Jo8Dvesavvzadb8wCku7JXImr0FIJ/OE=';

const GITSIGN_TRUST = {
  certificates: new Map(),
  revokedKeys: new Map(),
  roots: [],
  signers: [HOLDER],
  readGitsign: READ_GITSIGN,
};

/** The same with the outermost length not written in front. */
function indefinite(value: Uint8Array): Buffer {
  const start = 4;
  return Buffer.concat([Buffer.from([0x30, 0x80]), value.subarray(start), Buffer.from([0, 0])]);
}

const COMMIT = `tree ${'0'.repeat(40)}
parent ${'1'.repeat(40)}
author A <a@b.c> 1746878400 +0000
committer A <a@b.c> 1746878400 +0000
gpgsig -----BEGIN SSH SIGNATURE-----
 AAAA
 -----END SSH SIGNATURE-----
encoding ISO-8859-1

subject
`;
const TAG = `object ${'0'.repeat(40)}
type commit
tag v1
tagger A <a@b.c> 1746878400 +0000

subject
-----BEGIN PGP SIGNATURE-----

AAAA
-----END PGP SIGNATURE-----
`;

export const COMMIT_TARGETS: readonly FuzzTarget[] = [
  {
    id: 'commits/sshsig',
    seeds: () => [sshsig(sshKey()), sshsig(certificate())],
    run(bytes: Uint8Array): void {
      readSshSignature(bytes, CONTENT, SSH_TRUST);
      const other = readSshSignature(bytes, OTHER, SSH_TRUST);
      expect('problem' in other, 'a signature that counts for other content');
    },
  },
  {
    id: 'commits/ssh-certificate',
    seeds: () => [certificate()],
    run(bytes: Uint8Array): void {
      const fail = (what: string): ParseError => new ParseError('certificate', what);
      expect(readSshCertificate(bytes, fail).serial === 1n, 'a certificate that was changed');
    },
  },
  {
    id: 'commits/openpgp',
    seeds: () => [Buffer.from(PGP_SIGNATURE, 'base64')],
    run(bytes: Uint8Array): void {
      readOpenPgpSignature(bytes, CONTENT, { trust: PGP_TRUST, now: 0 });
      const other = readOpenPgpSignature(bytes, OTHER, { trust: PGP_TRUST, now: 0 });
      expect('problem' in other, 'a signature that counts for other content');
    },
  },
  {
    id: 'commits/openpgp-key',
    seeds: () => [Buffer.from(PGP_KEY, 'base64')],
    run(bytes: Uint8Array): void {
      for (const { fingerprint } of readCertifiedKeys('key', bytes).keys) {
        expect(/^[0-9a-f]{40}$/u.test(fingerprint), 'a key without a fingerprint');
      }
    },
  },
  {
    id: 'commits/cms',
    seeds: (): readonly Uint8Array[] => {
      const signature = Buffer.from(CMS_SIGNATURE, 'base64');
      return [signature, indefinite(signature), GITSIGN_SIGNATURE];
    },
    run(bytes: Uint8Array): void {
      const read = readDetachedSignature('signature', bytes, CONTENT);
      const trust = {
        certificates: new Map(),
        revokedKeys: new Map(),
        roots: typeof read === 'string' ? [] : read.certificates,
        signers: [HOLDER],
        readGitsign: READ_GITSIGN,
      };
      readX509Signature(bytes, CONTENT, trust);
      const other = readX509Signature(bytes, OTHER, trust);
      expect('problem' in other, 'a signature that counts for other content');
    },
  },
  {
    id: 'commits/gitsign-entry',
    seeds: (): readonly Uint8Array[] => {
      const signature = readDetachedSignature('signature', GITSIGN_SIGNATURE, CONTENT);
      if (typeof signature === 'string') throw new Error(signature);
      return [...signature.unsignedAttributes.values()].map(({ content }) => content);
    },
    run(bytes: Uint8Array): void {
      const signed = readX509Signature(GITSIGN_SIGNATURE, CONTENT, GITSIGN_TRUST);
      const read = readX509Signature(withEntry(GITSIGN_SIGNATURE, bytes), CONTENT, GITSIGN_TRUST);
      if ('problem' in read || 'problem' in signed) return;
      expect(read.key.signedAt === signed.key.signedAt, 'another time than that of the log');
    },
  },
  {
    id: 'commits/object',
    seeds: () => [Buffer.from(COMMIT), Buffer.from(TAG)],
    run(bytes: Uint8Array): void {
      const object = Buffer.from(bytes);
      const read = object[0] === 0x6f ? readTag : readCommit;
      const { payload, signature } = read('id', object, 'sha1');
      expect(payload.length <= bytes.length, 'more is signed than there is');
      if (signature !== undefined) readArmor('signature', signature);
    },
  },
];
