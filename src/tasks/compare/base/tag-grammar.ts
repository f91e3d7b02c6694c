/**
 * The grammar of image tags, as publishers of images write them: `3.12.4-slim-bookworm`, `v1.2.3`,
 * `17-jre-alpine3.20`, `bookworm-20240612-slim`. Pure. No standard defines it, so a tag that it
 * cannot place has the kind `other`.
 *
 * Sources of the forms: the tag lists of Docker's official images, of Microsoft's and of Eclipse
 * Temurin's; `sha256-<hex>` with an ending is the form in which cosign stores signatures;
 * architectures are those of the Go and of the Docker names.
 */

import { DEBIAN_RELEASES, UBUNTU_RELEASES } from '../../../core/model/distro/distro-releases.ts';

/**
 * The kind of a tag. `signature` is not an image; `build` is one commit, branch or pull request.
 */
export type TagKind =
  'release' | 'floating' | 'prerelease' | 'dated' | 'build' | 'signature' | 'other';

/** A tag by its parts. */
export interface ParsedTag {
  readonly tag: string;
  readonly kind: TagKind;
  /**
   * Numbers of the version: `[3, 12, 4]`; empty for a floating tag such as `latest` or
   * `bookworm-slim`.
   */
  readonly version: readonly number[];
  /** A build number behind the version: 9 in `21.0.3_9`. */
  readonly build: number;
  /** Words for the distribution: `bookworm`, `alpine3.20`. */
  readonly distributions: readonly string[];
  /** Words for a smaller image: `slim`. */
  readonly sizes: readonly string[];
  /** Other words: `jre`, `fpm`. */
  readonly flavors: readonly string[];
  /** The name of a moving series where it is not `latest`: `lts`, `mainline`. */
  readonly channels: readonly string[];
  /** Dates, as they are written. */
  readonly dates: readonly string[];
  /** Words for an architecture or an operating system other than Linux. */
  readonly platforms: readonly string[];
}

const VERSION =
  /^v?(?<numbers>\d{1,9}(?:\.\d{1,9}){0,5})(?<pre>\.?(?:rc|alpha|beta|pre|preview|dev|ea|a|b|m)\.?\d*)?(?:[_+](?<build>\d{1,9}))?$/iu;
const PRERELEASE =
  /^(?:rc|alpha|beta|pre|preview|dev|devel|ea|nightly|snapshot|canary|unstable|experimental|insiders|testing)[.\d]*$/iu;
const DATE = /^(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:\.\d{1,4}|T?\d{4,6})?$/u;
const DATE_IN_PARTS =
  /(?:^|[-._])(?:19|20)\d{2}[-.](?:0[1-9]|1[0-2])[-.](?:0[1-9]|[12]\d|3[01])(?=$|[-._])/u;
const SIGNATURE = /^sha(?:256|512)-[0-9a-f]{64,128}(?:\.[a-z]+)?$/u;
const BUILD =
  /^(?:sha|pr|commit|branch|merge|build|ci|git|run)[-_.][\w.-]+$|^(?:main|master|develop|trunk|head)(?:[-_.].*)?$/iu;
const COMMIT = /^(?=.*\d)(?=.*[a-f])[0-9a-f]{7,40}$/u;
const ARCHITECTURE =
  /^(?:amd64|arm64|arm64v8|arm32v[5-8]|arm|armhf|armel|armv[5-8]l?|386|i386|i686|x86|x86_64|x64|aarch64|ppc64le|s390x|riscv64|mips64le|loong64|loongarch64|linux)$/iu;
const WINDOWS = /^(?:windows\w*|nanoserver|ltsc\d{4}|win\d+|servercore|1[678]09|19\d{2}|20h2)$/iu;
const SIZE = /^(?:slim|minimal|micro|mini|tiny|small|lite|distroless|chiseled|static|nano)$/iu;
const DISTRIBUTION =
  /^(?:alpine|debian|ubuntu|fedora|centos|rockylinux|rocky|almalinux|alma|oraclelinux|oracle|ol|ubi|rhel|amazonlinux|al|azurelinux|mariner|cbl-mariner|photon|opensuse|leap|tumbleweed|wolfi|busybox|arch|gentoo|musl|glibc)(?:\d[\d.]*)?$/iu;
/** Names of series that move, as `latest` does. They have the place of a version. */
const CHANNEL = /^(?:stable|current|lts|mainline|edge|rolling)$/iu;

const CODENAMES: ReadonlySet<string> = new Set(
  [...DEBIAN_RELEASES, ...UBUNTU_RELEASES].flatMap(({ codename }) => codename ?? []),
);
/** Debian's names of suites, which move. */
const SUITES: ReadonlySet<string> = new Set(['oldstable', 'oldoldstable']);

