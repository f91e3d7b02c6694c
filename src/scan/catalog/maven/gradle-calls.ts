/**
 * Coordinates in the text of a Gradle build, and the calls that they stand in.
 *
 * Source: Gradle user manual, "Declaring dependencies", "Using dependency constraints", "Overriding
 * transitive dependency versions", and "Version catalogs" of settings. A call has coordinates as
 * one text or several, as named parts in any order, or as places (`implementation("g", "a", "1")`).
 * They are read in `dependencies` blocks of any object, behind `dependencies.`, in `force` and the
 * like, and in `library(…)` of settings.
 */

import { endOfBlock, withoutTexts } from './build-text.ts';

/** Coordinates of one library, as they stand there. */
export interface GradleCall {
  /** Empty where coordinates stand in no call of a configuration. */
  readonly configuration: string;
  /** `group:name` or `group:name:version`. */
  readonly coordinates: string;
  /** The property that the version is, where it is no text. */
  readonly property?: string;
  readonly isPlatform: boolean;
  /** The program puts the text together. */
  readonly isComputed: boolean;
  readonly at: number;
  /** In a block of the build itself. */
  readonly isBuild: boolean;
}

/** A block of dependencies. */
export interface GradleBlock {
  readonly start: number;
  readonly body: string;
  readonly isBuild: boolean;
}

type Groups = Readonly<Record<string, string | undefined>>;

const BLOCK = /(?<!\w)(?<name>dependencies|buildscript)\s{0,20}\{/g;
/** `dependencies.add('api', 'g:a:1')`, `project.dependencies.api 'g:a:1'`. */
const DOTTED = /(?<!\w)dependencies[ \t]{0,10}\.[ \t]{0,10}(?=[a-z])/g;
/** How far the arguments of such a call are looked at. */
const DOTTED_LENGTH = 600;
/**
 * `implementation("g:a:1")`, `testImplementation 'g:a:1'`, `api platform("g:a:1")`,
 * `"implementation"("g:a:1")`, `implementation dependencies.create('g:a:1')`.
 */
const CALL =
  /(?<![\w.$])(?<configuration>[a-z][A-Za-z0-9]{2,80})["']?[ \t]{0,10}\(?\s{0,40}(?:(?<platform>(?:enforcedP|p)latform[ \t]{0,10}\(\s{0,40})|\w[\w.]{0,60}\.create[ \t]{0,10}\(\s{0,40})?(?<quote>["'])(?<text>[^"'\n]{1,300})\k<quote>(?<rest>[ \t]{0,10}\+)?/g;
