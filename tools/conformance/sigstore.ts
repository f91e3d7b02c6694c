/**
 * Recorded bundles of Sigstore: those that must verify, and those that must not. Who signed must be
 * the identity of the case.
 */

import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { verifyCertificateBundle } from '../../src/trust/signing/keyless/verify-bundle.ts';
import {
  publicTrustedRoot,
  readTrustedRoot,
} from '../../src/trust/signing/keyless/trusted-root.ts';
import { readPublicKey } from '../../src/trust/signing/public-key.ts';
import { trustedRoots } from '../../src/trust/signing/trusted-roots.ts';
import { judgeBlobSignatures } from '../../src/trust/signing/verify-blob.ts';
import { errorMessage } from '../../src/core/base/errors.ts';
import type { Suite } from './suite.ts';

interface RecordedBundle {
  readonly case: string;
  readonly must: 'verify' | 'fail';
  readonly bundle: string;
  readonly artifact: string;
  readonly trustedRoot: string | null;
  readonly key: string | null;
  readonly identity: string;
  readonly issuer: string;
}

const sigstore: Suite = {
  id: 'sigstore',
  async run(suitesFolder) {
    const folder = join(suitesFolder, 'sigstore');
    if (!existsSync(folder)) return undefined;
    const { cases } = JSON.parse(await readFile(join(folder, 'index.json'), 'utf8')) as {
      cases: readonly RecordedBundle[];
    };
    const misses: { case: string; reason: string }[] = [];
    for (const one of cases) {
      const problem = await problemOf(folder, one);
      if ((problem === undefined) === (one.must === 'verify')) continue;
      misses.push({ case: one.case, reason: problem ?? 'verifies, and must not' });
    }
    return { suite: 'sigstore', passed: cases.length - misses.length, total: cases.length, misses };
  },
};

export const sigstoreSuites: readonly Suite[] = [sigstore];

/** Why the bundle does not verify, `undefined` where it does. */
async function problemOf(folder: string, one: RecordedBundle): Promise<string | undefined> {
  const [bytes, content] = await Promise.all([
    readFile(join(folder, one.bundle)),
    readFile(join(folder, one.artifact)),
  ]);
  if (one.key !== null) {
    const publicKey = await readPublicKey(join(folder, one.key));
    const now = Date.now();
    const signers = {
      keys: [{ name: one.key, publicKey }],
      identities: [],
      roots: trustedRoots({ now }),
    };
    const [judgment] = await judgeBlobSignatures(content, [{ place: one.bundle, bytes }], {
      signers,
      now,
    });
    return judgment?.reason;
  }
  let root;
  try {
    root =
      one.trustedRoot === null
        ? publicTrustedRoot(Date.now())
        : readTrustedRoot(await readFile(join(folder, one.trustedRoot)), one.trustedRoot);
  } catch (error) {
    return errorMessage(error);
  }
  const result = verifyCertificateBundle(bytes, { content }, root);
  if ('problem' in result) return result.problem;
  const { names, issuer } = result.signer;
  if (issuer === one.issuer && names.includes(one.identity)) return undefined;
  return `was signed by ${names.join(', ')}, confirmed by ${String(issuer)}`;
}
