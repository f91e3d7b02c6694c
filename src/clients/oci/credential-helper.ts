/**
 * Programs that keep credentials, as `docker-credential-secretservice`.
 *
 * Source: docker-credential-helpers, "Development" (the protocol of `get`): the address of the
 * registry goes to standard input, an object with `Username` and `Secret` comes back. Run without a
 * shell, with a time limit, and with a limit on what it may say.
 */

import { execFile } from 'node:child_process';

import { AssayError, errorMessage } from '../../core/base/errors.ts';
import { readJson, readStrings } from '../../formats/text/json/json.ts';
import { childEnvironment, type Environment } from '../../core/model/artifact/environment.ts';
import type { Credentials } from './client-options.ts';

const PREFIX = 'docker-credential-';
/** Some ask a cloud, which takes some seconds; none may ask a person here. */
const TIMEOUT_MS = 30_000;
const MAX_ANSWER_BYTES = 1024 * 1024;
/** The end of a program's name: never a path. */
const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]*$/;
/** Output of helpers that have no credentials; there is no other sign. */
const NOT_FOUND = /credentials not found/i;
/** In place of a user's name where the secret is an identity token. */
const TOKEN_USER = '<token>';

/**
 * Returns credentials for a server; `undefined` if the helper has none.
 *
 * @throws AssayError `REGISTRY_DENIED` naming the helper and what it said; `INTERRUPTED`
 */
export async function askCredentialHelper(
  helper: string,
  server: string,
  options: { readonly env: Environment; readonly signal: AbortSignal; readonly timeoutMs?: number },
): Promise<Credentials | undefined> {
  const program = `${PREFIX}${helper}`;
  if (!NAME.test(helper)) throw failed(program, 'that is not the name of a credential helper');
  const { stdout, problem } = await run(program, server, options);
  if (NOT_FOUND.test(stdout)) return undefined;
  if (problem !== undefined) throw failed(program, problem);
  const answer = readAnswer(program, stdout);
  const { Username: username = '', Secret: secret = '' } = answer;
  if (secret === '') return undefined;
  if (username === TOKEN_USER) return { kind: 'identityToken', username: '', token: secret };
  return { kind: 'basic', username, password: secret };
}

interface Outcome {
  readonly stdout: string;
  readonly problem: string | undefined;
}

function run(
  program: string,
  input: string,
  options: { readonly env: Environment; readonly signal: AbortSignal; readonly timeoutMs?: number },
): Promise<Outcome> {
  const { env, signal, timeoutMs = TIMEOUT_MS } = options;
  return new Promise((resolve, reject) => {
    const settings = {
      env: childEnvironment(env),
      signal,
      timeout: timeoutMs,
      killSignal: 'SIGKILL',
      maxBuffer: MAX_ANSWER_BYTES,
      windowsHide: true,
    } as const;
    const child = execFile(program, ['get'], settings, (error, stdout, stderr) => {
      if (signal.aborted) {
        reject(new AssayError('INTERRUPTED', 'interrupted'));
        return;
      }
      const said = firstLine(stdout.includes('{') ? stderr : `${stdout}\n${stderr}`);
      resolve({ stdout, problem: error === null ? undefined : problemOf(error, said, timeoutMs) });
    });
    // It may end without reading.
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(input);
  });
}

/**
 * An answer has a brace and may hold the secret, even of a helper that fails; only other lines are
 * quoted.
 */
function firstLine(text: string): string {
  return text.trim().split('\n', 1)[0] ?? '';
}

function problemOf(
  error: Error & { readonly code?: string | number | null; readonly killed?: boolean },
  said: string,
  timeoutMs: number,
): string {
  if (error.code === 'ENOENT') return 'there is no such program on the PATH';
  if (error.killed === true) return `it did not answer within ${timeoutMs / 1000} s`;
  if (typeof error.code === 'number') {
    return `it ended with code ${error.code}${said === '' ? '' : ` and said: ${said.slice(0, 200)}`}`;
  }
  return errorMessage(error);
}

/** Its text may hold a secret, so no error quotes it. */
function readAnswer(
  program: string,
  stdout: string,
): { readonly Username: string | undefined; readonly Secret: string | undefined } {
  try {
    return readStrings(readJson(program, Buffer.from(stdout)), ['Username', 'Secret']);
  } catch {
    throw failed(program, 'its answer is not a JSON object');
  }
}

function failed(program: string, reason: string): AssayError {
  return new AssayError('REGISTRY_DENIED', `the credential helper "${program}" failed: ${reason}`, {
    hint: 'Correct the entry in the file that names it, or give --username and --password.',
  });
}
