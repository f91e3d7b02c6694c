/**
 * The dependencies that a .NET project requests: `PackageReference` in `*.csproj`, `*.fsproj`,
 * `*.vbproj`.
 *
 * Source: Microsoft, "PackageReference in project files", "Central Package Management", "NuGet
 * package resolution", "Customize the build by folder". Written rules:
 * - NuGet takes the lowest version that a requirement allows, and nothing newer, so `1.2.3` and
 *   `[1.2.3]` are fixed: the same is restored each time. Floating versions (`6.*`), other ranges,
 *   unknown properties and no version at all are open.
 * - a reference without a version has the one of `Directory.Packages.props`, or of an `Update` in a
 *   shared file.
 * - the nearest `Directory.Build.props` and `Directory.Build.targets` upwards are a part of the
 *   project, with their properties.
 * - what the project keeps to itself (`PrivateAssets="all"`) is for development: tools of the build
 *   and analyzers.
 */

import { ancestorDirectories, directoryOf } from '../../../core/base/artifact-path.ts';
import { ParseError } from '../../../core/base/errors.ts';
import { readXml, type XmlElement } from '../../../formats/text/xml/xml.ts';
import type { CatalogFile, Siblings } from '../../../core/model/catalog/catalog.ts';
import type {
  DependencyManifest,
  RequestedPackage,
} from '../../../core/model/package/dependency-manifest.ts';
import { requestedVersion } from './requested-version.ts';
import {
  hasUnresolvedProperty,
  projectItems,
  propertiesOf,
  type ProjectItem,
} from './project-items.ts';

const REFERENCES: ReadonlySet<string> = new Set(['PackageReference']);
const VERSIONS: ReadonlySet<string> = new Set(['PackageVersion', 'PackageReference']);
const CENTRAL = ['Directory.Packages.props', 'Packages.props'];
const SHARED = ['Directory.Build.props', 'Directory.Build.targets'];
const FIXED = { detectionPriority: 'precise' } as const;

/** Returns what the project at a path requests; `properties` are those of shared files. */
export async function requestedPackages(
  project: XmlElement,
  path: string,
  siblings: Siblings,
): Promise<DependencyManifest> {
  const shared = await allOf(path, SHARED, siblings);
  const central = await allOf(path, CENTRAL, siblings);
  const properties = propertiesIn([...shared, ...central]);
  const versions = new Map<string, string>();
  for (const root of [...central, ...shared]) {
    for (const { name, version } of projectItems(root, VERSIONS, properties)) {
      const key = name.toLowerCase();
      if (version !== undefined && !versions.has(key)) versions.set(key, version);
    }
  }
  const requests = new Map<string, RequestedPackage>();
  for (const root of [...shared, project]) {
    for (const item of projectItems(root, REFERENCES, properties)) {
      if (item.name === '' || hasUnresolvedProperty(item.name)) continue;
      const isOwn = root === project;
      if (!isOwn && item.version === undefined) continue;
      const request = readRequest(item, versions);
      requests.set(item.name.toLowerCase(), { ...request, ...(isOwn && { line: item.line }) });
    }
  }
  return { requests: [...requests.values()] };
}

/**
 * Returns the properties of files above a project, by name in lower case; those of the nearest file
 * count.
 */
export async function sharedProperties(
  path: string,
  siblings: Siblings,
): Promise<ReadonlyMap<string, string>> {
  return propertiesIn(await allOf(path, [...SHARED, ...CENTRAL], siblings));
}

function readRequest(item: ProjectItem, versions: ReadonlyMap<string, string>): RequestedPackage {
  const range = item.version ?? versions.get(item.name.toLowerCase()) ?? '';
  const version = requestedVersion(range, FIXED);
  return {
    name: item.name,
    range,
    ...(version !== '' && { version }),
    ...(item.isPrivate && { scope: 'development' }),
  };
}

function propertiesIn(roots: readonly XmlElement[]): ReadonlyMap<string, string> {
  return new Map(roots.flatMap((root) => [...propertiesOf(root)]));
}

/** Returns, for each name, the nearest file upwards, if one can be read. */
async function allOf(
  path: string,
  names: readonly string[],
  siblings: Siblings,
): Promise<readonly XmlElement[]> {
  const roots: XmlElement[] = [];
  for (const name of names) {
    const file = nearest(path, name, siblings);
    const root = file === undefined ? undefined : readProject(file.path, await file.bytes());
    if (root !== undefined) roots.push(root);
  }
  return roots;
}

function nearest(path: string, name: string, siblings: Siblings): CatalogFile | undefined {
  for (const directory of ancestorDirectories(directoryOf(path))) {
    const file = siblings.get(`${directory}/${name}`);
    if (file !== undefined) return file;
  }
  return undefined;
}

/**
 * Reads a shared file, if it can be read; an unreadable one is reported where it is read for
 * itself.
 */
function readProject(path: string, bytes: Uint8Array): XmlElement | undefined {
  try {
    return readXml(path, bytes, 'Project');
  } catch (error) {
    if (error instanceof ParseError) return undefined;
    throw error;
  }
}
