/**
 * What a registry says when it refuses, as an error for people.
 *
 * Source: OCI distribution specification, "Error Codes". What is no such document is left out of the message.
 */

import { AssayError } from '../base/errors.ts';
import { isJsonArray, readJsonValue, readStrings, isJsonObject } from '../format/json.ts';
import type { FoundCredentials } from './credentials.ts';
import type { RegistryAnswer } from './transport.ts';

/** What was asked for, and who asked. */
export interface Asked {
  /** In errors, as in `"ghcr.io/acme/app:1"`. */
  readonly name: string;
  readonly host: string;
  /** Absent where nobody has looked for any. */
  readonly found?: FoundCredentials | undefined;
}

const MAX_SAID = 400;
/** Errors are short; whoever sends more says nothing that a person would read. */
const MAX_ERROR_BYTES = 64 * 1024;

/** A refusal as it came. */
export interface Refusal {
  readonly status: number;
  /** What the registry says about it; empty where it says nothing. */
  readonly said: string;
}

/** An error for an answer that is none of those hoped for; reads its body. */
export async function refusal(answer: RegistryAnswer, asked: Asked): Promise<AssayError> {
  return refusalError(await readRefusal(answer), asked);
}

export async function readRefusal(answer: RegistryAnswer): Promise<Refusal> {
  return { status: answer.status, said: await saidBy(answer) };
}

export function refusalError({ status, said }: Refusal, asked: Asked): AssayError {
  const told = said === '' ? `status ${status}` : `status ${status}, ${said}`;
  const { name, host } = asked;
  switch (status) {
    case 401:
      return new AssayError('REGISTRY_DENIED', `${host} wants a login for ${name} (${told})`, {
        hint: loginHint(asked),
      });
    case 403:
      return new AssayError('REGISTRY_DENIED', `${host} refuses ${name} (${told})`, {
        hint: loginHint(asked),
      });
    case 404:
      return new AssayError('NOT_FOUND', `${host} has no ${name} (${told})`, {
        hint: 'Check the spelling, the tag and whether the image was pushed there.',
      });
    default:
      return new AssayError('NETWORK', `${host} cannot answer for ${name} (${told})`, {
        hint: 'Check that this is a container registry, and its own log.',
      });
  }
}

/** What to do where a login was wanted, or was not good enough. */
function loginHint({ host, found }: Asked): string {
  const lines =
    found?.credentials === undefined
      ? [`Log in: docker login ${host}, podman login ${host}, or --username and --password.`]
      : [`The credentials of ${found.from ?? 'this run'} were refused, or do not reach this far.`];
  return [
    ...lines,
    'An image that does not exist is often answered in the same way.',
    ...(found?.problems ?? []),
  ].join('\n');
}

async function saidBy(answer: RegistryAnswer): Promise<string> {
  const pieces: Uint8Array[] = [];
  let lengthBytes = 0;
  for await (const piece of answer.body) {
    lengthBytes += piece.length;
    if (lengthBytes > MAX_ERROR_BYTES) return '';
    pieces.push(piece);
  }
  try {
    const json = readJsonValue('answer', Buffer.concat(pieces));
    const errors = isJsonObject(json) ? json['errors'] : undefined;
    const rows = isJsonArray(errors) ? errors : [json];
    const texts = rows.map((row) => {
      const { code, message, details } = readStrings(row, ['code', 'message', 'details']);
      const text = message ?? details ?? '';
      return code === undefined || text === '' ? (code ?? text) : `${code}: ${text}`;
    });
    return oneLine(texts.filter(Boolean).join('; '));
  } catch {
    return '';
  }
}

function oneLine(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  return line.length > MAX_SAID ? `${line.slice(0, MAX_SAID)}...` : line;
}
