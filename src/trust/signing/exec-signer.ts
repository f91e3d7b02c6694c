/**
 * Keys behind a program of the user's: a key management service, a PKCS#11 module, a security key.
 * The protocol is described in `docs/signing-programs.md`: the program is started once for each
 * request, reads one JSON object from standard input and writes one to standard output.
 *
 * The program runs without a shell and without arguments. It has a time limit, and its answer a
 * bound. Whatever it answers is checked: the public key must be of a kind that signs, and each
 * signature must verify with it.
 */

import { createHash } from 'node:crypto';
import { spawn, type ChildProcess } from 'node:child_process';

import { AssayError, errorMessage } from '../../core/base/errors.ts';
import { onForcedExit } from '../../core/base/forced-exit.ts';
import { throwIfInterrupted } from '../../core/base/interrupt.ts';
import { systemCode } from '../../core/base/system-code.ts';
import { readJson, type JsonObject } from '../../formats/text/json/json.ts';
import { childEnvironment, type Environment } from '../../core/model/artifact/environment.ts';
import { base64Of } from './bundle-parts.ts';
import { KEY_KINDS } from './key-kind.ts';
import { parsePublicKey, type KeyRules, type PublicKey } from './public-key.ts';
import type { Signer } from './private-key.ts';

/** Version of the protocol; requests and answers carry it. */
const PROTOCOL_VERSION = 1;
/** A person may have to touch a device or to confirm on a telephone. */
const TIMEOUT_MS = 60_000;
/** A key and a signature take some kilobytes. */
const MAX_ANSWER_BYTES = 64 * 1024;
/** Time for which the output may stay open behind the end of the program. */
const LEFT_MS = 1000;
/** The whole content goes to the program, because Ed25519 does not sign digests. */
const MAX_CONTENT_BYTES = 16 * 1024 * 1024;
/** Longest quotation of the program's output in a message. */
const MAX_SAID = 200;

/** Options for running a program. */
export interface ExecOptions extends KeyRules {
  readonly env: Environment;
  readonly signal: AbortSignal;
  /** Default: one minute. */
  readonly timeoutMs?: number;
}

/** A program, and the name of one of its keys. */
export interface ExecKey {
  readonly program: string;
  /** Passed to the program; absent: it knows which key is meant. */
  readonly key?: string;
}

/**
 * Reads `exec:PROGRAM` or `exec:PROGRAM#KEY`; `undefined` for other texts.
 * @throws AssayError `CONFIG_INVALID` without a program
 */
export function parseExecKey(text: string): ExecKey | undefined {
  if (!text.startsWith('exec:')) return undefined;
  const rest = text.slice('exec:'.length);
  const hash = rest.lastIndexOf('#');
  const program = hash < 0 ? rest : rest.slice(0, hash);
  if (program !== '') return hash < 0 ? { program } : { program, key: rest.slice(hash + 1) };
  throw new AssayError('CONFIG_INVALID', `"${text}" names no program`, {
    hint: 'Write exec:PROGRAM, with the path of a program or its name on the PATH.',
  });
}

/**
 * Asks a program for its public key, and returns a signer that asks it for signatures.
 *
 * @throws AssayError `CONFIG_INVALID` if it cannot be run or answers something else;
 * `ACCESS_DENIED` if it refuses; `TIMEOUT`; `INTERRUPTED`
 */
export async function openExecSigner(exec: ExecKey, options: ExecOptions): Promise<Signer> {
  const request = requestFor(exec);
  const answer = await ask(exec, { ...request, operation: 'public-key' }, options);
  const publicKey = publicKeyIn(answer, exec, options);
  return {
    publicKey,
    name: exec.key === undefined ? `exec:${exec.program}` : `exec:${exec.program}#${exec.key}`,
    sign: async (content) => {
      if (content.length > MAX_CONTENT_BYTES) {
        throw failed(
          exec,
          `the content has ${content.length} bytes, and at most ${MAX_CONTENT_BYTES} are passed`,
        );
      }
      const { signHash } = KEY_KINDS[publicKey.kind];
      const signed = await ask(
        exec,
        {
          ...request,
          operation: 'sign',
          publicKey: publicKey.pem,
          hash: signHash,
          ...(signHash !== null && {
            digest: createHash(signHash).update(content).digest('base64'),
          }),
          content: Buffer.from(content).toString('base64'),
        },
        options,
      );
      return signatureIn(signed, { exec, publicKey, content });
    },
  };
}

function requestFor({ key }: ExecKey): Record<string, unknown> {
  return { version: PROTOCOL_VERSION, ...(key !== undefined && { key }) };
}

function publicKeyIn(answer: JsonObject, exec: ExecKey, rules: KeyRules): PublicKey {
  const { publicKey } = answer;
  if (typeof publicKey !== 'string') throw failed(exec, 'its answer has no "publicKey"');
  try {
    return parsePublicKey(publicKey, `exec:${exec.program}`, rules);
  } catch (error) {
    throw failed(exec, `its public key cannot be used: ${errorMessage(error)}`, error);
  }
}

