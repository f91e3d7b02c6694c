/**
 * Logins in the settings of package managers, which must not be published: npm never packs
 * `.npmrc`, and yarn 4 does.
 *
 * Sources: npm documentation, ".npmrc", "Auth related configuration"; yarn documentation,
 * `npmAuthToken` and `npmAuthIdent`; bun documentation, "bunfig.toml", `install.registry`.
 */

import { baseName } from '../../../core/base/artifact-path.ts';

const SETTINGS: ReadonlySet<string> = new Set(['.npmrc', '.yarnrc', '.yarnrc.yml', 'bunfig.toml']);
/** A key of a login with a value that is no variable of the environment. */
const LOGIN =
  /(?:_authToken|_auth|_password|npmAuthToken|npmAuthIdent|\btoken|\bpassword)["']?[ \t=:]{1,100}["']?[^\s"'$=:]/iu;

/** Returns whether a file can contain logins. `path` is one inside a package. */
export function isSettingsFile(path: string): boolean {
  return SETTINGS.has(baseName(path).toLowerCase());
}

/** Returns whether settings contain a login itself, not the name of a variable. */
export function hasLogin(settings: Uint8Array): boolean {
  return LOGIN.test(new TextDecoder('utf-8').decode(settings));
}
