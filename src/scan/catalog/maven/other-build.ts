/**
 * Requests to Maven repositories in the projects of less common build tools: `ivy.xml` (Ivy),
 * `deps.edn` (Clojure CLI), `project.clj` (Leiningen), `build.sc` and `build.mill` (Mill).
 *
 * Source: the documentation of each: Ivy, "ivy file", "dependency"; Clojure, "Deps and CLI
 * Reference"; Leiningen, `sample.project.clj`; Mill, "Library Dependencies". Written rules:
 * - `group/artifact` of Clojure is a name of Maven; a symbol alone is both group and artifact. Git
 *   repositories with a commit are pinned, and no advisory names them.
 * - `[1,2)`, `1.+` and `latest.release` are open; `RELEASE` and `LATEST` of Clojure as well.
 * - `::` of Mill adds the binary version of Scala, which the text does not contain.
 * - Profiles, aliases and configurations are read as the project itself, because a build may use
 *   them.
 */

import { baseName } from '../../../core/base/artifact-path.ts';
import type { RequestedPackage } from '../../../core/model/package/dependency-manifest.ts';
import { CatalogBuilder } from '../catalog-builder.ts';
import type { Cataloger } from '../cataloger.ts';
import { isIdentifier, mavenName } from './coordinates.ts';

/** The notation of one tool for a request. */
interface Notation {
  readonly withoutComments: (text: string) => string;
  readonly request: RegExp;
}

const [COMMENT_START, COMMENT_END] = ['<!--', '-->'];
const SYMBOL = String.raw`(?<symbol>[A-Za-z][\w.-]{0,200}(?:\/[\w.-]{1,200})?)`;

const NOTATIONS: Readonly<Record<string, Notation>> = {
  'ivy.xml': {
    withoutComments: withoutXmlComments,
    request: /<dependency\s(?<attributes>[^<>]{1,2000})>/g,
  },
  'deps.edn': {
    withoutComments: (text) => text.replaceAll(/;[^\n]*/g, ''),
    request: new RegExp(
      String.raw`${SYMBOL}\s{1,20}\{[^{}]{0,300}?:mvn\/version\s{1,20}"(?<version>[^"\n]{1,200})"`,
      'g',
    ),
  },
  'project.clj': {
    withoutComments: (text) => text.replaceAll(/;[^\n]*/g, ''),
    request: new RegExp(String.raw`\[${SYMBOL}\s{1,20}"(?<version>[^"\n]{1,200})"`, 'g'),
  },
  'build.sc': millNotation(),
  'build.mill': millNotation(),
};

function millNotation(): Notation {
  return {
    withoutComments: (text) => text.replaceAll(/\/\/[^\n]*/g, ''),
    request:
      /\b(?:ivy|mvn)"(?<group>[\w.-]{1,200})(?<cross>:{1,3})(?<name>[\w.-]{1,200}):{1,2}(?<version>[^":;\n]{1,200})/g,
  };
}

/** Returns the text without comments, in linear time, whatever the text leaves open. */
function withoutXmlComments(text: string): string {
  const parts: string[] = [];
  let at = 0;
  for (
    let start = text.indexOf(COMMENT_START);
    start >= 0;
    start = text.indexOf(COMMENT_START, at)
  ) {
    parts.push(text.slice(at, start));
    const end = text.indexOf(COMMENT_END, start);
    if (end < 0) return parts.join('');
    at = end + COMMENT_END.length;
  }
  return parts.join('') + text.slice(at);
}

/** No single version. */
const OPEN = /^latest\.|[[(\])]|\+$|^(?:RELEASE|LATEST)$/;
const ATTRIBUTE = /\b(?<key>org|name|rev)\s{0,5}=\s{0,5}(?:"(?<double>[^"]*)"|'(?<single>[^']*)')/g;

export const otherBuild: Cataloger = {
  async read(file) {
    const result = new CatalogBuilder(file.path);
    const notation = NOTATIONS[baseName(file.path)];
    if (notation === undefined) return result.done();
    const text = notation.withoutComments(new TextDecoder().decode(await file.bytes()));
    const requests = new Map<string, RequestedPackage>();
    let isComputed = false;
    for (const { groups = {} } of text.matchAll(notation.request)) {
      const request = requestOf(groups);
      if (request === undefined) isComputed = true;
      else requests.set(`${request.name}@${request.range}`, request);
    }
    result.requests({
      requests: [...requests.values()],
      addsPins: true,
      ...(isComputed && { computed: 'computes names or versions of its dependencies' }),
    });
    return result.done();
  },
};

/** Returns `undefined` where the text alone does not have the name and the version. */
function requestOf(
  groups: Readonly<Record<string, string | undefined>>,
): RequestedPackage | undefined {
  const { attributes, symbol, cross } = groups;
  const place = attributes === undefined ? coordinatesOf(symbol, groups) : attributesOf(attributes);
  const { group, name, version = '' } = place;
  if (cross !== undefined && cross !== ':') return undefined;
  if (!isIdentifier(group) || !isIdentifier(name) || version.includes('$')) return undefined;
  const isExact = version !== '' && !OPEN.test(version);
  return { name: mavenName(group, name), range: version, ...(isExact && { version }) };
}

interface Coordinates {
  readonly group?: string | undefined;
  readonly name?: string | undefined;
  readonly version?: string | undefined;
}

function coordinatesOf(
  symbol: string | undefined,
  { group, name, version }: Coordinates,
): Coordinates {
  if (symbol === undefined) return { group, name, version };
  const [first = '', second = first] = symbol.split('/');
  return { group: first, name: second, version };
}

function attributesOf(text: string): Coordinates {
  const values = new Map<string, string>();
  for (const { groups = {} } of text.matchAll(ATTRIBUTE)) {
    values.set(groups['key'] ?? '', groups['double'] ?? groups['single'] ?? '');
  }
  return { group: values.get('org'), name: values.get('name'), version: values.get('rev') };
}
