/**
 * Repositories of Maven and Gradle.
 *
 * Source: Maven, "POM Reference" (`repositories`, `pluginRepositories`), "Settings Reference"
 * (`mirrors`), "Checksums" (`checksumPolicy`); Gradle User Manual, "Declaring repositories",
 * "Gradle Wrapper" (`distributionSha256Sum`); Maven Wrapper. All repositories of a build are asked
 * for every artifact, in their order. A build script of Gradle is a program: addresses that stand
 * in it as plain texts are read.
 */

import { baseName } from '../../../../core/base/artifact-path.ts';
import { childrenOf, readXml, type XmlElement } from '../../../../formats/text/xml/xml.ts';
import { isLocal, plainAddress } from '../address.ts';
import { groupsIn, numberedLines } from '../text.ts';
import type { OriginFile, OriginReader, PackageUse, SourceUse } from '../use.ts';

const CENTRAL = 'https://repo.maven.apache.org/maven2/';
/** Repositories with these names are the usual ones of Gradle. */
const NAMED_REPOSITORIES: ReadonlyMap<string, string> = new Map([
  ['mavenCentral', CENTRAL],
  ['google', 'https://dl.google.com/dl/android/maven2/'],
  ['gradlePluginPortal', 'https://plugins.gradle.org/m2/'],
  ['jcenter', 'https://jcenter.bintray.com/'],
]);
const MAX_DEPTH = 40;

