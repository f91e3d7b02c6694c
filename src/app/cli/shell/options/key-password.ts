/**
 * Passwords of keys: from a file, from standard input, from the environment, else from the
 * terminal. No argument is one, because every process of the machine can read arguments.
 */

import { resolve } from 'node:path';

import { readBoundedFile } from '../../../../core/base/bounded-file.ts';
import { AssayError, errorMessage } from '../../../../core/base/errors.ts';
import type { Flag } from '../../../config/flag.ts';
import type { PasswordSource } from '../../../../trust/signing/private-key.ts';
import type { Session } from '../../commands/command.ts';
import { readStandardInput } from './standard-input.ts';

/** Flags of commands that open or encrypt a key. */
export const KEY_PASSWORD_FLAGS: readonly Flag[] = [
  {
    name: 'key-password-file',
    value: 'FILE',
    group: 'Trust',
    help: "read the key's password from this file (default: ASSAY_KEY_PASSWORD, else COSIGN_PASSWORD, else the terminal)",
  },
  {
    name: 'key-password-stdin',
    group: 'Trust',
    help: "read the key's password from standard input",
  },
];

/** Variables with the password of a key, in their order. An empty one is an empty password. */
const VARIABLES = ['ASSAY_KEY_PASSWORD', 'COSIGN_PASSWORD'] as const;

/** Far more than any password has. */
const MAX_PASSWORD_BYTES = 4096;

type Surroundings = Pick<Session, 'flags' | 'io' | 'context' | 'say'>;

/**
 * Returns the source of passwords for keys that are opened. The terminal is asked once for each
 * key.
 */
export function keyPassword(session: Surroundings): PasswordSource {
  let given: Promise<Uint8Array | undefined> | undefined;
  return async (name) => {
    given ??= givenPassword(session);
    return (await given) ?? ask(session, `Password of ${name}: `);
  };
}

/**
 * Returns the password that a new key is encrypted with. On a terminal it is asked twice.
 *
 * @throws AssayError `USAGE` if there is none, or the two differ
 */
export async function newKeyPassword(session: Surroundings, name: string): Promise<Uint8Array> {
  const given = await givenPassword(session);
  const password = given ?? (await askTwice(session, name));
  if (password === undefined) {
    throw new AssayError('USAGE', `no password is given for the new key "${name}"`, {
      hint: 'Set ASSAY_KEY_PASSWORD, or give --key-password-file or --key-password-stdin. An empty password counts as one.',
    });
  }
  if (password.length === 0) {
    session.context.log.warn(
      `the password is empty: anyone who can read "${name}" can sign with it`,
    );
  }
  return password;
}

/** Returns the password that is given without asking; `undefined` for none. */
async function givenPassword({ flags, io }: Surroundings): Promise<Uint8Array | undefined> {
  const file = flags.text('key-password-file');
  const isPiped = flags.isOn('key-password-stdin');
  if (file !== undefined && isPiped) {
    throw new AssayError(
      'USAGE',
      '--key-password-file and --key-password-stdin exclude each other',
      {
        hint: 'Leave one of them out.',
      },
    );
  }
  if (isPiped && flags.isOn('password-stdin')) {
    throw new AssayError('USAGE', '--key-password-stdin and --password-stdin exclude each other', {
      hint: 'Standard input holds one of them: give the other with --key-password-file or --password.',
    });
  }
  if (file !== undefined) return fromFile(resolve(io.cwd, file), file);
  if (isPiped)
    return withoutLineEnd(await readStandardInput(MAX_PASSWORD_BYTES, 'the password of the key'));
  for (const name of VARIABLES) {
    const value = io.env[name];
    if (value !== undefined) return Buffer.from(value);
  }
  return undefined;
}

async function fromFile(path: string, name: string): Promise<Uint8Array> {
  try {
    return withoutLineEnd(await readBoundedFile(path, { maxBytes: MAX_PASSWORD_BYTES }));
  } catch (error) {
    throw new AssayError('USAGE', `cannot read the password in "${name}": ${errorMessage(error)}`, {
      hint: 'It must be a file with the password and nothing else.',
      cause: error,
    });
  }
}

/** Files end with a line end that is not a part of the password. */
function withoutLineEnd(bytes: Buffer): Buffer {
  const text = bytes.at(-1) === 0x0a ? bytes.subarray(0, -1) : bytes;
  return text !== bytes && text.at(-1) === 0x0d ? text.subarray(0, -1) : text;
}

async function askTwice(session: Surroundings, name: string): Promise<Uint8Array | undefined> {
  const first = await ask(session, `New password for ${name}: `);
  if (first === undefined) return undefined;
  const second = await ask(session, 'The same again: ');
  if (second !== undefined && Buffer.compare(first, second) === 0) return first;
  throw new AssayError('USAGE', 'the two passwords differ', { hint: 'Run the command again.' });
}

async function ask(
  { io, context, say }: Surroundings,
  text: string,
): Promise<Uint8Array | undefined> {
  if (!process.stdin.isTTY || io.stderr.isTTY !== true) return undefined;
  const { askPassword } = await import('../ask-password.ts');
  return askPassword({ text, terminal: process.stdin, signal: context.signal, say });
}
