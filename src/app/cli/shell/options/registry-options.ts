/** Reads the options of the registry client from flags. */

import { AssayError } from '../../../../core/base/errors.ts';
import type { Credentials, RegistryOptions } from '../../../../clients/oci/index.ts';
import type { Session } from '../../commands/command.ts';

/**
 * Reads the credentials and trust settings for registries.
 *
 * @param readStdin returns all of standard input; called at most once.
 * @throws AssayError `USAGE` where the flags do not fit each other
 */
export async function readRegistryOptions(
  { flags, io }: Pick<Session, 'flags' | 'io'>,
  readStdin: () => Promise<string> = readOwnInput,
): Promise<RegistryOptions> {
  const username = flags.text('username');
  const token = flags.text('registry-token');
  if (flags.isOn('password-stdin') && flags.from('password') === 'flag') {
    throw unfit('--password and --password-stdin exclude each other', 'Leave one of them out.');
  }
  const password = flags.isOn('password-stdin')
    ? firstLine(await readStdin())
    : flags.text('password');
  const credentials = readCredentials({ username, password, token });
  return {
    env: io.env,
    isInsecure: flags.isOn('insecure'),
    ...(credentials === undefined ? {} : { credentials }),
  };
}

function readCredentials(given: {
  readonly username: string | undefined;
  readonly password: string | undefined;
  readonly token: string | undefined;
}): Credentials | undefined {
  const { username, password, token } = given;
  if (token !== undefined) {
    if (username !== undefined || password !== undefined) {
      const other = username === undefined ? 'password' : 'username';
      throw unfit(`--registry-token and --${other} exclude each other`, 'Leave one of them out.');
    }
    if (!HEADER_VALUE.test(token)) {
      throw unfit('--registry-token is empty or holds something that is not a part of a token', '');
    }
    return { kind: 'bearer', token };
  }
  if (username === undefined && password === undefined) return undefined;
  if (username === undefined) throw unfit('a password is given and no user', 'Add --username.');
  if (password === undefined) {
    throw unfit('--username is given and no password', 'Add --password-stdin or --password.');
  }
  return { kind: 'basic', username, password };
}

/** Characters that a header value may contain. */
const HEADER_VALUE = /^[\x21-\x7e]+$/;

function unfit(message: string, hint: string): AssayError {
  return new AssayError('USAGE', message, hint === '' ? {} : { hint });
}

/** Returns the input without the end of its line, which `echo` adds. */
function firstLine(input: string): string {
  return input.split(/\r?\n/, 1)[0] ?? '';
}

async function readOwnInput(): Promise<string> {
  const { text } = await import('node:stream/consumers');
  return text(process.stdin);
}