/** Reads `pom.xml`. */
export const readPom: OriginReader = ({ path, bytes, gap }) => {
  const root = readXml(path, bytes, 'project');
  const uses: SourceUse[] = [];
  const ids = new Set<string | undefined>();
  visit(root, (element) => {
    const isRepository = element.name === 'repository' || element.name === 'pluginRepository';
    if (!isRepository || textOf(element, 'url') === undefined) return;
    ids.add(textOf(element, 'id'));
    uses.push(...repositoryUses(element, gap));
  });
  const addresses = indexesIn(uses);
  // The central repository is part of every build, behind those of the file, unless one takes its
  // id.
  const all = ids.has('central') ? addresses : [...addresses, CENTRAL];
  visit(root, (element) => {
    if (element.name !== 'dependency' && element.name !== 'plugin' && element.name !== 'extension')
      return;
    const [group, artifact] = [textOf(element, 'groupId'), textOf(element, 'artifactId')];
    if (group === undefined || artifact === undefined || /\$\{/u.test(group + artifact)) return;
    if (textOf(element, 'systemPath') !== undefined) return;
    const name = `${group}:${artifact}`;
    const shared = {
      kind: 'package',
      ecosystem: 'maven',
      name,
      line: element.line,
      isRequest: true,
    } as const;
    uses.push({ ...shared, from: 'unnamed', addresses: all, isOrdered: true });
  });
  return uses;
};

/** Reads `settings.xml`: mirrors take the place of repositories. */
export const readMavenSettings: OriginReader = ({ path, bytes, gap }) => {
  const root = readXml(path, bytes);
  if (root.name !== 'settings') return [];
  const uses: SourceUse[] = [];
  visit(root, (element) => {
    const isRepository = element.name === 'repository' || element.name === 'pluginRepository';
    if (isRepository || element.name === 'mirror') uses.push(...repositoryUses(element, gap));
  });
  return uses;
};

function repositoryUses(element: XmlElement, gap: OriginFile['gap']): readonly SourceUse[] {
  const url = textOf(element, 'url');
  if (url === undefined) return [];
  const { line } = element;
  if (url.includes('${')) {
    gap(`the address "${url}" of line ${line} is calculated`);
    return [];
  }
  const address = isLocal(url) ? undefined : plainAddress(url);
  const uses: SourceUse[] = [];
  const key = element.name;
  if (address !== undefined)
    uses.push({ kind: 'index', ecosystem: 'maven', address, line, role: 'default', key });
  for (const part of ['releases', 'snapshots']) {
    const policy = childrenOf(element, part)
      .map((one) => textOf(one, 'checksumPolicy'))
      .find((one) => one !== undefined);
    if (policy !== 'ignore') continue;
    const effect = 'artifacts of this repository are not compared with their digests';
    uses.push({ kind: 'disabled-check', line, setting: 'checksumPolicy ignore', effect });
  }
  return uses;
}

function textOf(element: XmlElement, name: string): string | undefined {
  const [child] = childrenOf(element, name);
  return child === undefined || child.text === '' ? undefined : child.text;
}

function visit(element: XmlElement, take: (element: XmlElement) => void, depth = 0): void {
  take(element);
  if (depth < MAX_DEPTH) for (const child of element.children) visit(child, take, depth + 1);
}

const GRADLE_URL =
  /\b(?:url|setUrl|artifactUrls)\s*(?:=|\()?\s*(?:uri\s*\(\s*)?["'](?<url>[^"']+)["']|\bmaven\s*\(\s*(?:url\s*=\s*)?(?:uri\s*\(\s*)?["'](?<short>[^"']+)["']/u;
const GRADLE_DEPENDENCY =
  /\b\w*(?:[iI]mplementation|[aA]pi|[cC]ompileOnly|[rR]untimeOnly|[kK]apt|[aA]nnotationProcessor|classpath|[cC]ompile)\s*\(?\s*["'](?<group>[\w.-]+):(?<artifact>[\w.-]+)(?::[^"']*)?["']/u;

const INSECURE =
  /\b(?:isAllowInsecureProtocol|allowInsecureProtocol)\s*(?:=\s*|\s+)true\b|setAllowInsecureProtocol\s*\(\s*true/u;
const NAMED =
  /^(?:\}?\s*)?(?:repositories\s*\{\s*)?(?<name>mavenCentral|google|gradlePluginPortal|jcenter)\s*(?:\(|\{)/u;

/** Reads build scripts and settings of Gradle. */
export const readGradle: OriginReader = ({ text, gap }) => {
  const uses: SourceUse[] = [];
  const requests: Omit<PackageUse, 'addresses'>[] = [];
  for (const { line, content } of codeLines(text)) {
    uses.push(...repositoriesIn(content, line, gap));
    const of = groupsIn(GRADLE_DEPENDENCY, content);
    if (of('group') === '') continue;
    const name = `${of('group')}:${of('artifact')}`;
    requests.push({
      kind: 'package',
      ecosystem: 'maven',
      name,
      line,
      isRequest: true,
      from: 'unnamed',
    });
  }
  // Filters of repositories say which of them are asked for a name; they are not read.
  const isFiltered = /\b(?:exclusiveContent|content)\s*\{/u.test(text);
  const addresses = isFiltered ? [] : indexesIn(uses);
  for (const request of requests) uses.push({ ...request, addresses, isOrdered: true });
  return uses;
};

function repositoriesIn(
  content: string,
  line: number,
  gap: OriginFile['gap'],
): readonly SourceUse[] {
  const uses: SourceUse[] = [];
  const of = groupsIn(GRADLE_URL, content);
  const url = of('url') || of('short');
  if (url.includes('$')) gap(`the address "${url}" of line ${line} is calculated`);
  else if (url !== '' && !isLocal(url)) uses.push(...gradleIndex(url, line, 'url'));
  const name = groupsIn(NAMED, content)('name');
  const known = NAMED_REPOSITORIES.get(name);
  if (known !== undefined) uses.push(...gradleIndex(known, line, `${name}()`));
  if (INSECURE.test(content)) {
    const setting = 'allowInsecureProtocol = true';
    uses.push({
      kind: 'disabled-check',
      line,
      setting,
      effect: 'artifacts may come over plain HTTP',
    });
  }
  return uses;
}

/** Yields the lines of a script without comments. */
function* codeLines(text: string): Generator<{ readonly line: number; readonly content: string }> {
  let isComment = false;
  for (const [index, raw] of text.split(/\r?\n/u).entries()) {
    const wasComment = isComment;
    const plain = raw.replaceAll(/\/\*.*?\*\//gu, '');
    if (wasComment) isComment = !plain.includes('*/');
    else isComment = plain.includes('/*');
    const content = wasComment
      ? plain.slice(isComment ? plain.length : plain.indexOf('*/') + 2)
      : plain.replace(/\/\*.*$/u, '');
    yield { line: index + 1, content: content.replace(/(?:^|\s)\/\/.*$/u, '').trim() };
  }
}

function indexesIn(uses: readonly SourceUse[]): readonly string[] {
  return uses.flatMap((use) => (use.kind === 'index' ? [use.address] : []));
}

function gradleIndex(url: string, line: number, key: string): readonly SourceUse[] {
  const address = plainAddress(url);
  return address === undefined
    ? []
    : [{ kind: 'index', ecosystem: 'maven', address, line, role: 'default', key }];
}

/**
 * Reads `gradle-wrapper.properties` and `maven-wrapper.properties`: archives of programs, with
 * their digests.
 */
export const readWrapperProperties: OriginReader = ({ text }) => {
  const values = new Map<string, { readonly value: string; readonly line: number }>();
  for (const { line, content } of numberedLines(text)) {
    const { key = '', value = '' } =
      /^(?<key>\w+)\s*[=:]\s*(?<value>.*)$/u.exec(content)?.groups ?? {};
    values.set(key, { value: value.replaceAll('\\:', ':'), line });
  }
  return ['distribution', 'wrapper'].flatMap((part): readonly SourceUse[] => {
    const found = values.get(`${part}Url`);
    const address = found === undefined ? undefined : plainAddress(found.value);
    if (found === undefined || address === undefined) return [];
    const name = baseName(address);
    const isPinned = values.has(`${part}Sha256Sum`);
    return [
      {
        kind: 'package',
        ecosystem: 'maven',
        name,
        line: found.line,
        from: 'archive',
        addresses: [address],
        isPinned,
      },
    ];
  });
};
