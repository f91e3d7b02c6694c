/**
 * Items of MSBuild files that name packages.
 *
 * Source: Microsoft, "PackageReference in project files" and "Central Package Management": items of an `ItemGroup` with
 * `Include` or `Update` and a `Version`, an attribute or an element. `$(Name)` is a property; those that the same file sets
 * are put in, others leave the version unknown. Conditions are not judged: what is asked for under any of them counts.
 */

import { childrenOf, readXml, type XmlElement } from '../../format/xml.ts';

/** An item with the version that it asks for, as it stands there with its properties put in. */
export interface ProjectItem {
  readonly name: string;
  /** Absent where the item gives none. */
  readonly version: string | undefined;
  readonly line: number;
}

/** Within another one, as in `$(Major).$(Minor)`; deeper nesting is not followed. */
const PROPERTY = /\$\((?<name>[A-Za-z_][A-Za-z0-9_-]{0,100})\)/g;
const MAX_VERSION_LENGTH = 500;

/** The items of these names in all item groups of a project, in order; those without a name have an empty one. */
export function* projectItems(
  project: XmlElement,
  names: ReadonlySet<string>,
): Generator<ProjectItem> {
  const properties = propertiesOf(project);
  for (const group of itemGroupsOf(project)) {
    for (const item of group.children) {
      if (!names.has(item.name)) continue;
      const version = fieldOf(item, 'VersionOverride') ?? fieldOf(item, 'Version');
      yield {
        name: (item.attributes.get('Include') ?? item.attributes.get('Update') ?? '').trim(),
        version: version === undefined ? undefined : putIn(version, properties),
        line: item.line,
      };
    }
  }
}

/** The names of the packages that a project refers to. @throws ParseError */
export function referencedPackages(bytes: Uint8Array, path: string): readonly string[] {
  const items = projectItems(readXml(path, bytes, 'Project'), new Set(['PackageReference']));
  return [...items].map(({ name }) => name).filter((name) => name !== '');
}

/** Groups stand in the project, or in the branches of a `Choose`. */
function* itemGroupsOf(project: XmlElement): Generator<XmlElement> {
  yield* childrenOf(project, 'ItemGroup');
  for (const choose of childrenOf(project, 'Choose')) {
    for (const branch of choose.children) yield* childrenOf(branch, 'ItemGroup');
  }
}

function propertiesOf(project: XmlElement): ReadonlyMap<string, string> {
  const properties = new Map<string, string>();
  for (const group of childrenOf(project, 'PropertyGroup')) {
    // Names of properties are of any case.
    for (const { name, text } of group.children) properties.set(name.toLowerCase(), text);
  }
  return properties;
}

function fieldOf(item: XmlElement, name: string): string | undefined {
  const value = item.attributes.get(name) ?? childrenOf(item, name)[0]?.text;
  return value === undefined || value.trim() === '' ? undefined : value.trim();
}

function putIn(version: string, properties: ReadonlyMap<string, string>): string {
  const once = (text: string): string =>
    text
      .slice(0, MAX_VERSION_LENGTH)
      .replace(PROPERTY, (whole, name: string) => properties.get(name.toLowerCase()) ?? whole);
  return once(once(version)).slice(0, MAX_VERSION_LENGTH);
}
