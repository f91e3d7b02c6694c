/**
 * Versions of Go modules and of the Go toolchain, which is the version of the standard library.
 *
 * Source: the Go Modules Reference, "Versions" and "Pseudo-versions", and the documentation of
 * golang.org/x/mod/semver: Semantic Versioning with a leading `v`, where `v1` and `v1.2` stand for
 * `v1.0.0` and `v1.2.0`. Pseudo-versions and `+incompatible` need no rule of their own: the first
 * are pre-releases, the second is build metadata. Toolchains are read as the Go vulnerability
 * database writes them: `go1.21rc2` is `1.21.0-rc.2`, `go1.22.6` is `1.22.6`; what a vendor adds
 * (`go1.22.6 X:boringcrypto`, `go1.22.6-red`) does not count. The database leaves out the `v`, and
 * so may everything here. Refused: what is no semantic version, as development builds
 * (`devel go1.24-0a1b2c`).
 */

import { cacheParsed } from './scheme-factories.ts';
import { semanticScheme, formatSemantic, parseSemantic } from './semantic-version.ts';

const TOOLCHAIN =
  /^go(?<release>[0-9]+(?:\.[0-9]+){0,2})(?:(?<stage>alpha|beta|rc)(?<count>[0-9]+))?(?:[-+ ].*)?$/s;
/** Without `go`, only the pre-releases differ from semantic versions. */
const BARE_PRERELEASE =
  /^v?(?<release>[0-9]+\.[0-9]+(?:\.[0-9]+)?)(?<stage>alpha|beta|rc)(?<count>[0-9]+)$/;
/** The short forms, to which neither pre-release nor build metadata may be added. */
const SHORT = /^v(?:0|[1-9][0-9]*)(?:\.(?:0|[1-9][0-9]*))?$/;
const INCOMPATIBLE = 'incompatible';

/** The semantic version that the text stands for. */
const semantic = cacheParsed(readSemantic);

export const go = semanticScheme({
  id: 'go',
  parse: (version) => parseSemantic(semantic(version)),
  isValid(_parsed, version) {
    if (SHORT.test(version) || TOOLCHAIN.test(version)) return true;
    const parsed = parseSemantic(version);
    return parsed?.isStrict === true && parsed.prefix === 'v' && version.trim() === version;
  },
  format(parsed) {
    // As module.CanonicalVersion: the only build metadata that says something about a module.
    const end = parsed.build === INCOMPATIBLE ? `+${INCOMPATIBLE}` : '';
    return `v${formatSemantic(parsed)}${end}`;
  },
});

function readSemantic(text: string): string {
  const version = text.trim();
  const groups = (TOOLCHAIN.exec(version) ?? BARE_PRERELEASE.exec(version))?.groups;
  if (groups === undefined) return version;
  const { release = '', stage, count = '' } = groups;
  if (stage === undefined) return release;
  const missing = '.0'.repeat(3 - release.split('.').length);
  return `${release}${missing}-${stage}.${count}`;
}
