/**
 * Packages on a distribution that others built: its advisories do not describe them.
 *
 * Source: the RPM tag VENDOR, which the build systems of these distributions set on each package
 * that they build (Red Hat Brew, CentOS, Fedora Koji, OBS, Peridot, ALBS); the fields `Origin`
 * (dpkg-vendor(1)) and `Vendor` of dpkg; the marks in `third-party-archives.ts`. Only positive
 * evidence counts: nothing follows from a missing vendor, as in a bill of materials, or from a
 * maintainer with a private address.
 */

import type { SystemEcosystem } from '../package/ecosystem.ts';
import { ECOSYSTEMS } from '../package/ecosystem.ts';
import {
  builderByMaintainer,
  builderByRelease,
  builderByVersion,
} from '../package/third-party-archives.ts';
import type { Package } from '../package/package.ts';

/** Qualifier of a package with its vendor. */
export const VENDOR_QUALIFIER = 'vendor';

/** Longer texts are no vendor. */
const MAX_VENDOR_LENGTH = 200;
/** Values that rpm and packaging tools write if no vendor was given. */
const NO_VENDOR = /^\(?(?:none|unknown)\)?$/i;

const OWN: ReadonlyMap<string, RegExp> = new Map<SystemEcosystem, RegExp>([
  ['debian', /^(?:debian|raspbian)/i],
  ['ubuntu', /^(?:ubuntu|debian|canonical)/i],
  ['echo', /^(?:echo|debian)/i],
  ['alpine', /^alpine/i],
  ['wolfi', /^(?:wolfi|chainguard)/i],
  ['chainguard', /^(?:wolfi|chainguard)/i],
  ['minimos', /^minim/i],
  ['redhat', /^(?:red hat|centos)/i],
  ['almalinux', /^almalinux/i],
  ['rocky', /^rocky/i],
  ['oracle', /^oracle america/i],
  ['amazon', /^amazon/i],
  ['fedora', /^fedora/i],
  ['suse', /^suse /i],
  ['opensuse', /^(?:opensuse|suse )/i],
  ['azurelinux', /^microsoft/i],
  ['photon', /^(?:vmware|broadcom)/i],
  ['openeuler', /openeuler/i],
  ['mageia', /^mageia/i],
]);

/** Mailboxes that only the distribution's own maintainers have. */
const OWN_MAINTAINERS: ReadonlyMap<string, RegExp> = new Map<SystemEcosystem, RegExp>([
  ['debian', /[@.]debian\.(?:org|net)$/],
  ['ubuntu', /[@.](?:debian\.(?:org|net)|ubuntu\.com)$/],
  ['alpine', /@alpinelinux\.org$/],
]);

/** The fields of a package that {@link thirdPartyVendor} uses. */
type Built = Pick<Package, 'ecosystem' | 'version' | 'qualifiers' | 'maintainer'>;

/**
 * Returns the builder of a package that its own distribution did not build, or `undefined` if no
 * other builder is evident.
 */
export function thirdPartyVendor({
  ecosystem,
  version,
  qualifiers,
  maintainer,
}: Built): string | undefined {
  const own = OWN.get(ecosystem);
  if (own === undefined) return undefined;
  const vendor = qualifiers.get(VENDOR_QUALIFIER);
  if (vendor !== undefined && !own.test(vendor)) return vendor;
  if (ECOSYSTEMS[ecosystem].purlType === 'rpm') {
    return vendor === undefined ? builderByRelease(version) : undefined;
  }
  return (
    builderByVersion(version) ??
    (maintainer === undefined ? undefined : builderByMaintainer(maintainer))
  );
}

/**
 * Returns whether the record of a package names the distribution as its vendor, or one of its
 * maintainers.
 */
export function namesDistroAsVendor({ ecosystem, maintainer, qualifiers }: Built): boolean {
  const vendor = qualifiers.get(VENDOR_QUALIFIER);
  if (vendor !== undefined && OWN.get(ecosystem)?.test(vendor) === true) return true;
  return maintainer !== undefined && OWN_MAINTAINERS.get(ecosystem)?.test(maintainer) === true;
}

/**
 * Returns the value of {@link VENDOR_QUALIFIER} by the fields `Origin` and `Vendor` of dpkg;
 * `undefined` where neither names anybody.
 */
export function vendorOf(...fields: readonly (string | undefined)[]): string | undefined {
  return fields
    .map((value) => value?.trim() ?? '')
    .find((text) => text !== '' && text.length <= MAX_VENDOR_LENGTH && !NO_VENDOR.test(text));
}

const MAILBOX = /(?<mailbox>[^\s<>@]{1,100}@[^\s<>@]{1,100})>?\s*$/;

/**
 * Returns the mailbox in `Docker <support@docker.com>`, in lower case; `undefined` where there is
 * none.
 */
export function mailboxOf(maintainer: string | undefined): string | undefined {
  return maintainer === undefined
    ? undefined
    : MAILBOX.exec(maintainer)?.groups?.['mailbox']?.toLowerCase();
}
