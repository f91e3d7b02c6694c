/**
 * The identity token of keyless signing: from a file, from standard input, else from the
 * environment. No argument is one, because every process of the machine can read arguments.
 */

import { resolve } from 'node:path';

import { readBoundedFile } from '../../../../core/base/bounded-file.ts';
import { AssayError, errnoOf, errorMessage } from '../../../../core/base/errors.ts';
import type { Flag } from '../../../config/flag.ts';
import { isTokenText, MAX_TOKEN_BYTES } from '../../../../trust/signing/keyless/identity-token.ts';
import type { Session } from '../../commands/command.ts';
import { readStandardInput } from './standard-input.ts';

/** The file with an identity token. */
export const IDENTITY_TOKEN_FLAG: Flag = {
  name: 'identity-token',
  value: 'FILE',
  group: 'Trust',
  help: 'sign without a key, by the OpenID Connect token in this file, or - (default: ASSAY_ID_TOKEN, else SIGSTORE_ID_TOKEN)',
};

/** Variables with a token, in their order. */
const VARIABLES = ['ASSAY_ID_TOKEN', 'SIGSTORE_ID_TOKEN'] as const;
const STANDARD_INPUT = '-';

/** The source of a token. */
export interface TokenSource {
  /** For messages, behind "the identity token": `in "token.txt"`. */
  readonly place: string;
  /** The path of the file as it was given, if it is in one. */
  readonly file?: string;
  /** Returns the text, which is not checked. */
  read(): Promise<string>;
}

/**
 * Returns the source that `--identity-token` names; `undefined` if the flag is not given.
 *
 * @throws AssayError `USAGE` if its value is a token, or standard input is to hold a password too
 */
export function namedToken({ flags, io }: Pick<Session, 'flags' | 'io'>): TokenSource | undefined {
  const file = flags.text('identity-token');
  if (file === undefined) return undefined;
  if (isTokenText(file)) {
    throw new AssayError('USAGE', '--identity-token names a file, and is given a token', {
      hint: 'Other processes can read arguments: put the token into the variable SIGSTORE_ID_TOKEN. If it was an argument, it may be known to others now.',
    });
  }
  if (file !== STANDARD_INPUT) {
    return { place: `in "${file}"`, file, read: () => fromFile(resolve(io.cwd, file), file) };
  }
  if (flags.isOn('password-stdin')) {
    throw new AssayError('USAGE', '--identity-token - and --password-stdin exclude each other', {
      hint: 'Standard input holds one of them: put the token into the variable SIGSTORE_ID_TOKEN.',
    });
  }
  const read = async (): Promise<string> =>
    (await readStandardInput(MAX_TOKEN_BYTES, 'the identity token')).toString('latin1');
  return { place: 'from standard input', read };
}

/** Returns the token of the environment; `undefined` if there is none. */
export function environmentToken({ io }: Pick<Session, 'io'>): TokenSource | undefined {
  for (const name of VARIABLES) {
    const value = io.env[name];
    if (value === undefined || value === '') continue;
    return { place: `in ${name}`, read: () => Promise.resolve(value) };
  }
  return undefined;
}

async function fromFile(path: string, name: string): Promise<string> {
  try {
    return (await readBoundedFile(path, { maxBytes: MAX_TOKEN_BYTES })).toString('latin1');
  } catch (error) {
    const reason = errnoOf(error) === 'ENOENT' ? 'there is no such file' : errorMessage(error);
    throw new AssayError('USAGE', `cannot read the identity token in "${name}": ${reason}`, {
      hint: 'It must be a file with the token and nothing else.',
      cause: error,
    });
  }
}
