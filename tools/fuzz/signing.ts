/** Keys, signatures of files, and the trust file. */

import { generateKeyPairSync, sign } from 'node:crypto';
import { readFileSync } from 'node:fs';

import { keyHint } from '../../src/trust/signing/bundle-parts.ts';
import { sealCosignKey } from '../../src/trust/signing/cosign-key.ts';
import { trustedRoots } from '../../src/trust/signing/trusted-roots.ts';
import { judgeBlobSignatures } from '../../src/trust/signing/verify-blob.ts';
import { writePem } from '../../src/trust/signing/pem.ts';
import { parsePrivateKey } from '../../src/trust/signing/private-key.ts';
import { parsePublicKey, publicKeyOf, type PublicKey } from '../../src/trust/signing/public-key.ts';
import { writeBundle } from '../../src/trust/signing/signature.ts';
import { matchesRepository } from '../../src/trust/trust-file/repository-pattern.ts';
import { readTrustFile } from '../../src/trust/trust-file/read-trust-file.ts';
import { expect, type FuzzTarget } from './target.ts';

const PASSWORD = Buffer.from('pw');
const CONTENT = Buffer.from('content');
const EC = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const ED = generateKeyPairSync('ed25519');
const ANY = { meets: () => true };
const KEYS = [EC, ED].map(({ publicKey }, index) => ({
  name: `key ${index}`,
  publicKey: publicKeyOf(publicKey, 'key'),
}));

/**
 * A key of OpenSSH, not encrypted: two strings for each name, then the halves of an Ed25519 key.
 */
function openSshKey(): string {
  const { x = '', d = '' } = ED.privateKey.export({ format: 'jwk' });
  const [point, seed] = [Buffer.from(x, 'base64url'), Buffer.from(d, 'base64url')];
  const text = (value: Buffer | string): Buffer => {
    const bytes = Buffer.from(value);
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    return Buffer.concat([length, bytes]);
  };
  const halves = [text('ssh-ed25519'), text(point), text(Buffer.concat([seed, point])), text('c')];
  const secret = Buffer.concat([Buffer.alloc(8), ...halves]);
  const padding = Buffer.from(
    Array.from({ length: (8 - (secret.length % 8)) % 8 }, (_, at) => at + 1),
  );
  const outside = [text('none'), text('none'), text(''), Buffer.from([0, 0, 0, 1])];
  const publicHalf = text(Buffer.concat([text('ssh-ed25519'), text(point)]));
  const magic = Buffer.from('openssh-key-v1\0');
  const all = [magic, ...outside, publicHalf, text(Buffer.concat([secret, padding]))];
  return writePem('OPENSSH PRIVATE KEY', Buffer.concat(all));
}

async function privateKeys(): Promise<readonly Uint8Array[]> {
  const pkcs8 = EC.privateKey.export({ type: 'pkcs8', format: 'der' });
  const locked = { type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'pw' } as const;
  const texts = [
    writePem('PRIVATE KEY', pkcs8),
    EC.privateKey.export({ type: 'sec1', format: 'pem' }),
    EC.privateKey.export(locked),
    await sealCosignKey(pkcs8, PASSWORD, { N: 2, r: 1, p: 1 }),
    openSshKey(),
  ];
  return texts.map((text) => Buffer.from(text));
}

export const SIGNING_TARGETS: readonly FuzzTarget[] = [
  {
    id: 'signing/private-key',
    seeds: privateKeys,
    run: async (bytes: Uint8Array): Promise<void> => {
      // Costs beyond those of the seeds are bounded, and still too slow for a fuzzer.
      const isCostly = /"N":(?!2[,}])/u.test(decodedBody(bytes));
      if (isCostly) return;
      const key = await parsePrivateKey(Buffer.from(bytes).toString('latin1'), 'key', {
        password: () => Promise.resolve(PASSWORD),
      });
      expect(key.publicKey.verify(CONTENT, key.sign(CONTENT)), 'a key that does not verify');
    },
  },
  {
    id: 'signing/public-key',
    seeds: (): readonly Uint8Array[] =>
      [
        EC.publicKey.export({ type: 'spki', format: 'pem' }),
        'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBm/RAlphM3+hUG6wWfcO5bIUIaqMLa2ywxcOK1wMWbh a',
        'untrusted comment: a\nRWQpzYXCXWPW2jRoUj5cYJif5YWgaujZbzG/GWW2I9xWCKllXx9/cEQN\n',
      ].map((text) => Buffer.from(text)),
    run: (bytes: Uint8Array): void => {
      const key = parsePublicKey(Buffer.from(bytes).toString('latin1'), 'key');
      expect(parsePublicKey(key.pem, 'again').id === key.id, 'a key with two ids');
    },
  },
  {
    id: 'signing/blob-signature',
    seeds: (): readonly Uint8Array[] => {
      const signature = sign('sha256', CONTENT, EC.privateKey);
      const [key] = KEYS;
      const texts = [
        signature.toString('base64'),
        JSON.stringify({ base64Signature: signature.toString('base64') }),
        ...(key === undefined ? [] : [bundleOf(signature, key.publicKey)]),
        'untrusted comment: a\nRUQpzYXCXWPW2pDN86DI0tfUxEx7j32v835N19iahPFZr5dCxes6nJBOZ2MK44KtZ4lX6buT2029eb0/ZMeX7sSebK72afnzoAw=\ntrusted comment: b\nDf8e9dv3Qo/g4VQc2Re8DzoUAUjZcZMDu6DtzA6LdIy+wYqWibVVTAE5wGhyn59ai08AmcFnQkUXxUn0zA6kDg==\n',
      ];
      return texts.map((text) => Buffer.from(text));
    },
    run: async (bytes: Uint8Array): Promise<void> => {
      const other = Buffer.from('other content');
      const everyone = { name: 'x', identity: ANY, issuer: ANY, claims: new Map() };
      const signers = { keys: KEYS, identities: [everyone], roots: trustedRoots({ now: 0 }) };
      const files = [{ place: 'a', bytes }];
      const [judged] = await judgeBlobSignatures(other, files, { signers, now: 0 });
      expect(judged?.counts === false, 'a signature that counts for other content');
    },
  },
  {
    id: 'trust/trust-file',
    seeds: (): readonly Uint8Array[] => [
      readFileSync(new URL('../../src/trust/trust-file/testdata/full.yaml', import.meta.url)),
    ],
    run: (bytes: Uint8Array): void => {
      const { keys } = readTrustFile('trust.yaml', bytes);
      for (const { scopes } of keys) {
        expect(scopes.length > 0, 'a key without scopes');
        for (const scope of scopes) matchesRepository(scope, { domain: 'ghcr.io', path: 'a/b/c' });
      }
    },
  },
];

function bundleOf(signature: Uint8Array, key: PublicKey): Buffer {
  const material = { publicKey: { hint: keyHint(key) } };
  return writeBundle(
    { kind: 'message', content: CONTENT },
    { signature, material, annotations: {} },
  );
}

function decodedBody(bytes: Uint8Array): string {
  const text = Buffer.from(bytes).toString('latin1');
  if (!/(?:SIGSTORE|COSIGN) PRIVATE KEY/u.test(text)) return '';
  return Buffer.from(text.split('\n').slice(1).join(''), 'base64').toString('latin1');
}
