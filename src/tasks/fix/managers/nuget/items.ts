/**
 * The package items of an MSBuild file, and where their versions are written.
 *
 * Source: Microsoft, "PackageReference in project files", "Central Package Management", "MSBuild
 * properties": a version is an attribute or an element, as a text or as one property. Names of
 * properties and packages are of any case. The last definition of a property counts; under a
 * condition it is not known which one does.
 *
 * Reads: `*.csproj`, `*.fsproj`, `*.vbproj`, `Directory.Packages.props`, `Directory.Build.props`.
 */

import { decodeXml, encodedLike } from '../../../../formats/text/xml/xml-encoding.ts';
import {
  childPlaces,
  readXmlPlaces,
  type TextRange,
  type XmlPlace,
} from '../../../../formats/text/xml/xml-places.ts';
import { ParseError } from '../../../../core/base/errors.ts';
import type { ProjectFile } from '../../project-files.ts';
import type { TextFile } from '../edited/text-file.ts';
import type { NoPlace, VersionPlace, VersionUse } from '../edited/version-use.ts';
import { versionRange } from '../edited/xml-value.ts';

/** An MSBuild file. */
export interface BuildFile extends TextFile {
  readonly root: XmlPlace;
}

const ITEMS: ReadonlySet<string> = new Set([
  'PackageReference',
  'PackageVersion',
  'GlobalPackageReference',
]);
const VERSION_FIELDS = ['VersionOverride', 'Version'];
const ONE_PROPERTY = /^\[?\s*\$\((?<name>[A-Za-z_][\w-]{0,100})\)\s*\]?$/u;
const EXACT = /^\[\s*(?<version>[^,\s\]]{1,200})\s*\]$/u;
/** Properties name properties; real ones do so once. */
const MAX_STEPS = 8;

/** Reads an MSBuild file; `undefined` if its bytes cannot be written back, or if it is not one. */
export function readBuildFile(file: ProjectFile): BuildFile | undefined {
  const encode = encodedLike(file.bytes);
  if (encode === undefined) return undefined;
  const text = decodeXml(file.bytes);
  try {
    return { ...file, text, encode, root: readBuildText(file.path, text) };
  } catch (error) {
    if (error instanceof ParseError) return undefined;
    throw error;
  }
}

/** Reads the elements of an MSBuild file. @throws ParseError if it is not one */
export function readBuildText(path: string, text: string): XmlPlace {
  const root = readXmlPlaces(path, text);
  if (root.name !== 'Project') throw new ParseError(path, 'the root element is no Project');
  return root;
}

/**
 * Returns the versions that a file requests.
 *
 * @param shared Files whose properties the file takes in, the one that counts last at the end.
 */
export function itemUses(file: BuildFile, shared: readonly BuildFile[]): readonly VersionUse[] {
  const properties = [...shared, file].flatMap(propertiesOf);
  return itemsIn(file.root).flatMap((item) => {
    const field = versionField(item);
    if (field === undefined) return [];
    const names = (item.attributes.get('Include') ?? item.attributes.get('Update'))?.value ?? '';
    const source = sourceOf({ file, ...field }, { section: item.name, names, properties });
    const version = 'blocked' in source ? resolved(field.value, properties) : source.version;
    return names
      .split(';')
      .map((name) => name.trim())
      .filter((name) => name !== '' && version !== '')
      .map((name, _, all): VersionUse => {
        const request = {
          path: file.path,
          range: item.outer,
          section: item.name,
          name,
          written: field.value,
        };
        const place = 'blocked' in source ? source : source.place;
        return {
          name,
          version,
          manifest: file.path,
          source: place,
          ...(all.length === 1 && { request }),
        };
      });
  });
}

/** Groups stand in the project, or in the branches of a `Choose`. */
function itemsIn(root: XmlPlace): readonly XmlPlace[] {
  const branches = childPlaces(root, 'Choose').flatMap(({ children }) => children);
  return [root, ...branches]
    .flatMap((owner) => childPlaces(owner, 'ItemGroup'))
    .flatMap(({ children }) => children)
    .filter(({ name }) => ITEMS.has(name));
}

interface Field {
  readonly value: string;
  readonly range: TextRange;
}

function versionField(item: XmlPlace): Field | undefined {
  for (const name of VERSION_FIELDS) {
    const attribute = item.attributes.get(name);
    if (attribute !== undefined && attribute.value.trim() !== '') {
      return { value: attribute.value.trim(), range: attribute.range };
    }
    const [element] = childPlaces(item, name);
    if (element !== undefined && element.text !== '') {
      return { value: element.text, range: element.inner };
    }
  }
  return undefined;
}

interface Property extends Field {
  readonly name: string;
  readonly file: BuildFile;
  readonly isConditional: boolean;
}

function propertiesOf(file: BuildFile): readonly Property[] {
  return childPlaces(file.root, 'PropertyGroup').flatMap((group) =>
    group.children.map((element) => ({
      name: element.name.toLowerCase(),
      value: element.text,
      range: element.inner,
      file,
      isConditional: [group, element].some(({ attributes }) => attributes.has('Condition')),
    })),
  );
}

interface Found {
  readonly place: VersionPlace;
  readonly version: string;
}

interface Wanted {
  readonly section: string;
  readonly names: string;
  readonly properties: readonly Property[];
}

/** Returns the place where a version is written, or why there is none. */
function sourceOf(
  from: Field & { readonly file: BuildFile },
  { section, names, properties }: Wanted,
): Found | NoPlace {
  let field = from;
  let [place, label] = [section, names];
  for (let step = 0; step < MAX_STEPS; step += 1) {
    const { file, value, range } = field;
    if (!value.includes('$(')) {
      const version = EXACT.exec(value)?.groups?.['version'] ?? value;
      const at = versionRange(file, range, version);
      if (at === undefined)
        return { blocked: `the version "${version}" has no single place in "${file.path}"` };
      return {
        place: { path: file.path, range: at, section: place, name: label, written: value },
        version,
      };
    }
    const name = ONE_PROPERTY.exec(value)?.groups?.['name'];
    if (name === undefined) {
      return { blocked: `"${file.path}" puts the version of ${names} together: "${value}"` };
    }
    const all = properties.filter((one) => one.name === name.toLowerCase());
    const last = all.at(-1);
    if (last === undefined) return { blocked: `no file sets the property "${name}"` };
    if (all.length > 1 && all.some(({ isConditional }) => isConditional)) {
      return { blocked: `the property "${name}" is set more than once, and under conditions` };
    }
    field = last;
    [place, label] = ['PropertyGroup', name];
  }
  return { blocked: `the properties of the version of ${names} refer to one another` };
}

/** Returns the version of a field that has no single place. */
function resolved(text: string, properties: readonly Property[]): string {
  let result = text;
  for (let step = 0; step < 2; step += 1) {
    result = result.replace(
      /\$\((?<name>[A-Za-z_][\w-]{0,100})\)/gu,
      (whole, name: string) =>
        properties.findLast((one) => one.name === name.toLowerCase())?.value ?? whole,
    );
  }
  return EXACT.exec(result)?.groups?.['version'] ?? result;
}