function signatureIn(
  { signature }: JsonObject,
  asked: { readonly exec: ExecKey; readonly publicKey: PublicKey; readonly content: Uint8Array },
): Uint8Array {
  const { exec, publicKey, content } = asked;
  const bytes = base64Of(signature);
  if (bytes === undefined) throw failed(exec, 'its answer has no "signature" in base64');
  if (publicKey.verify(content, bytes)) return bytes;
  throw failed(exec, 'its signature does not verify with the public key that it named');
}

async function ask(
  exec: ExecKey,
  request: Record<string, unknown>,
  options: ExecOptions,
): Promise<JsonObject> {
  const { stdout, stderr, problem } = await run(exec, JSON.stringify(request), options);
  const answer = readAnswer(exec, stdout);
  const refusal = answer?.['error'];
  if (typeof refusal === 'string') {
    throw new AssayError(
      'ACCESS_DENIED',
      `the program "${exec.program}" refuses: ${shown(refusal)}`,
      {
        hint: 'Its own documentation says what it needs.',
      },
    );
  }
  if (problem !== undefined) {
    const said = shown(stderr);
    throw failed(exec, said === '' ? problem : `${problem} and said: ${said}`);
  }
  if (answer === undefined) throw failed(exec, 'its answer is not a JSON object');
  if (answer['version'] !== PROTOCOL_VERSION) {
    throw failed(exec, `its answer has not the "version" ${PROTOCOL_VERSION}`);
  }
  return answer;
}

function readAnswer({ program }: ExecKey, stdout: Buffer): JsonObject | undefined {
  try {
    return readJson(program, stdout);
  } catch {
    return undefined;
  }
}

interface Outcome {
  readonly stdout: Buffer;
  readonly stderr: string;
  readonly problem: string | undefined;
}

function run(exec: ExecKey, input: string, options: ExecOptions): Promise<Outcome> {
  const { env, signal, timeoutMs = TIMEOUT_MS } = options;
  throwIfInterrupted(signal);
  const child = spawn(exec.program, [], {
    env: childEnvironment(env),
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: process.platform !== 'win32',
    windowsHide: true,
  });
  const takeBack = onForcedExit(() => endGroup(child));
  return new Promise<Outcome>((resolve, reject) => {
    const pieces: Buffer[] = [];
    let lengthBytes = 0;
    let stderr = '';
    const end = (error: AssayError): void => {
      endAll(child);
      reject(error);
    };
    const interrupt = (): void => {
      endAll(child);
      reject(new AssayError('INTERRUPTED', 'interrupted'));
    };
    signal.addEventListener('abort', interrupt, { once: true });
    const timer = setTimeout(() => {
      const message = `the program "${exec.program}" did not answer within ${timeoutMs / 1000} s`;
      end(
        new AssayError('TIMEOUT', message, {
          hint: 'Run it by hand: it reads one JSON object from standard input.',
        }),
      );
    }, timeoutMs);
    child.stdout.on('data', (piece: Buffer) => {
      lengthBytes += piece.length;
      pieces.push(piece);
      if (lengthBytes > MAX_ANSWER_BYTES)
        end(failed(exec, `its answer is longer than ${MAX_ANSWER_BYTES} bytes`));
    });
    child.stderr.setEncoding('utf8').on('data', (piece: string) => {
      if (stderr.length < MAX_ANSWER_BYTES) stderr += piece;
    });
    // What it leaves behind may hold its output open.
    child.on('exit', () => setTimeout(() => endAll(child), LEFT_MS).unref());
    child.on('error', (error) => {
      clearTimeout(timer);
      reject(failed(exec, notStarted(error), error));
    });
    child.on('close', (code, ended) => {
      clearTimeout(timer);
      signal.removeEventListener('abort', interrupt);
      const how = ended === null ? `it ended with code ${code ?? -1}` : `it was ended by ${ended}`;
      resolve({ stdout: Buffer.concat(pieces), stderr, problem: code === 0 ? undefined : how });
    });
    // It may end without reading.
    child.stdin.on('error', () => undefined);
    child.stdin.end(`${input}\n`);
  }).finally(takeBack);
}

function notStarted(error: Error): string {
  const code = systemCode(error);
  if (code === 'ENOENT') return 'there is no such program';
  return code === 'EACCES' ? 'it is not executable' : `it cannot be run: ${error.message}`;
}

/** Ends a program with everything that it has started, also where the program itself has ended. */
function endAll(child: ChildProcess): void {
  if (child.stdout?.closed === true && child.stderr?.closed === true) return;
  endGroup(child);
  child.stdout?.destroy();
  child.stderr?.destroy();
}

function endGroup(child: ChildProcess): void {
  const { pid } = child;
  if (pid === undefined) return;
  try {
    // It leads a process group of its own, as it was started detached.
    process.kill(process.platform === 'win32' ? pid : -pid, 'SIGKILL');
  } catch {
    child.kill('SIGKILL');
  }
}

function shown(text: string): string {
  return text.trim().split('\n', 1)[0]?.slice(0, MAX_SAID) ?? '';
}

function failed({ program }: ExecKey, reason: string, cause?: unknown): AssayError {
  return new AssayError('CONFIG_INVALID', `the program "${program}" cannot sign: ${reason}`, {
    hint: 'docs/signing-programs.md describes what it must answer.',
    cause,
  });
}
