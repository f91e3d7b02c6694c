/**
 * Values that only a name announces. Written rules decide: the name must be that of a secret, the
 * file must be able to contain such an assignment, and the value must be no placeholder, reference
 * or text.
 */

import { extname } from 'node:path/posix';

import { baseName } from '../../../core/base/artifact-path.ts';
import { isSecretName } from '../../../core/base/secret-names.ts';
import type { Assignment } from './assignment.ts';
import { entropyOf } from './entropy.ts';
import type { SecretMatch } from './secret-format.ts';
import { isPlaceholder, isPlainText, isReference, isWellKnown } from './silence.ts';
import { GENERIC_PASSWORD, GENERIC_SECRET } from './special-kinds.ts';

/** The kind of a file, as far as it decides which assignments count. */
export type FileForm = 'settings' | 'shell' | 'code' | 'text' | 'binary';

const SETTINGS = new Set([
  '',
  '.env',
  '.ini',
  '.conf',
  '.cfg',
  '.cnf',
  '.properties',
  '.yml',
  '.yaml',
  '.toml',
  '.json',
  '.json5',
  '.jsonc',
  '.xml',
  '.config',
  '.tf',
  '.tfvars',
  '.hcl',
  '.service',
  '.plist',
  '.ipynb',
  '.settings',
  '.local',
  '.production',
  '.development',
  '.netrc',
  '.npmrc',
  '.pypirc',
  '.reg',
  '.rc',
  '.environment',
  '.secret',
  '.secrets',
  '.credentials',
  '.pgpass',
  '.tfstate',
  '.kdl',
  '.har',
  '.sql',
  '.csv',
]);
const SHELL = new Set([
  '.sh',
  '.bash',
  '.zsh',
  '.fish',
  '.ksh',
  '.bat',
  '.cmd',
  '.ps1',
  '.psm1',
  '.history',
]);
const TEXT = new Set([
  '.md',
  '.rst',
  '.txt',
  '.adoc',
  '.html',
  '.htm',
  '.1',
  '.5',
  '.8',
  '.po',
  '.pot',
  '.log',
  '.tex',
]);

/** Returns the form of a file by its path. */
export function fileFormOf(path: string, isBinary: boolean): FileForm {
  if (isBinary) return 'binary';
  const name = baseName(path).toLowerCase();
  if (/_history$|^\.?(?:bash|zsh)rc$|^\.?(?:bash_)?profile$/u.test(name)) return 'shell';
  if (/^\.env|\.env$|^(?:docker|container)file/u.test(name)) return 'settings';
  const extension = extname(name);
  if (SHELL.has(extension)) return 'shell';
  if (SETTINGS.has(extension) || name.startsWith('.')) return 'settings';
  return TEXT.has(extension) ? 'text' : 'code';
}

const PASSWORD_NAME = /(?:password|passwd|passphrase|pass|pwd|sshpass)$/u;
/** The shortest password that counts, and the shortest key or token. */
const MIN_PASSWORD = 8;
const MIN_SECRET = 16;
const MAX_PASSWORD = 64;
const MAX_SECRET = 256;

/** Returns the secret that an assignment contains by its name. */
export function genericSecret(assignment: Assignment, form: FileForm): SecretMatch | undefined {
  const { name, words, value, start, end } = assignment;
  if (!isSecretName(name) || !canAssign(assignment, form)) return undefined;
  const isPassword = PASSWORD_NAME.test(words);
  const isSecret = isPassword ? isPasswordValue(value, form) : isSecretValue(value, form);
  if (!isSecret || isSilent(value)) return undefined;
  return { kind: isPassword ? GENERIC_PASSWORD : GENERIC_SECRET, start, end, names: [words] };
}

/** In code and in texts, only quoted values count: others are expressions and sentences. */
function canAssign(
  { isQuoted, separator, nameStart, start, name }: Assignment,
  form: FileForm,
): boolean {
  if (separator === ',' && !isQuoted) return false;
  if (separator === ' ') return form === 'shell' ? name.startsWith('-') : false;
  if (separator === '>' && form !== 'settings' && form !== 'text') return false;
  if (form === 'binary') return separator === '=' && start === nameStart + name.length + 1;
  return isQuoted || form === 'settings' || form === 'shell';
}

function isSilent(value: string): boolean {
  return isReference(value) || isPlaceholder(value) || isWellKnown(value) || isPlainText(value);
}

/**
 * Returns whether a value may be a password: it has no blanks, and something that words do not
 * have.
 */
export function isPasswordValue(value: string, form: FileForm): boolean {
  if (value.length < MIN_PASSWORD || value.length > MAX_PASSWORD || /\s/u.test(value)) return false;
  if (form === 'binary' && value.length < MIN_SECRET) return false;
  const kinds = [/[a-z]/u, /[A-Z]/u, /\d/u, /[^A-Za-z0-9]/u].filter((one) =>
    one.test(value),
  ).length;
  return kinds >= 2 && entropyOf(value) >= 2.7 && !/[<>{}]|\[:?\w+\]|%[sdv]|\\[dwsx]/u.test(value);
}

const KEY_CHARACTERS = /^[A-Za-z0-9+/=_.~:!@#$%^&*-]+$/u;
const HEXADECIMAL = /^[0-9a-f]+$/iu;

/** A key or token is random: digits and letters, and much entropy for its length. */
function isSecretValue(value: string, form: FileForm): boolean {
  if (value.length < MIN_SECRET || value.length > MAX_SECRET || !KEY_CHARACTERS.test(value))
    return false;
  if (!/\d/u.test(value) || !/[A-Za-z]/u.test(value)) return false;
  if (HEXADECIMAL.test(value)) return entropyOf(value) >= 2.9;
  const least = form === 'binary' || form === 'text' ? 4 : 3.5;
  return entropyOf(value) >= Math.min(least, Math.log2(value.length) - 0.4);
}
