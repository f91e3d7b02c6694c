/**
 * Reads `pom.xml`.
 *
 * Source: Maven, "POM Reference" 4.0.0. Elements are known by their place, so that exclusions and
 * the dependencies of build plugins are no dependencies of the project. The encoding is the one
 * that the XML declaration names. Refused: what is no well-formed XML up to the end of the project,
 * other root elements, and nesting or counts that no project has. Entities of a document type are
 * not defined, so that none can expand.
 */

import { SaxesParser } from 'saxes';

import { errorMessage, ParseError } from '../../../core/base/errors.ts';
import { decodeXml } from '../../../formats/text/xml/xml-encoding.ts';
import type { Pom, PomDependency, PomParent, PomProfile } from './pom-model.ts';

/** Real ones nest 12 deep. */
const MAX_DEPTH = 64;
/** The largest bill of materials known manages some 3,000. */
const MAX_ELEMENTS = 200_000;
const MAX_TEXT_LENGTH = 4096;
const MAX_ELEMENT_NAME_LENGTH = 256;
/** Matches a path to a body with dependencies: the project, or one of its profiles. */
const BODY = /^project(?:\/profiles\/profile)?(?=\/)/;

type Fields = Map<string, string>;

interface Body {
  readonly properties: Map<string, string>;
  readonly dependencies: PomDependency[];
  readonly managed: PomDependency[];
}

/** Everything collected so far. */
interface Collected {
  readonly project: Fields;
  readonly parent: Fields;
  hasParent: boolean;
  readonly body: Body;
  readonly profiles: (Body & { isActiveByDefault: boolean })[];
  readonly licenses: string[];
  /** The dependency that is open. */
  dependency: Fields | undefined;
  dependencyLine: number;
}

/**
 * Reads a `pom.xml` as it is written. Properties and parents are resolved later.
 *
 * @throws ParseError where it is no `pom.xml`
 */
export function readPom(path: string, bytes: Uint8Array): Pom {
  const collected: Collected = {
    project: new Map(),
    parent: new Map(),
    hasParent: false,
    body: emptyBody(),
    profiles: [],
    licenses: [],
    dependency: undefined,
    dependencyLine: 0,
  };
  parseXml(path, decodeXml(bytes), collected);
  const { project, parent, hasParent, body, profiles, licenses } = collected;
  return {
    path,
    ...coordinatesOf(project),
    ...(hasParent && { parent: toParent(parent) }),
    ...body,
    profiles: profiles satisfies PomProfile[],
    licenses,
  };
}

function emptyBody(): Body {
  return { properties: new Map(), dependencies: [], managed: [] };
}

function parseXml(path: string, text: string, collected: Collected): void {
  const parser = new SaxesParser();
  const stack: string[] = [];
  let value = '';
  let elementCount = 0;
  let startLine = 1;
  const fail = (reason: string): never => {
    throw new ParseError(path, reason);
  };
  parser.on('error', (error) => {
    // What follows the project cannot change it.
    if (!(stack.length === 0 && elementCount > 0)) fail(`no well-formed XML: ${error.message}`);
  });
  parser.on('opentagstart', () => {
    startLine = parser.line;
  });
  parser.on('opentag', ({ name }) => {
    elementCount += 1;
    if (elementCount === 1 && localName(name) !== 'project') fail('the root element is no project');
    stack.push(localName(name));
    if (name.length > MAX_ELEMENT_NAME_LENGTH) fail('an element with a name of absurd length');
    if (stack.length > MAX_DEPTH) fail(`elements are nested more than ${MAX_DEPTH} deep`);
    if (elementCount > MAX_ELEMENTS) fail(`more than ${MAX_ELEMENTS} elements`);
    value = '';
    open(collected, stack.join('/'), startLine);
  });
  const append = (piece: string): void => {
    if (value.length < MAX_TEXT_LENGTH) value += piece.slice(0, MAX_TEXT_LENGTH);
  };
  parser.on('text', append);
  parser.on('cdata', append);
  parser.on('closetag', () => {
    close(collected, stack.join('/'), value.trim());
    stack.pop();
    value = '';
  });
  try {
    parser.write(text).close();
  } catch (error) {
    if (error instanceof ParseError) throw error;
    fail(errorMessage(error));
  }
  if (elementCount === 0) fail('no elements');
}

function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}

function open(collected: Collected, place: string, line: number): void {
  if (place === 'project/parent') collected.hasParent = true;
  else if (place === 'project/profiles/profile') {
    collected.profiles.push({ ...emptyBody(), isActiveByDefault: false });
  } else if (isDependency(place)) {
    collected.dependency = new Map();
    collected.dependencyLine = line;
  }
}

function isDependency(place: string): boolean {
  if (!place.endsWith('/dependencies/dependency')) return false;
  const inBody = place.replace(BODY, '');
  return (
    inBody === '/dependencies/dependency' ||
    inBody === '/dependencyManagement/dependencies/dependency'
  );
}

function close(collected: Collected, place: string, value: string): void {
  const cut = place.lastIndexOf('/');
  const owner = place.slice(0, cut);
  const name = place.slice(cut + 1);
  if (owner === 'project') collected.project.set(name, value);
  else if (owner === 'project/parent') collected.parent.set(name, value);
  else if (place === 'project/licenses/license/name') collected.licenses.push(value);
  else if (place === 'project/profiles/profile/activation/activeByDefault') {
    const profile = collected.profiles.at(-1);
    if (profile !== undefined) profile.isActiveByDefault = value === 'true';
  } else closeInBody(collected, place, value);
}

function closeInBody(collected: Collected, place: string, value: string): void {
  const body = place.startsWith('project/profiles/') ? collected.profiles.at(-1) : collected.body;
  if (body === undefined) return;
  const cut = place.lastIndexOf('/');
  const owner = place.slice(0, cut);
  const name = place.slice(cut + 1);
  if (owner.replace(BODY, '') === '/properties') body.properties.set(name, value);
  else if (isDependency(owner)) collected.dependency?.set(name, value);
  else if (isDependency(place) && collected.dependency !== undefined) {
    const dependency = toDependency(collected.dependency, collected.dependencyLine);
    if (place.includes('/dependencyManagement/')) body.managed.push(dependency);
    else body.dependencies.push(dependency);
    collected.dependency = undefined;
  }
}

function coordinatesOf(fields: Fields): Pick<Pom, 'groupId' | 'artifactId' | 'version'> {
  return {
    ...field(fields, 'groupId'),
    ...field(fields, 'artifactId'),
    ...field(fields, 'version'),
  };
}

function toParent(fields: Fields): PomParent {
  const relativePath = fields.get('relativePath');
  return { ...coordinatesOf(fields), ...(relativePath !== undefined && { relativePath }) };
}

function toDependency(fields: Fields, line: number): PomDependency {
  return {
    ...coordinatesOf(fields),
    ...field(fields, 'type'),
    ...field(fields, 'classifier'),
    ...field(fields, 'scope'),
    ...field(fields, 'optional'),
    line,
  };
}

/** An empty element says as little as none. */
function field<Name extends string>(
  fields: Fields,
  name: Name,
): { readonly [Key in Name]?: string } {
  const value = fields.get(name);
  return (value === undefined || value === '' ? {} : { [name]: value }) as {
    readonly [Key in Name]?: string;
  };
}
