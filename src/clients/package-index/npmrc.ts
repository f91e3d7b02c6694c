/**
 * The text of an `.npmrc`: keys and values, with variables of the environment.
 *
 * Source: npm documentation, "npmrc"; package `ini` for comments and quotes. A line without `=` is
 * a key that is `true`; sections have no meaning here.
 *
 * Reads: `.npmrc`.
 */

import type { Environment } from '../../core/model/artifact/environment.ts';

/** The settings of one file: the values of each key, in order; keys with `[]` have several. */
export type NpmSettings = ReadonlyMap<string, readonly string[]>;

const VARIABLE = /(?<escapes>\\*)\$\{(?<name>[^${}?]+)(?<optional>\?)?\}/gu;

/**
 * Reads the settings of a file. `env` replaces `${NAME}`; a variable that is not set stays as it is
 * written, `${NAME?}` is empty then. Without `env` nothing is replaced.
 */
export function readNpmrc(text: string, env: Environment | undefined): NpmSettings {
  const settings = new Map<string, string[]>();
  for (const written of text.split(/[\r\n]+/u)) {
    const line = written.trim();
    if (line === '' || /^[;#[]/u.test(line)) continue;
    const equals = line.indexOf('=');
    const rawKey = unquote(equals < 0 ? line : line.slice(0, equals));
    const value = equals < 0 ? 'true' : unquote(line.slice(equals + 1));
    const isList = rawKey.endsWith('[]');
    const key = expand(isList ? rawKey.slice(0, -2) : rawKey, env);
    if (key === '') continue;
    const values = isList ? (settings.get(key) ?? []) : [];
    settings.set(key, [...values, expand(value, env)]);
  }
  return settings;
}

/** Returns whether a value still names a variable, which is not set or not to be used. */
export function hasVariable(value: string): boolean {
  return new RegExp(VARIABLE).test(value);
}

function expand(text: string, env: Environment | undefined): string {
  if (env === undefined) return text;
  return text.replace(VARIABLE, (whole: string, ...rest: unknown[]) => {
    const { escapes, name, optional } = rest.at(-1) as Record<string, string | undefined>;
    if ((escapes?.length ?? 0) % 2 === 1) return whole.slice(((escapes?.length ?? 0) + 1) / 2);
    const lead = '\\'.repeat((escapes?.length ?? 0) / 2);
    const value = env[name ?? ''];
    if (value !== undefined) return lead + value;
    return optional === undefined ? whole : lead;
  });
}

/** A quoted value is text of JSON; another one ends at a comment, unless that is escaped. */
function unquote(raw: string): string {
  const text = raw.trim();
  const isQuoted = /^"[^]*"$/u.test(text) || /^'[^]*'$/u.test(text);
  if (isQuoted && text.length > 1) {
    if (text.startsWith("'")) return text.slice(1, -1);
    try {
      const value: unknown = JSON.parse(text);
      if (typeof value === 'string') return value;
    } catch {
      return text;
    }
  }
  let plain = '';
  for (let index = 0; index < text.length; index += 1) {
    const character = text.charAt(index);
    const next = text.charAt(index + 1);
    if (character === '\\' && /[\\;#]/u.test(next)) {
      plain += next;
      index += 1;
    } else if (character === ';' || character === '#') break;
    else plain += character;
  }
  return plain.trim();
}
