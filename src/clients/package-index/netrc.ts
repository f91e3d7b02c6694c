/**
 * Logins of `.netrc`, which pip uses for indexes without one of their own.
 *
 * Source: GNU inetutils manual, "The .netrc file": words; `machine NAME login NAME password TEXT`,
 * `default`, `macdef`.
 *
 * Reads: `.netrc`.
 */

import { join } from 'node:path';

import type { Environment } from '../../core/model/artifact/environment.ts';
import { homeOf, readConfigurationFile } from './configuration-files.ts';

/** A user name and a password. */
export interface NetrcCredentials {
  readonly username: string;
  readonly password: string;
}

/** A comment stands where a keyword could; a value can begin with a number sign. */
const KEYWORD = /\s*(?:#[^\n]*\s*)*(?<word>[^\s#]\S*)/uy;
const VALUE = /\s*(?<word>"(?:[^"\\]|\\.)*"|\S+)/uy;
/** A macro ends at an empty line. */
const MACRO_END = /\n[^\S\n]*\n/gu;

/**
 * Returns the login for a host; `undefined` if there is none. @throws AssayError `CONFIG_INVALID`
 */
export async function netrcCredentials(
  host: string,
  env: Environment,
): Promise<NetrcCredentials | undefined> {
  const path = env['NETRC'] ?? join(homeOf(env), '.netrc');
  const text = await readConfigurationFile(path);
  return text === undefined ? undefined : findLogin(text, host);
}

function findLogin(text: string, host: string): NetrcCredentials | undefined {
  let at = 0;
  const next = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    const word = pattern.exec(text)?.groups?.['word'];
    at = pattern.lastIndex;
    return word;
  };
  const nextValue = (): string => unquote(next(VALUE) ?? '');
  let isHost = false;
  let username: string | undefined;
  for (let word = next(KEYWORD); word !== undefined; word = next(KEYWORD)) {
    if (word === 'machine' || word === 'default') {
      isHost = word === 'default' || nextValue() === host;
      username = undefined;
    } else if (word === 'login' || word === 'password' || word === 'account') {
      const value = nextValue();
      if (isHost && word === 'login') username = value;
      if (isHost && word === 'password') return { username: username ?? '', password: value };
    } else if (word === 'macdef') {
      MACRO_END.lastIndex = at;
      at = MACRO_END.exec(text) === null ? text.length : MACRO_END.lastIndex;
    }
  }
  return undefined;
}

function unquote(word: string): string {
  return word.startsWith('"')
    ? word.slice(1, -1).replace(/\\(?<character>.)/gu, '$<character>')
    : word;
}
