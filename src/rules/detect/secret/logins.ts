/**
 * Passwords in commands, and in files of logins, where no name stands in front of the value.
 *
 * Sources: mysql(1), `-p`; curl(1), `-u`; sshpass(1), `-p`; redis-cli, `-a`; docker login, `-p`;
 * GNU inetutils, "The .netrc file"; PostgreSQL, "The Password File"; htpasswd(1); shadow(5);
 * crypt(5).
 */

import { baseName } from '../../../core/base/artifact-path.ts';
import { isPasswordValue, type FileForm } from './generic.ts';
import type { SecretKind, SecretMatch } from './secret-format.ts';
import { isPlaceholder, isPlainText, isReference, isWellKnown } from './silence.ts';
import { COMMAND_PASSWORD, LOGIN_PASSWORD, PASSWORD_HASH } from './special-kinds.ts';

/** Programs that take a password, and the first words of an entry of `.netrc`. */
export const LOGIN_LITERALS = [
  ...['mysql', 'mariadb', 'curl ', 'sshpass ', 'redis-cli ', 'docker login', 'podman login'],
  ...['machine ', 'default login'],
] as const;

const MAX_COMMAND = 600;
const VALUE = String.raw`(?:'(?<single>[^'\n]{1,200})'|"(?<double>[^"\n]{1,200})"|(?<plain>[^\s'"|;&\\\0]{1,200}))`;
const REST = String.raw`(?:[^\n|;&\0]{0,400}?\s)?`;

/** Commands up to their passwords. */
const COMMANDS: readonly RegExp[] = [
  new RegExp(String.raw`^(?:mysql|mariadb)[\w-]{0,20}\s${REST}-p${VALUE}`, 'd'),
  new RegExp(
    String.raw`^curl\s${REST}(?:-[a-zA-Z]{0,8}[uU]|--(?:proxy-)?user)[= ]?["']?[^\s:"'$/]{1,64}:(?<plain>[^\s"'|;&\\\0]{1,200})`,
    'd',
  ),
  new RegExp(String.raw`^sshpass\s${REST}-p\s?${VALUE}`, 'd'),
  new RegExp(String.raw`^redis-cli\s${REST}-a\s${VALUE}`, 'd'),
  new RegExp(String.raw`^(?:docker|podman) login\s${REST}-p[ =]?${VALUE}`, 'd'),
];
/** The entries of a machine, on one line or on several. */
const NETRC =
  /^(?:machine\s{1,8}\S{1,255}|default)\s{1,40}(?:login\s{1,8}\S{1,255}\s{1,40})?(?:account\s{1,8}\S{1,255}\s{1,40})?password\s{1,8}(?<plain>\S{1,200})/d;

/**
 * Returns the password of the command or entry that a literal begins. Entries in code and in texts
 * for people are examples.
 */
export function loginAt(
  bytes: Buffer,
  offset: number,
  { form }: { readonly form: FileForm },
): SecretMatch | undefined {
  const text = bytes.toString('latin1', offset, offset + MAX_COMMAND);
  const command = valueIn(text, COMMANDS);
  if (command !== undefined) {
    const isPassword = isPasswordValue(command.value, 'shell') && !isSilent(command.value);
    return isPassword ? matchOf(COMMAND_PASSWORD, command, offset) : undefined;
  }
  if (form !== 'settings' && form !== 'shell') return undefined;
  const entry = valueIn(text, [NETRC]);
  return entry === undefined || !isLoginPassword(entry.value)
    ? undefined
    : matchOf(LOGIN_PASSWORD, entry, offset);
}

const PGPASS_FILE = /^(?:\.pgpass|pgpass\.conf)$/iu;
const PGPASS_LINE = /^(?!#)(?:(?:\\.|[^:\\\n]){1,255}:){4}(?<plain>[^\r\n]{1,200})$/dgmu;
const HASH_FILE = /^(?:\.?htpasswd|g?shadow-?)$/iu;
const HASH_LINE =
  /^[^:#\s]{1,255}:(?<plain>\$(?:apr1|1|2[abxy]?|5|6|7|y|gy)\$[^:\s]{20,200}|\{S?SHA\d{0,3}\}[A-Za-z0-9+/=]{20,200})/dgmu;

/** Returns the passwords of a file, such as `.pgpass`, that by its name has one on each line. */
export function loginsOfFile(bytes: Buffer, path: string): readonly SecretMatch[] {
  const name = baseName(path);
  if (PGPASS_FILE.test(name)) {
    return linesOf(bytes, PGPASS_LINE)
      .filter(({ value }) => isLoginPassword(value))
      .map((one) => matchOf(LOGIN_PASSWORD, one, 0));
  }
  if (!HASH_FILE.test(name)) return [];
  return linesOf(bytes, HASH_LINE).map((one) => matchOf(PASSWORD_HASH, one, 0));
}

interface PlacedValue {
  readonly value: string;
  readonly start: number;
}

function linesOf(bytes: Buffer, pattern: RegExp): readonly PlacedValue[] {
  return [...bytes.toString('latin1').matchAll(pattern)].flatMap((found) => valueOf(found) ?? []);
}

function valueIn(text: string, patterns: readonly RegExp[]): PlacedValue | undefined {
  for (const pattern of patterns) {
    const found = pattern.exec(text);
    if (found !== null) return valueOf(found);
  }
  return undefined;
}

function valueOf({ groups = {}, indices }: RegExpExecArray): PlacedValue | undefined {
  for (const name of ['single', 'double', 'plain']) {
    const value = groups[name];
    const start = indices?.groups?.[name]?.[0];
    if (value !== undefined && start !== undefined) return { value, start };
  }
  return undefined;
}

function matchOf(kind: SecretKind, { value, start }: PlacedValue, offset: number): SecretMatch {
  const from = offset + start;
  return { kind, start: from, end: from + value.length, names: [kind.id] };
}

/** The shortest password of a login that counts. */
const MIN_PASSWORD = 6;

function isLoginPassword(value: string): boolean {
  return (
    value.length >= MIN_PASSWORD &&
    !isReference(value) &&
    !isPlaceholder(value) &&
    !isWellKnown(value)
  );
}

function isSilent(value: string): boolean {
  return isReference(value) || isPlaceholder(value) || isWellKnown(value) || isPlainText(value);
}