/** Reads a tag. Every text has a reading. */
export function parseTag(tag: string): ParsedTag {
  const bare = {
    ...{ tag, version: [], build: 0 },
    ...{ distributions: [], sizes: [], flavors: [], platforms: [], channels: [], dates: [] },
  };
  if (SIGNATURE.test(tag)) return { ...bare, kind: 'signature' };
  if (BUILD.test(tag) || COMMIT.test(tag)) return { ...bare, kind: 'build' };
  const dateInParts = DATE_IN_PARTS.exec(tag)?.[0];
  const words = (dateInParts === undefined ? tag : tag.replace(dateInParts, '-'))
    .split('-')
    .filter((word) => word !== '');
  const [first = '', ...others] = words;
  const isDate = DATE.test(first);
  const found = isDate ? undefined : VERSION.exec(first)?.groups;
  const parts = sortWords(found === undefined ? words : others);
  const dates = [...(dateInParts === undefined ? [] : [dateInParts.slice(-10)]), ...parts.dates];
  const kind = kindOf(parts, {
    isDated: dates.length > 0,
    version: found,
    hasWords: words.length > 0,
  });
  const { distributions, sizes, flavors, platforms, channels } = parts;
  return {
    tag,
    kind,
    version: (found?.['numbers'] ?? '').split('.').filter(Boolean).map(Number),
    build: Number(found?.['build'] ?? parts.build),
    ...{ distributions, sizes, flavors, platforms, channels, dates },
  };
}

/**
 * Returns the order of two versions by their numbers; a version without a number that the other has
 * comes first.
 */
export function compareTagVersions(
  a: Pick<ParsedTag, 'version' | 'build'>,
  b: Pick<ParsedTag, 'version' | 'build'>,
): number {
  for (let index = 0; index < Math.max(a.version.length, b.version.length); index += 1) {
    const difference = (a.version[index] ?? -1) - (b.version[index] ?? -1);
    if (difference !== 0) return difference;
  }
  return a.build - b.build;
}

/**
 * Returns what is equal for tags of the same variant: all words that name neither a version nor a
 * platform.
 */
export function variantKey({
  distributions,
  sizes,
  flavors,
}: Pick<ParsedTag, 'distributions' | 'sizes' | 'flavors'>): string {
  return [distributions, sizes, flavors].map((words) => [...words].sort().join(' ')).join('|');
}

function kindOf(
  parts: SortedWords,
  of: {
    readonly isDated: boolean;
    readonly version: Readonly<Record<string, string>> | undefined;
    readonly hasWords: boolean;
  },
): TagKind {
  if (parts.commits > 0) return 'build';
  if (parts.prereleases > 0 || of.version?.['pre'] !== undefined) return 'prerelease';
  if (of.isDated) return 'dated';
  if (of.version !== undefined) return 'release';
  const { isNewest, channels, distributions, sizes } = parts;
  const isKnown = isNewest || channels.length + distributions.length + sizes.length > 0;
  return isKnown && of.hasWords ? 'floating' : 'other';
}

type WordKind = 'distributions' | 'sizes' | 'flavors' | 'platforms' | 'channels' | 'dates';

interface SortedWords extends Pick<ParsedTag, WordKind> {
  readonly prereleases: number;
  readonly commits: number;
  readonly isNewest: boolean;
  /** The number of a build of the same version: 3 in `1.2.0-debian-12-r3`. */
  readonly build: number;
}

/** The release of the distribution in the word before, or the number of a build. */
const LONE_NUMBER = /^(?<revision>r)?(?<number>\d{1,9}(?:\.\d{1,9})*)$/u;

function sortWords(words: readonly string[]): SortedWords {
  const sorted: Record<WordKind, string[]> = {
    ...{ distributions: [], sizes: [], flavors: [], platforms: [], channels: [], dates: [] },
  };
  const counts = { prereleases: 0, commits: 0, isNewest: false, build: 0 };
  for (const [index, word] of words.entries()) {
    const lower = word.toLowerCase();
    const kind = kindOfWord(word, lower, sorted.platforms.length > 0);
    if (kind === 'prerelease') counts.prereleases += 1;
    else if (kind === 'commit') counts.commits += 1;
    else if (kind === 'newest') counts.isNewest = true;
    else if (kind !== 'number') sorted[kind].push(lower);
    else {
      const last = sorted.distributions.length - 1;
      const named = sorted.distributions[last];
      const isRelease = named !== undefined && words[index - 1]?.toLowerCase() === named;
      if (isRelease && !lower.startsWith('r')) sorted.distributions[last] = `${named}${lower}`;
      else if (/^r?\d+$/u.test(lower)) counts.build = Number(lower.replace('r', ''));
      else sorted.flavors.push(lower);
    }
  }
  return { ...sorted, ...counts };
}

function kindOfWord(
  word: string,
  lower: string,
  hasPlatform: boolean,
): WordKind | 'prerelease' | 'commit' | 'newest' | 'number' {
  if (DATE.test(word)) return 'dates';
  if (WINDOWS.test(word) && (hasPlatform || !LONE_NUMBER.test(word))) return 'platforms';
  if (LONE_NUMBER.test(word)) return 'number';
  if (PRERELEASE.test(word)) return 'prerelease';
  if (ARCHITECTURE.test(word)) return 'platforms';
  const isCodename = CODENAMES.has(lower) || SUITES.has(lower);
  if (isCodename || DISTRIBUTION.test(word)) return 'distributions';
  if (SIZE.test(word)) return 'sizes';
  if (lower === 'latest') return 'newest';
  if (CHANNEL.test(word)) return 'channels';
  return COMMIT.test(word) ? 'commit' : 'flavors';
}
