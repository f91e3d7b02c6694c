/** The two files of a key pair, and their description in commands. */

import { resolve } from 'node:path';

import { AssayError } from '../../../../core/base/errors.ts';
import { sealCosignKey } from '../../../../trust/signing/cosign-key.ts';
import type { PrivateKey } from '../../../../trust/signing/private-key.ts';
import { refuseTaken, writeKeyFiles } from '../../../../trust/signing/write-key.ts';
import { writeResult } from '../../print/result-output.ts';
import type { Session } from '../command.ts';

interface FileName {
  readonly path: string;
  readonly name: string;
}

/** The names of a pair. */
export interface KeyPairNames {
  readonly privateKey: FileName;
  readonly publicKey: FileName;
}

/** Returns the one argument, or the default. @throws AssayError `USAGE` for several */
export function oneArgument({ args }: Session, fallback: string): string {
  const [first = fallback, second] = args;
  if (second === undefined) return first;
  throw new AssayError('USAGE', `"${second}" is one argument too many`, {
    hint: 'Name one key.',
  });
}

/** Returns `NAME.key` and `NAME.pub`. @throws AssayError `USAGE` if one of them is there */
export function keyPairNames(given: string, { io }: Session): KeyPairNames {
  const name = given.replace(/\.(?:key|pub)$/u, '');
  const file = (suffix: string): FileName => ({
    name: `${name}${suffix}`,
    path: resolve(io.cwd, `${name}${suffix}`),
  });
  const names = { privateKey: file('.key'), publicKey: file('.pub') };
  refuseTaken([names.privateKey, names.publicKey]);
  return names;
}

/** Encrypts and writes a pair, and says so. */
export async function writePair(
  session: Session,
  pair: {
    readonly key: PrivateKey;
    readonly names: KeyPairNames;
    readonly password: Uint8Array;
    readonly format: 'table' | 'json';
  },
): Promise<number> {
  const { key, names, password, format } = pair;
  const { publicKey } = key;
  const sealed = await sealCosignKey(key.pkcs8(), password);
  await writeKeyFiles([
    { ...names.privateKey, content: sealed, isPrivate: true },
    { ...names.publicKey, content: publicKey.pem, isPrivate: false },
  ]);
  const { kind, algorithm, id } = publicKey;
  const [privateName, publicName] = [names.privateKey.name, names.publicKey.name];
  return writeResult(session, format, {
    data: { schemaVersion: 1, kind, algorithm, id, privateKey: privateName, publicKey: publicName },
    text: [
      `Wrote ${privateName} (${algorithm}, encrypted) and ${publicName}.`,
      `Key id: ${id}`,
      '',
    ].join('\n'),
  });
}
