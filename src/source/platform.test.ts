import { describe, expect, it } from 'vitest';

import type { Platform } from '../model/artifact.ts';
import { formatPlatform, hostPlatform, isPlatform } from './platform.ts';

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
  ])('found %s, wanted %s: %s', (found, wanted, expected) => {
    expect(isPlatform(platform(found), platform(wanted))).toBe(expected);
  });
});

function platform(text: string): Platform {
  const [os = '', architecture = '', variant] = text.split('/');
  return { os, architecture, ...(variant !== undefined && { variant }) };
}
