/**
 * Names that leave out the registry.
 *
 * Source: containers-registries.conf(5), "Short-Name Aliasing". Where no file of this machine says
 * anything they mean Docker's registry.
 */

import { parseImageReference, parseWrittenReference, type ImageReference } from './reference.ts';
import type { RegistriesConf } from './registries-conf.ts';

/** The references that a name may mean, most wanted first, and the alias that decided it. */
export interface ResolvedShortName {
  readonly references: readonly ImageReference[];
  readonly aliasFrom?: string;
}

/**
 * Returns the references that an image name can stand for, in the order in which they are tried.
 *
 * @throws AssayError `USAGE`
 */
export function resolveShortName(text: string, conf: RegistriesConf): ResolvedShortName {
  const plain = parseImageReference(text);
  if (hasDomain(text)) return { references: [plain] };
  const { path, tag, digest } = parseWrittenReference(text);
  const version = {
    ...(tag === undefined ? {} : { tag }),
    ...(digest === undefined ? {} : { digest }),
  };
  // The grammar alone takes `acme` in `acme/app` for a domain; it is none here.
  const short = text.slice(0, text.length - endLength(text));
  const alias = conf.aliases.get(short);
  if (alias !== undefined && alias.name !== '') {
    const reference = parseImageReference(alias.name);
    return { references: [{ ...reference, ...version }], aliasFrom: alias.from };
  }
  const registries = conf.searchRegistries ?? [];
  if (registries.length === 0 || path === '') return { references: [plain] };
  return { references: registries.map((registry) => parseImageReference(`${registry}/${text}`)) };
}

/**
 * Returns whether the first part of a name is a registry: it has a dot, a colon, an upper-case
 * letter, or is `localhost`.
 */
function hasDomain(text: string): boolean {
  const first = text.slice(0, Math.max(text.indexOf('/'), 0));
  return first !== '' && (/[.:A-Z]/.test(first) || first === 'localhost');
}

/** Returns the length of the tag and the digest after a name. */
function endLength(text: string): number {
  const at = text.indexOf('@');
  const name = at < 0 ? text : text.slice(0, at);
  const colon = name.lastIndexOf(':');
  return text.length - (colon > name.lastIndexOf('/') ? colon : name.length);
}
