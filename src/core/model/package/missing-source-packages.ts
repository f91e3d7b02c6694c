/**
 * Bills of materials that name no source packages. Advisories of most distributions list source
 * packages: `libssl3` is built from `openssl`, and no advisory of Debian names it. See
 * `docs/package-urls.md`.
 */

/**
 * The note of a document whose packages of a system name no source, and whose tool is none that
 * leaves equal names out.
 */
export const NO_SOURCE_PACKAGES_NOTE =
  'the packages of the system name no source packages, under which their advisories are listed';
