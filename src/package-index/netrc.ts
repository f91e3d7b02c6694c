/**
 * Logins of `.netrc`, which pip uses for indexes without one of their own.
 *
 * Source: GNU inetutils manual, "The .netrc file": words; `machine NAME login NAME password TEXT`, `default`, `macdef`.
 */

import { join } from 'node:path';

import type { Environment } from '../model/environment.ts';
import { homeOf, readConfigurationFile } from './configuration-files.ts';

/** A user name and a password. */
export interface NetrcCredentials {
  readonly login: string;
  readonly password: string;
}

const WORDS = /"(?:[^"\\]|\\.)*"|#[^\n]*|\S+/gu;

/** Returns the login for a host; `undefined` if there is none. @throws AssayError `CONFIG_INVALID` */
export async function netrcCredentials(
  host: string,
  env: Environment,
): Promise<NetrcCredentials | undefined> {
  const path = env['NETRC'] ?? join(homeOf(env), '.netrc');
  const text = await readConfigurationFile(path);
  return text === undefined ? undefined : findLogin(text, host);
}

function findLogin(text: string, host: string): NetrcCredentials | undefined {
  // A macro ends at an empty line.
  const plain = text.replace(/^macdef[^]*?(?:\n\s*\n|$)/gmu, '');
  const words = [...plain.matchAll(WORDS)]
    .map(([word]) => word)
    .filter((word) => !word.startsWith('#'));
  let isHost = false;
  let login: string | undefined;
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index];
    const value = unquote(words[index + 1] ?? '');
    if (word === 'machine' || word === 'default') {
      isHost = word === 'default' || value === host;
      login = undefined;
      if (word === 'machine') index += 1;
    } else if (word === 'login' || word === 'password' || word === 'account') {
      index += 1;
      if (isHost && word === 'login') login = value;
      if (isHost && word === 'password') return { login: login ?? '', password: value };
    }
  }
  return undefined;
}

function unquote(word: string): string {
  return word.startsWith('"')
    ? word.slice(1, -1).replace(/\\(?<character>.)/gu, '$<character>')
    : word;
}
