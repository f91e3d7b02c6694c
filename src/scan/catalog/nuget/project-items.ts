/**
 * Items of MSBuild files that name packages.
 *
 * Source: Microsoft, "PackageReference in project files", "Central Package Management" and "MSBuild
 * items": items of an `ItemGroup` with `Include`, `Update` or `Remove` and a `Version`, an
 * attribute or an element. Several names stand between semicolons. `Update` changes the items
 * before it that have the name; of one that the file does not include it is an item itself, because
 * another file includes it. `Remove` takes items before it away. `$(Name)` is a property; those
 * that the same file sets are put in, others leave the version or the name unknown. Conditions are
 * not judged: what is requested under any of them counts, so a conditional `Update` adds a version
 * and a conditional `Remove` takes nothing away.
 */

import { childrenOf, readXml, type XmlElement } from '../../../formats/text/xml/xml.ts';

/** An item with the version that it asks for, as it stands there with its properties put in. */
export interface ProjectItem {
  readonly name: string;
  /** Absent where the item gives none. */
  readonly version: string | undefined;
  readonly line: number;
  /** The project keeps the package to itself (`PrivateAssets` of `all`), as tools of its build. */
  readonly isPrivate?: boolean;
}

/** Within another one, as in `$(Major).$(Minor)`; deeper nesting is not followed. */
const PROPERTY = /\$\((?<name>[A-Za-z_][A-Za-z0-9_-]{0,100})\)/g;
const MAX_VERSION_LENGTH = 500;

/**
 * Yields the items of these names in all item groups of a project, in order; those without a name
 * have an empty one.
 *
 * @param shared Properties of files that the project takes in, by name in lower case.
 */
export function* projectItems(
  project: XmlElement,
  names: ReadonlySet<string>,
  shared: Properties = new Map(),
): Generator<ProjectItem> {
  const properties = new Map([...shared, ...propertiesOf(project)]);
  let items: ProjectItem[] = [];
  for (const { group, isConditional } of itemGroupsOf(project)) {
    for (const item of group.children) {
      if (!names.has(item.name)) continue;
      const isForAll = !isConditional && !item.attributes.has('Condition');
      items = applied(items, item, { properties, isForAll });
    }
  }
  yield* items;
}

/** Returns the items after one more element. */
function applied(
  items: ProjectItem[],
  element: XmlElement,
  { properties, isForAll }: { readonly properties: Properties; readonly isForAll: boolean },
): ProjectItem[] {
  const { attributes, line } = element;
  const removed = attributes.get('Remove');
  if (removed !== undefined) {
    const names = new Set(namesIn(removed, properties).map((name) => name.toLowerCase()));
    return isForAll ? items.filter(({ name }) => !names.has(name.toLowerCase())) : items;
  }
  const stated = fieldOf(element, 'VersionOverride') ?? fieldOf(element, 'Version');
  const version = stated === undefined ? undefined : putIn(stated, properties);
  const isPrivate = fieldOf(element, 'PrivateAssets')?.toLowerCase() === 'all';
  const rest = { line, ...(isPrivate && { isPrivate }) };
  const included = attributes.get('Include');
  for (const name of namesIn(included ?? attributes.get('Update') ?? '', properties)) {
    const known = included === undefined ? itemsNamed(items, name) : [];
    if (known.length === 0 || (!isForAll && version !== undefined)) {
      items.push({ name, version, ...rest });
    } else if (version !== undefined) {
      for (const index of known) items[index] = { ...items[index], name, version, ...rest };
    }
  }
  return items;
}

function itemsNamed(items: readonly ProjectItem[], name: string): readonly number[] {
  const lower = name.toLowerCase();
  return items.flatMap((item, index) => (item.name.toLowerCase() === lower ? [index] : []));
}

/** An item without a name has an empty one. */
function namesIn(text: string, properties: Properties): readonly string[] {
  const names = putIn(text, properties)
    .split(';')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  return names.length === 0 ? [''] : names;
}

/**
 * Returns whether a name has a property that the file does not set, so that the package is not
 * known.
 */
export function hasUnresolvedProperty(name: string): boolean {
  return name.includes('$(');
}

/**
 * Returns the names of the packages that a project refers to. @throws ParseError @throws ParseError
 */
export function referencedPackages(bytes: Uint8Array, path: string): readonly string[] {
  const items = projectItems(readXml(path, bytes, 'Project'), new Set(['PackageReference']));
  return [...items].map(({ name }) => name).filter((name) => name !== '');
}

/** Groups stand in the project, in the branches of a `Choose`, or in a target that a build runs. */
function* itemGroupsOf(
  project: XmlElement,
): Generator<{ readonly group: XmlElement; readonly isConditional: boolean }> {
  for (const group of childrenOf(project, 'ItemGroup')) {
    yield { group, isConditional: group.attributes.has('Condition') };
  }
  for (const target of childrenOf(project, 'Target')) {
    for (const group of childrenOf(target, 'ItemGroup')) yield { group, isConditional: true };
  }
  for (const choose of childrenOf(project, 'Choose')) {
    for (const branch of choose.children) {
      for (const group of childrenOf(branch, 'ItemGroup')) yield { group, isConditional: true };
    }
  }
}

/** By name in lower case: names of properties are of any case. */
type Properties = ReadonlyMap<string, string>;

/** Returns the properties that a project sets. */
export function propertiesOf(project: XmlElement): Properties {
  const properties = new Map<string, string>();
  for (const group of childrenOf(project, 'PropertyGroup')) {
    for (const { name, text } of group.children) properties.set(name.toLowerCase(), text);
  }
  return properties;
}

function fieldOf(item: XmlElement, name: string): string | undefined {
  const value = item.attributes.get(name) ?? childrenOf(item, name)[0]?.text;
  return value === undefined || value.trim() === '' ? undefined : value.trim();
}

function putIn(version: string, properties: Properties): string {
  const once = (text: string): string =>
    text
      .slice(0, MAX_VERSION_LENGTH)
      .replace(PROPERTY, (whole, name: string) => properties.get(name.toLowerCase()) ?? whole);
  return once(once(version)).slice(0, MAX_VERSION_LENGTH);
}
