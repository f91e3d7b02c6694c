/** Ed25519 keys of the demonstration, which sign commits as `ssh-keygen -Y sign` does. */

import { createHash, createPublicKey, sign } from 'node:crypto';

import { ed25519KeyOf } from '../../../../formats/crypto/ed25519-key.ts';
import { sshsigMessage, writeSshsig } from '../../../../formats/crypto/ssh/sshsig.ts';
import { sshString } from '../../../../formats/crypto/ssh/wire.ts';

/** A key that signs commits. */
export interface DemoKey {
  /** The public half as the trust file has it. */
  readonly publicLine: string;
  /** Returns the lines of an armored signature. */
  readonly sign: (content: Uint8Array) => readonly string[];
}

const TYPE = 'ssh-ed25519';
const PARTS = { namespace: 'git', reserved: new Uint8Array(), hash: 'sha512' } as const;
const LINE = /.{1,70}/gu;

/**
 * Makes the key of a name. It is always the same one, so that the demonstration prints the same
 * each time.
 */
export function demoKey(name: string): DemoKey {
  const secret = createHash('sha256').update(`key of the demonstration: ${name}`).digest();
  const privateKey = ed25519KeyOf(secret);
  const { x = '' } = createPublicKey(privateKey).export({ format: 'jwk' });
  const publicKey = Buffer.concat([sshString(TYPE), sshString(Buffer.from(x, 'base64url'))]);
  return {
    publicLine: `${TYPE} ${publicKey.toString('base64')} ${name}`,
    sign: (content) => {
      const made = sign(null, sshsigMessage(PARTS, content), privateKey);
      const signature = Buffer.concat([sshString(TYPE), sshString(made)]);
      const text = writeSshsig({ ...PARTS, publicKey, signature }).toString('base64');
      return [
        '-----BEGIN SSH SIGNATURE-----',
        ...(text.match(LINE) ?? []),
        '-----END SSH SIGNATURE-----',
      ];
    },
  };
}
