/**
 * The source package of a system's package, as bills of materials tell it.
 *
 * Source: trivy's properties `SrcName`, `SrcVersion`, `SrcRelease` and `SrcEpoch`; syft's
 * `syft:metadata:source`, `:sourceVersion`, `:originPackage` and `:sourceRpm`, and the qualifier
 * `upstream`, which holds `name`, `name@version` or the file name of a source RPM.
 */

import type { CatalogedPackage } from '../../../core/model/catalog/catalog.ts';

type SourcePackage = NonNullable<CatalogedPackage['source']>;

const NAME_PROPERTIES = ['SrcName', 'syft:metadata:source', 'syft:metadata:originPackage'];
const SOURCE_RPM = /^(?<name>.+)-(?<version>[^-]+-[^-]+)\.(?:src|nosrc)\.rpm$/;

const EPOCH = /^\d+:/;

interface OwnPackage {
  readonly name: string;
  readonly version: string;
}

/**
 * Returns the source package, or `undefined` if none is stated. A source has the package's own
 * version unless another is stated.
 */
export function sourceOf(
  pkg: OwnPackage,
  properties: ReadonlyMap<string, string>,
  upstream = '',
): SourcePackage | undefined {
  const version = sourceVersion(properties);
  const name = NAME_PROPERTIES.map((key) => properties.get(key) ?? '').find((text) => text !== '');
  if (name !== undefined) return { name, version: version ?? pkg.version };
  const fromRpm = fromSourceRpm(properties.get('syft:metadata:sourceRpm') ?? upstream, pkg);
  if (fromRpm !== undefined) return fromRpm;
  if (upstream !== '') return fromUpstream(upstream, version ?? pkg.version);
  return version === undefined ? undefined : { name: pkg.name, version };
}

/**
 * A source shares the epoch of what was built from it, which the name of its file does not tell.
 */
function fromSourceRpm(file: string, pkg: OwnPackage): SourcePackage | undefined {
  const { name, version } = SOURCE_RPM.exec(file)?.groups ?? {};
  if (name === undefined || version === undefined) return undefined;
  return { name, version: `${EPOCH.exec(pkg.version)?.[0] ?? ''}${version}` };
}

function fromUpstream(upstream: string, version: string): SourcePackage {
  const at = upstream.lastIndexOf('@');
  return at > 0
    ? { name: upstream.slice(0, at), version: upstream.slice(at + 1) || version }
    : { name: upstream, version };
}

/** trivy gives the parts apart. */
function sourceVersion(properties: ReadonlyMap<string, string>): string | undefined {
  const version = properties.get('SrcVersion') ?? properties.get('syft:metadata:sourceVersion');
  if (version === undefined || version === '') return undefined;
  const release = properties.get('SrcRelease') ?? '';
  const epoch = properties.get('SrcEpoch') ?? '';
  const isEpochApart = epoch !== '' && epoch !== '0' && !EPOCH.test(version);
  return `${isEpochApart ? `${epoch}:` : ''}${version}${release === '' ? '' : `-${release}`}`;
}
