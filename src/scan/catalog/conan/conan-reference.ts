/**
 * References of Conan packages: `name/version@user/channel#revision%time:package`.
 *
 * Source: the Conan documentation, "Conan references" and "Version ranges", of Conan 1 and 2. A
 * range (`[>1.0]`) stands where a version would and is none; lockfiles have what it was resolved
 * to.
 */

import type { CatalogedPackage } from '../../../core/model/catalog/catalog.ts';

const REFERENCE =
  /^(?<name>[A-Za-z0-9_][A-Za-z0-9_+.-]{0,100})\/(?<version>[^[@#:%/\s][^@#:%/\s]{0,199})(?:@(?<user>[^/@#:%\s]{0,100})(?:\/(?<channel>[^@#:%\s]{0,100}))?)?(?:[#:%].*)?$/;

/**
 * Returns the name, version and, where the package has them, user and channel; `undefined` where it
 * is no reference.
 */
export function readConanReference(
  text: string,
): Pick<CatalogedPackage, 'name' | 'version' | 'qualifiers'> | undefined {
  const { name, version, user, channel } = REFERENCE.exec(text.slice(0, 2000))?.groups ?? {};
  if (name === undefined || version === undefined) return undefined;
  const qualifiers = new Map<string, string>();
  // Conan 1 writes an underscore for none.
  if (isGiven(user)) qualifiers.set('user', user);
  if (isGiven(channel)) qualifiers.set('channel', channel);
  return { name, version, ...(qualifiers.size > 0 && { qualifiers }) };
}

function isGiven(text: string | undefined): text is string {
  return text !== undefined && text !== '' && text !== '_';
}
