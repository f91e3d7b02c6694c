/**
 * A `pom.xml` with the places of its values.
 *
 * Source: Maven, "POM Reference" 4.0.0. Of several elements of one name the last one counts.
 * Refused: what is not well-formed, and another root than `project`.
 *
 * Reads: `pom.xml`.
 */

import { ParseError } from '../../../../core/base/errors.ts';
import { decodeXml, encodedLike } from '../../../../formats/text/xml/xml-encoding.ts';
import {
  childPlaces,
  readXmlPlaces,
  type XmlPlace,
} from '../../../../formats/text/xml/xml-places.ts';
import type { ProjectFile } from '../../project-files.ts';
import type { TextFile } from '../edited/text-file.ts';

/** A dependency, or a rule for one. */
export interface DependencyPlace {
  readonly element: XmlPlace;
  /** The last element of a name that is not empty. */
  readonly field: (name: string) => XmlPlace | undefined;
}

/** The parts that a project and each of its profiles can have. */
export interface BodyPlaces {
  /** The path, as in `profiles/ID`; empty for the project itself. */
  readonly section: string;
  readonly element: XmlPlace;
  readonly properties: ReadonlyMap<string, XmlPlace>;
  readonly dependencies: readonly DependencyPlace[];
  readonly managed: readonly DependencyPlace[];
}

/** A `pom.xml`. */
export interface PomFile extends TextFile {
  readonly root: XmlPlace;
  readonly field: DependencyPlace['field'];
  readonly parent: DependencyPlace | undefined;
  /** The project itself, and its profiles that are active by default. */
  readonly bodies: readonly [BodyPlaces, ...BodyPlaces[]];
  /** Profiles that must be chosen. */
  readonly inactive: readonly BodyPlaces[];
}

/**
 * Reads a `pom.xml`; `undefined` if its bytes cannot be written back from its text.
 *
 * @throws ParseError if it is not one
 */
export function readPomFile(file: ProjectFile): PomFile | undefined {
  const encode = encodedLike(file.bytes);
  if (encode === undefined) return undefined;
  const text = decodeXml(file.bytes);
  const root = readPomText(file.path, text);
  const [parent] = childPlaces(root, 'parent').toReversed();
  const profiles = childPlaces(root, 'profiles').flatMap((list) => childPlaces(list, 'profile'));
  const bodies = profiles.map((profile) => {
    const id = fieldsOf(profile)('id')?.text ?? '';
    return bodyOf(profile, `profiles/${id}`);
  });
  return {
    ...file,
    text,
    encode,
    root,
    field: fieldsOf(root),
    parent: parent === undefined ? undefined : { element: parent, field: fieldsOf(parent) },
    bodies: [bodyOf(root, ''), ...bodies.filter(isActive)],
    inactive: bodies.filter((body) => !isActive(body)),
  };
}

/** Reads the elements of a `pom.xml`. @throws ParseError if it is not one */
export function readPomText(path: string, text: string): XmlPlace {
  const root = readXmlPlaces(path, text);
  if (root.name !== 'project') throw new ParseError(path, 'the root element is no project');
  return root;
}

function fieldsOf(element: XmlPlace): DependencyPlace['field'] {
  return (name) => childPlaces(element, name).findLast(({ text }) => text !== '');
}

function isActive({ element }: BodyPlaces): boolean {
  const values = childPlaces(element, 'activation').flatMap((one) =>
    childPlaces(one, 'activeByDefault'),
  );
  return values.at(-1)?.text === 'true';
}

function bodyOf(element: XmlPlace, section: string): BodyPlaces {
  const lists = childPlaces(element, 'properties');
  const management = childPlaces(element, 'dependencyManagement');
  return {
    section,
    element,
    properties: new Map(lists.flatMap(({ children }) => children.map((one) => [one.name, one]))),
    dependencies: dependenciesIn([element]),
    managed: dependenciesIn(management),
  };
}

function dependenciesIn(elements: readonly XmlPlace[]): readonly DependencyPlace[] {
  return elements
    .flatMap((element) => childPlaces(element, 'dependencies'))
    .flatMap((list) => childPlaces(list, 'dependency'))
    .map((element) => ({ element, field: fieldsOf(element) }));
}
