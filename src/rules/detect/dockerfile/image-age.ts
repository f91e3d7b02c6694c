/**
 * Until when the base of an image is maintained, by its name and tag. Sources: the names of the
 * official images.
 */

import {
  DERIVATIVE_RELEASES,
  DISTRO_RELEASES,
  type DistroRelease,
} from '../../../core/model/distro/distro-releases.ts';
import { PROGRAM_RELEASE_LINES } from '../../../core/model/program/program-releases.ts';
import type { NamedImage } from '../../../trust/trust-file/repository-pattern.ts';

/** A system or program that is no longer maintained. */
export interface EndedRelease {
  /** The name, as in `Debian 10`. */
  readonly name: string;
  /** `YYYY-MM-DD`. */
  readonly supportedUntil: string;
}

const DAY_MS = 86_400_000;

interface SystemImage {
  readonly name: string;
  readonly releases: readonly DistroRelease[];
}

const { debian, ubuntu, alpine, fedora, almalinux, rocky, oracle, amazon, opensuse } =
  DISTRO_RELEASES;
const CENTOS = DERIVATIVE_RELEASES.get('centos') ?? [];

/** Official images of systems, by their path. */
const SYSTEMS: ReadonlyMap<string, SystemImage> = new Map([
  ['library/debian', { name: 'Debian', releases: debian }],
  ['library/buildpack-deps', { name: 'Debian', releases: debian }],
  ['library/ubuntu', { name: 'Ubuntu', releases: ubuntu }],
  ['library/alpine', { name: 'Alpine', releases: alpine }],
  ['library/fedora', { name: 'Fedora', releases: fedora }],
  ['library/almalinux', { name: 'AlmaLinux', releases: almalinux }],
  ['library/rockylinux', { name: 'Rocky Linux', releases: rocky }],
  ['rockylinux/rockylinux', { name: 'Rocky Linux', releases: rocky }],
  ['library/oraclelinux', { name: 'Oracle Linux', releases: oracle }],
  ['library/amazonlinux', { name: 'Amazon Linux', releases: amazon }],
  ['library/centos', { name: 'CentOS', releases: CENTOS }],
  ['opensuse/leap', { name: 'openSUSE Leap', releases: opensuse }],
]);
/** Programs whose official image has another name than the program. */
const PROGRAMS: ReadonlyMap<string, string> = new Map([
  ['library/golang', 'go'],
  ['library/mysql', 'mysql'],
  ['library/postgres', 'postgresql'],
]);

/** Returns the part of an official image that has ended at `now`: its system, or its program. */
export function endedRelease(image: NamedImage, now: number): EndedRelease | undefined {
  if (image.domain !== 'docker.io' || image.tag === undefined) return undefined;
  const system = SYSTEMS.get(image.path);
  if (system !== undefined) return endedOf(system, image.tag.split('-'), now);
  if (!image.path.startsWith('library/')) return undefined;
  return endedProgram(image.path, image.tag, now) ?? endedVariant(image.tag, now);
}

function endedOf(
  { name, releases }: SystemImage,
  words: readonly string[],
  now: number,
): EndedRelease | undefined {
  for (const word of words) {
    const found = releases.find(
      ({ release, codename }) =>
        word === release ||
        word === codename ||
        (/^\d+(?:\.\d+)*$/u.test(word) && word.startsWith(`${release}.`)),
    );
    if (found?.supportedUntil === undefined) continue;
    return ended(`${name} ${found.release}`, found.supportedUntil, now);
  }
  return undefined;
}

/**
 * Returns the ended variant of a tag, as in `python:3.12-slim-bullseye` and `node:22-alpine3.12`.
 */
function endedVariant(tag: string, now: number): EndedRelease | undefined {
  const words = tag.split('-');
  const names = words.filter((word) => /^[a-z]+$/u.test(word));
  const versions = words.flatMap(
    (word) => /^alpine(?<version>\d.*)$/u.exec(word)?.groups?.['version'] ?? [],
  );
  return (
    endedOf({ name: 'Debian', releases: debian }, names, now) ??
    endedOf({ name: 'Ubuntu', releases: ubuntu }, names, now) ??
    endedOf({ name: 'Alpine', releases: alpine }, versions, now)
  );
}

function endedProgram(path: string, tag: string, now: number): EndedRelease | undefined {
  const name = PROGRAMS.get(path) ?? path.slice('library/'.length);
  const version = /^v?(?<version>\d+(?:\.\d+)*)/u.exec(tag)?.groups?.['version'];
  const line = PROGRAM_RELEASE_LINES.get(name)?.find(
    (one) => version === one.line || version?.startsWith(`${one.line}.`) === true,
  );
  return line === undefined ? undefined : ended(`${name} ${line.line}`, line.supportedUntil, now);
}

function ended(name: string, supportedUntil: string, now: number): EndedRelease | undefined {
  const end = Date.parse(`${supportedUntil}T00:00:00Z`) + DAY_MS;
  return now < end ? undefined : { name, supportedUntil };
}
