/**
 * Scripts of the JVM that name their dependencies: JBang, Scala CLI, Ammonite, Groovy's Grape, and
 * Kotlin's `main.kts`.
 *
 * Source: JBang documentation, "Dependencies"; Scala CLI, "Using directives"; Ammonite, "Magic
 * Imports"; Groovy documentation, "Dependency management with Grape"; Kotlin, `kotlin-main-kts`.
 * Coordinates are those of Maven or Ivy (`g#m;v`); `::` in front of the artifact adds the binary
 * version of Scala, which is 3 unless the file names another. Versions are exact but for `1.+`,
 * `[1,2)`, `latest.release`. One that is computed (`${name}`), absent, or an address of a source,
 * is a request without a version. Nothing is refused.
 */

import type { RequestedPackage } from '../../../core/model/package/dependency-manifest.ts';
import { CatalogBuilder } from '../catalog-builder.ts';
import type { Cataloger } from '../cataloger.ts';
import { lineNumberAt } from '../line-number.ts';
import { scalaBinaryVersion, isIdentifier, mavenName } from './coordinates.ts';

const JBANG = /^\/\/DEPS[ \t]+(?<list>[^\n]+)$/gm;
const USING =
  /^\/\/>[ \t]+using[ \t]+(?<scope>test\.)?(?<key>dep|deps|dependency|dependencies|lib|libs|toolkit)[ \t]+(?<list>[^\n]+)$/gm;
