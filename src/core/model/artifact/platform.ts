/** Names of platforms: how they are written, and which mean the same. */

import type { Platform } from './artifact.ts';

const PLATFORM = /^(?<os>[a-z0-9]+)\/(?<architecture>[a-z0-9_]+)(?:\/(?<variant>[a-z0-9.]+))?$/u;

/** Returns the platform that a text names, as in `linux/arm/v7`; `undefined` for anything else. */
export function parsePlatform(text: string): Platform | undefined {
  const parts = PLATFORM.exec(text)?.groups;
  if (parts === undefined) return undefined;
  const { os = '', architecture = '', variant } = parts;
  return { os, architecture, ...(variant === undefined ? {} : { variant }) };
}

/** Returns the text of a platform, as in `linux/arm/v7`. */
export function formatPlatform(platform: Platform | undefined): string {
  if (platform === undefined) return 'unknown';
  const { os, architecture, variant } = platform;
  return [os, architecture, ...(variant === undefined ? [] : [variant])].join('/');
}

/**
 * Returns whether an image is for a platform. A platform without variant takes any. Other names of
 * one platform are equal, as containerd and docker take them: `x86_64` and `amd64`, `arm64` and
 * `arm64/v8`.
 */
export function isPlatform(found: Platform | undefined, wanted: Platform): boolean {
  if (found === undefined) return false;
  const [one, other] = [plainPlatform(found), plainPlatform(wanted)];
  if (one.os !== other.os || one.architecture !== other.architecture) return false;
  return wanted.variant === undefined || one.variant === other.variant;
}

/**
 * Other names of systems and processors. Source: containerd, package `platforms`, `normalizeOS` and
 * `normalizeArch`.
 */
const OTHER_NAMES: ReadonlyMap<string, { readonly name: string; readonly variant?: string }> =
  new Map([
    ['macos', { name: 'darwin' }],
    ['x86_64', { name: 'amd64' }],
    ['x86-64', { name: 'amd64' }],
    ['i386', { name: '386' }],
    ['aarch64', { name: 'arm64' }],
    ['armhf', { name: 'arm', variant: 'v7' }],
    ['armel', { name: 'arm', variant: 'v6' }],
  ]);

/** Variants that an architecture without one means. */
const USUAL_VARIANTS: ReadonlyMap<string, string> = new Map([
  ['amd64', 'v1'],
  ['arm64', 'v8'],
  ['arm', 'v7'],
]);

function plainPlatform(platform: Platform): Platform {
  const os = platform.os.toLowerCase();
  const architecture = platform.architecture.toLowerCase();
  const other = OTHER_NAMES.get(architecture);
  const name = other?.name ?? architecture;
  const written = platform.variant?.toLowerCase().replace(/^(?=\d)/u, 'v');
  const variant = other?.variant ?? written ?? USUAL_VARIANTS.get(name);
  return {
    os: OTHER_NAMES.get(os)?.name ?? os,
    architecture: name,
    ...(variant !== undefined && { variant }),
  };
}
