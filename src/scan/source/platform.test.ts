import { describe, expect, it } from 'vitest';

import type { Platform } from '../../core/model/artifact/artifact.ts';
import { formatPlatform, isPlatform } from '../../core/model/artifact/platform.ts';
import { choosePlatforms, hostPlatform } from './platform.ts';

describe('platforms', () => {
  it.each([
    ['x64', 'linux/amd64'],
    ['arm64', 'linux/arm64'],
    ['ia32', 'linux/386'],
    ['s390x', 'linux/s390x'],
  ])('Node on %s runs %s', (architecture, expected) => {
    expect(formatPlatform(hostPlatform(architecture))).toBe(expected);
  });

  it.each([
    ['linux/arm64', 'linux/arm64/v8', true],
    ['linux/arm64/v8', 'linux/arm64', true],
    ['linux/arm/v6', 'linux/arm/v7', false],
    ['linux/arm/v7', 'linux/arm', true],
    ['linux/amd64', 'linux/arm64', false],
    ['windows/amd64', 'linux/amd64', false],
    ['linux/x86_64', 'linux/amd64', true],
    ['Linux/AMD64', 'linux/amd64', true],
    ['linux/x86-64/v1', 'linux/amd64', true],
    ['linux/aarch64', 'linux/arm64/v8', true],
    ['linux/arm64/8', 'linux/arm64', true],
    ['linux/armhf', 'linux/arm/v7', true],
    ['linux/armel', 'linux/arm/v7', false],
    ['linux/arm', 'linux/arm/v7', true],
    ['linux/i386', 'linux/386', true],
    ['macos/amd64', 'darwin/amd64', true],
    ['linux/amd64/v2', 'linux/amd64/v3', false],
  ])('found %s, wanted %s: %s', (found, wanted, expected) => {
    expect(isPlatform(platform(found), platform(wanted))).toBe(expected);
  });
});

describe('images of an index', () => {
  const host = hostPlatform();
  const other = { os: 'linux', architecture: host.architecture === 's390x' ? 'amd64' : 's390x' };
  const image = (of: Platform, isUnlisted: boolean) => ({ group: 'a', platform: of, isUnlisted });
  const named = image(host, false);
  const foreign = image(other, false);
  const unlisted = image(other, true);
  const own = image(host, true);

  it.each([
    ['one that names no platform only where none names the host', [named, unlisted], [named]],
    ['one that names none and is for the host', [named, own], [named, own]],
    ['each that names none, in front', [unlisted, own], [unlisted, own]],
    ['each that names none, behind', [foreign, own, unlisted], [own, unlisted]],
  ])('gives %s', (_, images, chosen) => {
    expect(choosePlatforms(images, [], 'x')).toEqual(chosen);
    expect(choosePlatforms(images, [host], 'x')).toEqual(chosen);
  });
});

function platform(text: string): Platform {
  const [os = '', architecture = '', variant] = text.split('/');
  return { os, architecture, ...(variant !== undefined && { variant }) };
}