const NEXT_TEXT =
  /\s{0,40},\s{0,40}(?<quote>["'])(?<text>[^"'\n]{1,300})\k<quote>(?<rest>[ \t]{0,10}\+)?/y;
/** Texts of one call that are read. */
const MAX_TEXTS = 10_000;
/**
 * `api group: 'g', name: 'a', version: '1'`, `(group = "g", …)` of Kotlin, and each of several
 * between brackets.
 */
const PARTS =
  /(?:(?<![\w.$])(?<configuration>[a-z][A-Za-z0-9]{2,80})["']?[ \t]{0,10}\(?\s{0,40}\[?\s{0,40}|\[\s{0,40})(?<pairs>[a-z]{3,30}[ \t]{0,10}[:=][ \t]{0,10}(?:"[^"\n]{0,200}"|'[^'\n]{0,200}'|[\w.]{1,100})(?:\s{0,40},\s{0,40}[a-z]{3,30}[ \t]{0,10}[:=][ \t]{0,10}(?:"[^"\n]{0,200}"|'[^'\n]{0,200}'|[\w.]{1,100})){1,7})/g;
const PAIR =
  /(?<key>[a-z]{3,30})[ \t]{0,10}[:=][ \t]{0,10}(?:"(?<double>[^"\n]{0,200})"|'(?<single>[^'\n]{0,200})'|(?<property>[\w.]{1,100}))/g;
/** `force 'g:a:1'` of a resolution strategy, and what takes the place of another module. */
const FORCED =
  /(?<![\w$])(?<configuration>force|useTarget|(?:using|with)[ \t(]{1,10}module)[ \t]{0,10}\(?\s{0,40}(?<quote>["'])(?<text>[^"'\n]{1,300})\k<quote>(?<rest>[ \t]{0,10}\+)?/g;
/** `library('alias', 'g:a:1')`, `library("alias", "g", "a").version("1")`. */
const LIBRARY =
  /(?<![\w.$])library[ \t]{0,10}\(\s{0,40}["'][^"'\n]{1,200}["']\s{0,40},\s{0,40}["'](?<group>[^"'\n]{1,200})["'](?:\s{0,40},\s{0,40}["'](?<name>[^"'\n]{1,200})["']\s{0,40}\)\s{0,40}\.version(?<reference>Ref)?[ \t]{0,10}\([ \t]{0,10}["'](?<version>[^"'\n]{1,200})["'])?/g;
/** `version('name', '1.2.5')`. */
const CATALOG_VERSION =
  /(?<![\w.$])version[ \t]{0,10}\([ \t]{0,10}["'](?<name>[^"'\n]{1,200})["'][ \t]{0,10},[ \t]{0,10}["'](?<value>[^"'\n]{1,200})["']/g;
/** The call that a piece of Kotlin stands in: `implementation(kotlin("stdlib", "1.9.0"))`. */
const OUTER = /(?<configuration>[a-z][A-Za-z0-9]{2,80})["']?[ \t]{0,10}\([ \t]{0,10}$/;
const OUTER_LENGTH = 120;
/** Configurations of Java, Kotlin and Android, and of each variant of them. */
const CONFIGURATION =
  /^(?:api|implementation|compile|runtime|classpath|kapt|ksp)$|(?:Api|[iI]mplementation|Only|Compile|Runtime|[aA]nnotationProcessor|Ksp)$/;
/** Names of arguments and calls that are no configurations. */
const OTHER: ReadonlySet<string> = new Set([
  ...['because', 'exclude', 'group', 'module', 'name', 'project', 'files', 'fileTree', 'version'],
  ...['strictly', 'require', 'prefer', 'reject', 'capability', 'requireCapability', 'url', 'path'],
]);

/** Returns whether a word in the place of a configuration is one. */
export function isConfiguration(word: string): boolean {
  return !OTHER.has(word);
}

/** Returns the blocks of dependencies, and the arguments behind `dependencies.`. */
export function dependencyBlocks(text: string): readonly GradleBlock[] {
  const program = withoutTexts(text);
  const blocks: GradleBlock[] = [];
  let end = 0;
  let buildEnd = 0;
  for (const { groups, index, 0: opening } of program.matchAll(BLOCK)) {
    const start = index + opening.length;
    if (groups?.['name'] === 'buildscript') {
      // A block within one that was read ends before it.
      if (index >= buildEnd) buildEnd = endOfBlock(program, start);
      continue;
    }
    // A block within one that was read, as of an exclusion.
    if (index < end) continue;
    end = endOfBlock(program, start);
    blocks.push({ start, body: text.slice(start, end), isBuild: index < buildEnd });
  }
  return [...blocks, ...dottedCalls(text, program, { blocks, buildEnd })];
}

/** Returns the arguments behind `dependencies.` outside of blocks. */
function dottedCalls(
  text: string,
  program: string,
  { blocks, buildEnd }: { readonly blocks: readonly GradleBlock[]; readonly buildEnd: number },
): readonly GradleBlock[] {
  const calls: GradleBlock[] = [];
  const found = [...program.matchAll(DOTTED)];
  let next = 0;
  for (const [at, { index, 0: opening }] of found.entries()) {
    const start = index + opening.length;
    while (next < blocks.length && endOf(blocks[next]) <= start) next += 1;
    const block = blocks[next];
    if (block !== undefined && block.start <= start) continue;
    const limit = Math.min(start + DOTTED_LENGTH, found[at + 1]?.index ?? program.length);
    const body = text.slice(start, endOfCall(program, start, limit));
    calls.push({ start, body, isBuild: index < buildEnd });
  }
  return calls;
}

function endOf(block: GradleBlock | undefined): number {
  return block === undefined ? 0 : block.start + block.body.length;
}

/** Returns the place behind a call: its closing bracket, or the end of its line. */
function endOfCall(program: string, start: number, last: number): number {
  let depth = 0;
  for (let at = start; at < last; at += 1) {
    const unit = program.charAt(at);
    if (unit === '(') depth += 1;
    else if (unit === ')') depth -= 1;
    if (depth < 0 || (unit === '\n' && depth === 0)) return at;
  }
  return last;
}

/** Yields all coordinates of a build without comments. */
export function* callsWithCoordinates(text: string): Generator<GradleCall> {
  for (const { start, body, isBuild } of dependencyBlocks(text)) {
    for (const found of body.matchAll(CALL)) {
      for (const call of callsOf(found, body)) {
        yield { ...call, at: start + found.index, isBuild };
      }
    }
    for (const { groups = {}, index } of body.matchAll(PARTS)) {
      const call = namedParts(groups);
      if (call !== undefined) yield { ...call, at: start + index, isBuild };
    }
  }
  for (const found of text.matchAll(FORCED)) {
    for (const { text: coordinates, isComputed } of textsOf(found, text)) {
      const call = { configuration: '', coordinates, isPlatform: false, isComputed };
      if (coordinates.includes(':')) yield { ...call, at: found.index, isBuild: false };
    }
  }
  yield* librariesOf(text);
}

type Unplaced = Omit<GradleCall, 'at' | 'isBuild'>;

interface Text {
  readonly text: string;
  readonly isComputed: boolean;
}

/** Returns the texts of a call, one behind the other. */
function textsOf({ groups = {}, index, 0: whole }: RegExpMatchArray, body: string): Text[] {
  const texts = [textOf(groups)];
  let at = (index ?? 0) + whole.length;
  while (texts.length < MAX_TEXTS && texts.at(-1)?.isComputed !== true) {
    NEXT_TEXT.lastIndex = at;
    const next = NEXT_TEXT.exec(body);
    if (next === null) break;
    texts.push(textOf(next.groups ?? {}));
    at = NEXT_TEXT.lastIndex;
  }
  return texts;
}

function textOf({ text = '', rest }: Groups): Text {
  return { text, isComputed: rest !== undefined };
}

function callsOf(found: RegExpMatchArray, body: string): readonly Unplaced[] {
  const { configuration = '', platform } = found.groups ?? {};
  const isPlatform = platform !== undefined;
  const texts = textsOf(found, body);
  const first = texts[0]?.text ?? '';
  if (!first.includes(':')) {
    const at = found.index ?? 0;
    return inPlaces(configuration, texts, body.slice(Math.max(0, at - OUTER_LENGTH), at));
  }
  if (!isConfiguration(configuration)) return [];
  return texts
    .filter(({ text }) => text.includes(':'))
    .map(({ text, isComputed }) => ({ configuration, coordinates: text, isPlatform, isComputed }));
}

/** Reads a call whose first text is no coordinates. */
function inPlaces(word: string, texts: readonly Text[], before: string): readonly Unplaced[] {
  const [first, second] = texts;
  if (first === undefined || second === undefined) return [];
  const isComputed = texts.some((one) => one.isComputed);
  const rest = { isPlatform: false, isComputed };
  if (word === 'add') {
    return texts
      .slice(1)
      .filter(({ text }) => text.includes(':'))
      .map(({ text }) => ({ configuration: first.text, coordinates: text, ...rest }));
  }
  if (word === 'kotlin') {
    const configuration = OUTER.exec(before)?.groups?.['configuration'] ?? '';
    const coordinates = `org.jetbrains.kotlin:kotlin-${first.text}:${second.text}`;
    return [{ configuration, coordinates, ...rest }];
  }
  if (!CONFIGURATION.test(word)) return [];
  const coordinates = texts.slice(0, 3).map(({ text }) => text);
  return [{ configuration: word, coordinates: coordinates.join(':'), ...rest }];
}

function namedParts({ configuration = '', pairs = '' }: Groups): Unplaced | undefined {
  const parts = new Map<string, Groups>();
  for (const { groups = {} } of pairs.matchAll(PAIR)) {
    const { key = '' } = groups;
    if (!parts.has(key)) parts.set(key, groups);
  }
  const group = valueOf(parts.get('group'));
  const name = valueOf(parts.get('name'));
  if (group === undefined || name === undefined || !isConfiguration(configuration)) {
    return undefined;
  }
  const version = parts.get('version');
  const text = valueOf(version);
  const property = version?.['property'];
  return {
    configuration,
    coordinates: text === undefined ? `${group}:${name}` : `${group}:${name}:${text}`,
    isPlatform: false,
    isComputed: false,
    ...(property !== undefined && { property }),
  };
}

function valueOf(part: Groups | undefined): string | undefined {
  return part?.['double'] ?? part?.['single'];
}

/** Yields the libraries of a catalog that settings define. */
function* librariesOf(text: string): Generator<GradleCall> {
  const versions = new Map<string, string>();
  for (const { groups } of text.matchAll(CATALOG_VERSION)) {
    versions.set(groups?.['name'] ?? '', groups?.['value'] ?? '');
  }
  for (const { groups = {}, index } of text.matchAll(LIBRARY)) {
    const { group = '', name, reference, version = '' } = groups;
    const stated = reference === undefined ? version : versions.get(version);
    if (name === undefined && !group.includes(':')) continue;
    yield {
      configuration: '',
      coordinates: name === undefined ? group : `${group}:${name}:${stated ?? ''}`,
      isPlatform: false,
      isComputed: stated === undefined,
      at: index,
      isBuild: false,
    };
  }
}
