/** Whatever signs: the file of a private key, or a program that has one. */

import { isAbsolute, resolve } from 'node:path';

import { openExecSigner, parseExecKey, type ExecOptions } from './exec-signer.ts';
import { readPrivateKey, type PrivateKeyRules, type Signer } from './private-key.ts';

export type { Signer } from './private-key.ts';

/** Options for opening a signer. */
export interface SignerOptions extends PrivateKeyRules, ExecOptions {
  /** Relative paths are resolved against it. */
  readonly cwd: string;
}

/**
 * Opens what `--sign-key` names: a file, or `exec:PROGRAM[#KEY]`.
 *
 * @throws AssayError `CONFIG_INVALID` if it cannot be used, and what {@link openExecSigner} throws
 */
export async function openSigner(text: string, options: SignerOptions): Promise<Signer> {
  const exec = parseExecKey(text);
  if (exec !== undefined) {
    // A path is one of the working directory; a plain name is looked up on the PATH.
    const isPath = exec.program.includes('/') && !isAbsolute(exec.program);
    const program = isPath ? resolve(options.cwd, exec.program) : exec.program;
    return openExecSigner({ ...exec, program }, options);
  }
  const path = resolve(options.cwd, text);
  const key = await readPrivateKey(path, options);
  return {
    publicKey: key.publicKey,
    name: text,
    sign: (content) => Promise.resolve(key.sign(content)),
  };
}
