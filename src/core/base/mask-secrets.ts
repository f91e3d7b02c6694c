/**
 * Masks what may be a secret in texts of an image's configuration before they get into a report or
 * a cache: variables, labels, commands and the history; and in lines that messages quote. It masks
 * too much rather than too little, knows no formats, and needs no table: values of names of
 * secrets, passwords of addresses, logins of headers, and words that look random. Digests, versions
 * and fingerprints of keys stay. Finding secrets is the work of `detect/secret/`.
 */

import { redact } from './redact.ts';
import { isSecretName } from './secret-names.ts';

const MASK = '***';

const ASSIGNMENT =
  /(?<![\w.-])(?<name>[A-Za-z_][\w.-]{0,127})(?<mark>=|(?= )(?<=\b(?:ENV|ARG|LABEL) [\w.-]{1,128}) )(?:"(?:[^"\\]|\\.)*"?|'[^']*'?|(?:[^\s\\]|\\.)+)/gu;
const HEADER = /\b(?<scheme>bearer|basic|token) +[A-Za-z0-9._~+/-]{8,}={0,2}/giu;
const OPTION = /(?<name>--?[A-Za-z][\w-]{0,60})(?<mark>=| {1,4})(?:"[^"]*"?|'[^']*'?|[^\s"']+)/gu;
/** A word with digits and both cases of letters, or a public beginning with a long random part. */
const WORD = /[A-Za-z0-9_+/=~-]{20,}|[A-Za-z0-9]{4,}[-_.][0-9A-Fa-f]{24,}/gu;
const DIGEST = /^(?:sha\d+|md5|blake\d\w?)[-_=]|^[0-9a-f]{12,128}$|^[0-9A-F]{8,64}$/u;

const HEX_TAIL = /[-_.][0-9A-Fa-f]{24,}$/u;

/** Returns a command or an instruction without what may be a secret. */
export function maskSecrets(text: string): string {
  return maskWords(redact(maskNamed(text)));
}

/** A name and its value as files write them: `"name": "value"`, `name = value`. */
const PAIR =
  /(?<name>[A-Za-z_][\w.-]{0,63})(?<mark>(?:\\?["'])?\s{0,4}[:=>]\s{0,4}(?:\\?["'])?)(?<value>[^\s"'\\,;<{}[\]]{1,512})/gu;

/**
 * Returns a line of a file, as messages about damaged files quote it, without what may be a secret.
 */
export function maskLine(text: string): string {
  const named = text.replace(PAIR, (whole: string, name: string, mark: string) =>
    isSecretName(name) ? `${name}${mark}${MASK}` : whole,
  );
  return maskWords(redact(maskNamed(named)));
}

/**
 * Returns a setting (`NAME=value`) without its value if it may be a secret, else with possible
 * secrets in it masked.
 */
export function maskSetting(setting: string): string {
  const at = setting.indexOf('=');
  const name = at < 0 ? '' : setting.slice(0, at);
  if (name !== '' && isSecretName(name) && at + 1 < setting.length) return `${name}=${MASK}`;
  return `${name}${at < 0 ? '' : '='}${maskSecrets(setting.slice(at + 1))}`;
}

function maskNamed(text: string): string {
  return text
    .replace(ASSIGNMENT, (whole: string, name: string, mark: string) =>
      isSecretName(name) ? `${name}${mark}${MASK}` : whole,
    )
    .replace(OPTION, (whole: string, name: string, mark: string) =>
      isSecretName(name.replace(/^-+/u, '')) ? `${name}${mark}${MASK}` : whole,
    )
    .replace(HEADER, (_, scheme: string) => `${scheme} ${MASK}`);
}

function maskWords(text: string): string {
  return text.replace(WORD, (word) => (isRandom(word) ? MASK : word));
}

/** Directories of packages, whose names in a path look random beside versions. */
const PACKAGES = /^(?:site-packages|dist-packages|node_modules)$/u;
const MAX_PATH_PART = 20;

/**
 * Returns whether a word is a path in a directory of packages, without a part that is long enough
 * for a secret.
 */
function isPackagePath(word: string): boolean {
  const parts = word.split('/');
  return (
    parts.some((part) => PACKAGES.test(part)) && parts.every(({ length }) => length < MAX_PATH_PART)
  );
}

function isRandom(word: string): boolean {
  if (DIGEST.test(word) || isPackagePath(word)) return false;
  const digits = word.match(/\d/gu)?.length ?? 0;
  if (!/[A-Za-z]/u.test(word)) return false;
  if (HEX_TAIL.test(word)) return true;
  if (!/[A-Z]/u.test(word) || !/[a-z]/u.test(word)) return false;
  if (digits === 0) return changes(word) >= word.length / 3;
  return !word.includes('/') || changes(word) >= word.length / 4;
}

/**
 * Returns the number of changes between letters, digits and cases: words change at their borders,
 * random texts at every second place.
 */
function changes(word: string): number {
  let count = 0;
  for (let at = 1; at < word.length; at += 1) {
    if (kindOf(word.charCodeAt(at)) !== kindOf(word.charCodeAt(at - 1))) count += 1;
  }
  return count;
}

function kindOf(code: number): number {
  if (code >= 0x30 && code <= 0x39) return 0;
  if (code >= 0x41 && code <= 0x5a) return 1;
  return code >= 0x61 && code <= 0x7a ? 2 : 3;
}
