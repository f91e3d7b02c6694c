/**
 * The full name of a gem with its version and platform: `nokogiri-1.18.2-x86_64-linux`.
 *
 * Source: RubyGems, `Gem::Specification#full_name` and `Gem::Version`: a version begins with a
 * digit and holds letters, digits and dots; the platform `ruby` is not written.
 */

/** One gem of one platform. */
export interface GemVersion {
  readonly version: string;
  /** Absent for gems of every platform. */
  readonly platform?: string;
}

const VERSION = /^\d+(?:\.[0-9A-Za-z]+)*$/;
const NAME = /^[A-Za-z0-9_.-]{1,250}$/;
/** The platform of gems without compiled parts. */
const EVERY_PLATFORM = 'ruby';

/** Returns whether a text can be the name of a gem. */
export function isGemName(text: string): boolean {
  return NAME.test(text);
}

/** Splits `1.18.2-x86_64-linux`; `undefined` where it begins with no version. */
export function readGemVersion(text: string): GemVersion | undefined {
  const dash = text.indexOf('-');
  const version = dash === -1 ? text : text.slice(0, dash);
  if (!VERSION.test(version)) return undefined;
  return withPlatform(version, dash === -1 ? undefined : text.slice(dash + 1));
}

/** Returns the version and, where it is not the one of all gems, the platform. */
export function withPlatform(version: string, platform: string | undefined): GemVersion {
  const isOwn = platform !== undefined && platform !== '' && platform !== EVERY_PLATFORM;
  return { version, ...(isOwn && { platform }) };
}

/**
 * Returns the version in the full name of a gem whose name is known; `undefined` for another gem's
 * name.
 */
export function versionInFullName(fullName: string, name: string): GemVersion | undefined {
  return fullName.startsWith(`${name}-`)
    ? readGemVersion(fullName.slice(name.length + 1))
    : undefined;
}