const SCALA = /^\/\/>[ \t]+using[ \t]+scala(?:Version)?[ \t]+"?(?<version>\d+(?:\.\d+)?)/m;
const IVY_IMPORT =
  /\$(?:ivy|dep)\s{0,5}\.\s{0,5}(?:\{(?<several>[^}]{1,2000})\}|`(?<one>[^`\n]{1,300})`)/g;
const GRAB_TEXT =
  /@Grab\s{0,5}\(\s{0,20}(?:value\s{0,5}=\s{0,5})?(?<quote>["'])(?<list>[^"'\n]{3,300})\k<quote>/g;
const GRAB_PARTS = /@Grab\s{0,5}\(\s{0,20}(?<parts>[A-Za-z]{1,20}\s{0,5}=[^)]{1,500})\)/g;
const PART = /(?<key>group|module|version)\s{0,5}=\s{0,5}["'](?<value>[^"'\n]{1,200})["']/g;
const DEPENDS_ON =
  /@file\s{0,5}:\s{0,5}DependsOn\s{0,5}\((?<list>(?:\s{0,40}"[^"\n]{1,300}"\s{0,5},?){1,50})/g;
const QUOTED = /["'`](?<text>[^"'`\n]{1,300})["'`]/g;
/** Commas stand between words, and within ranges. */
const WORD = /(?:[^\s,;[(]|[[(][^\])\s]{0,100}[\])]?)+/g;
const COORDINATES =
  /^(?<group>[^:#\s]{1,200})(?<cross>:{1,3}|#)(?<name>[^:;#\s]{1,200})(?:(?:::?|;)(?<version>[[(][^\])\s]{0,100}[\])]|[^:;@,\s]{0,200})(?:[:@,]\S*)?)?$/;
const OPEN = /^latest\.|[[(\])$]|\+$/;
const TOOLKITS: ReadonlyMap<string, string> = new Map([
  ['', 'org.scala-lang:toolkit'],
  ['typelevel', 'org.typelevel:toolkit'],
]);

/** A dependency as the text names it. */
interface Named {
  readonly text: string;
  readonly at: number;
  readonly isForTests?: boolean;
  readonly isToolkit?: boolean;
}

export const jvmScript: Cataloger = {
  async read(file) {
    const result = new CatalogBuilder(file.path);
    const text = new TextDecoder().decode(await file.bytes()).replaceAll('\r\n', '\n');
    const suffix = scalaBinaryVersion(SCALA.exec(text)?.groups?.['version'] ?? '3') ?? '_3';
    const requests = new Map<string, RequestedPackage>();
    for (const named of namedIn(text)) {
      const request = requestOf(named, suffix, lineNumberAt(text, named.at));
      requests.set(`${request.name}@${request.range}`, request);
    }
    if (requests.size > 0) result.requests({ requests: [...requests.values()], addsPins: true });
    return result.done();
  },
};

function namedIn(text: string): readonly Named[] {
  return [...jbang(text), ...scalaCli(text), ...ammonite(text), ...grapes(text), ...kotlin(text)];
}

/** Yields the matches of a pattern, with all of its groups. */
function* matchesOf(
  pattern: RegExp,
  text: string,
): Generator<{
  readonly at: number;
  readonly groups: Readonly<Record<string, string | undefined>>;
}> {
  for (const { index, groups = {} } of text.matchAll(pattern)) yield { at: index, groups };
}

function* jbang(text: string): Generator<Named> {
  for (const { at, groups } of matchesOf(JBANG, text)) {
    const { list = '' } = groups;
    // A comment may stand behind.
    for (const one of wordsIn(list.replace(/[ \t]\/\/.*$/, ''))) yield { text: one, at };
  }
}

function* scalaCli(text: string): Generator<Named> {
  for (const { at, groups } of matchesOf(USING, text)) {
    const { scope, key, list = '' } = groups;
    for (const one of wordsIn(list.replaceAll('"', ' '))) {
      yield { text: one, at, isForTests: scope !== undefined, isToolkit: key === 'toolkit' };
    }
  }
}

function* ammonite(text: string): Generator<Named> {
  for (const { at, groups } of matchesOf(IVY_IMPORT, text)) {
    const { one, several = '' } = groups;
    for (const named of one === undefined ? quotedIn(several) : [one]) yield { text: named, at };
  }
}

function* grapes(text: string): Generator<Named> {
  for (const { at, groups } of matchesOf(GRAB_TEXT, text)) yield { text: groups['list'] ?? '', at };
  for (const { at, groups } of matchesOf(GRAB_PARTS, text)) {
    const found = [...matchesOf(PART, groups['parts'] ?? '')];
    const valueOf = (key: string): string =>
      found.find((part) => part.groups['key'] === key)?.groups['value'] ?? '';
    yield { text: ['group', 'module', 'version'].map(valueOf).join(':'), at };
  }
}

function* kotlin(text: string): Generator<Named> {
  for (const { at, groups } of matchesOf(DEPENDS_ON, text)) {
    for (const one of quotedIn(groups['list'] ?? '')) yield { text: one, at };
  }
}

function wordsIn(list: string): readonly string[] {
  return list.match(WORD) ?? [];
}

function quotedIn(list: string): readonly string[] {
  return [...list.matchAll(QUOTED)].map(({ groups }) => groups?.['text'] ?? '');
}

function requestOf(
  { text, isForTests, isToolkit }: Named,
  suffix: string,
  line: number,
): RequestedPackage {
  const scope = isForTests === true ? ({ scope: 'development' } as const) : {};
  if (isToolkit === true) return { ...toolkit(text, suffix), line, ...scope };
  const { group, cross = '', name, version = '' } = COORDINATES.exec(text)?.groups ?? {};
  // Such as the address of a repository, which is built when the script runs.
  if (!isIdentifier(group) || !isIdentifier(name))
    return { name: text, range: text, line, ...scope };
  const isCross = cross === '::' || cross === ':::';
  return {
    name: mavenName(group, isCross ? name + suffix : name),
    range: version,
    ...fixed(version),
    line,
    ...scope,
  };
}

/** Reads a toolkit, as in `default`, `0.7.0`, `typelevel:0.1.29`. */
function toolkit(text: string, suffix: string): Omit<RequestedPackage, 'line' | 'scope'> {
  const colon = text.lastIndexOf(':');
  const [group, version] = [text.slice(0, Math.max(colon, 0)), text.slice(colon + 1)];
  const isNumber = /^\d/.test(version);
  const name = `${TOOLKITS.get(group) ?? `${group}:toolkit`}${suffix}`;
  return { name, range: version, ...(isNumber && fixed(version)) };
}

function fixed(version: string): { readonly version?: string } {
  return version === '' || OPEN.test(version) ? {} : { version };
}
