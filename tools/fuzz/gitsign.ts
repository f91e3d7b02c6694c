/**
 * A signature of gitsign over `content`, and what reads it. The certificates and the log are those
 * of a test.
 */

import { gitsignReader } from '../../src/tasks/provenance/gitsign-signatures.ts';
import type { GitsignReader } from '../../src/tasks/provenance/x509-signatures.ts';
import { readTrustedRoot } from '../../src/trust/signing/keyless/trusted-root.ts';
import SEED from './gitsign-seed.json' with { type: 'json' };

/** The signature, made with a certificate of a@b.c. */
export const GITSIGN_SIGNATURE = Buffer.from(SEED.cms, 'base64');

/** Reads signatures of that person. */
export const READ_GITSIGN: GitsignReader = gitsignReader({
  identities: [
    {
      where: 'trust:1',
      name: 'a',
      identity: { exact: 'a@b.c' },
      issuer: { exact: 'https://token.example.com' },
      claims: new Map(),
      scopes: [],
    },
  ],
  signers: [{ name: 'a', mayUse: () => true, identities: ['a'], hasKeys: false }],
  roots: [readTrustedRoot(Buffer.from(JSON.stringify(SEED.root)), 'root')],
  now: 0,
});
