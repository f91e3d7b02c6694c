import { generateKeyPairSync } from 'node:crypto';
import { expect, it } from 'vitest';

import { writePem } from './pem.ts';
import { parsePrivateKey, type PrivateKey } from './private-key.ts';

function read(text: string): Promise<PrivateKey> {
  return parsePrivateKey(text, 'id_ed25519', { password: () => Promise.resolve(undefined) });
}

/**
 * The bytes of an Ed25519 key without encryption. `inner` is the public half beside the secret,
 * `outer` the one in front.
 */
function ed25519File(seed: string, { inner, outer }: Record<'inner' | 'outer', Buffer>): string {
  const string = (bytes: Buffer): Buffer => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    return Buffer.concat([length, bytes]);
  };
  const text = (value: string): Buffer => string(Buffer.from(value));
  const type = text('ssh-ed25519');
  const both = Buffer.concat([Buffer.from(seed, 'base64url'), inner]);
  const secret = [Buffer.alloc(8), type, string(inner), string(both), text('')];
  const head = [Buffer.from('openssh-key-v1\0'), text('none'), text('none'), text('')];
  const one = Buffer.from('00000001', 'hex');
  const publicKey = string(Buffer.concat([type, string(outer)]));
  return writePem(
    'OPENSSH PRIVATE KEY',
    Buffer.concat([...head, one, publicKey, string(Buffer.concat(secret))]),
  );
}

it('keys of OpenSSH whose public halves are not those of the secret are refused', async () => {
  const [own, other] = [0, 1].map(() =>
    generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' }),
  );
  const seed = own?.d ?? '';
  const [x, y] = [own, other].map((jwk) => Buffer.from(jwk?.x ?? '', 'base64url')) as [
    Buffer,
    Buffer,
  ];
  const good = await read(ed25519File(seed, { inner: x, outer: x }));
  expect(good.publicKey.kind).toBe('ed25519');
  for (const halves of [
    { inner: y, outer: y },
    { inner: x, outer: y },
    { inner: y, outer: x },
  ]) {
    await expect(read(ed25519File(seed, halves))).rejects.toThrow(/halves do not belong/);
  }
});
