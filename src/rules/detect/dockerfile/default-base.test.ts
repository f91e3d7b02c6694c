/**
 * The base of a stage in a build without arguments, and what a trust file says where there is none.
 */

import { beforeAll, describe, expect, it } from 'vitest';

import { dockerfile, loadShell } from './dockerfile.ts';
import type { DockerfileSettings } from './settings.ts';

beforeAll(loadShell);

const PATTERN = { text: 'docker.io/library/**', host: 'docker.io', parts: ['library', '**'] };
const TRUST: DockerfileSettings = {
  trust: {
    name: 'assay.trust.yaml',
    baseImages: { allowed: [PATTERN], denied: [] },
    packages: new Map(),
    ...{ keys: [], identities: [], signatures: [], attestations: [], trustedRoots: [] },
  },
};

function bases(text: string, settings: DockerfileSettings = {}): readonly string[] {
  const file = { path: 'Dockerfile', bytes: Buffer.from(text), settings: { dockerfile: settings } };
  return dockerfile
    .detect(file)
    .map(({ rule }) => rule.replace('dockerfile/', ''))
    .filter((rule) => rule.endsWith('-base'));
}

describe('a base with a default', () => {
  it.each([
    ['ARG V\nFROM debian:${V:-latest}\n', ['latest-base']],
    ['ARG V\nFROM ${V:-debian}\n', ['untagged-base']],
    ['ARG V\nFROM debian:13${V}\n', ['mutable-base']],
    ['ARG A\nARG V=${A:-13}\nFROM debian:${V:-12}\n', ['mutable-base']],
    ['ARG V=\nFROM debian:${V:-13}\n', ['mutable-base']],
    ['ARG V\nFROM debian:$V\n', []],
    ['ARG V\nFROM $V\n', []],
    ['ARG V\nFROM $V/debian:13\n', []],
    ['ARG V\nFROM debian:13@$V\n', []],
    ['ARG V\nFROM ${V:?needed}\n', []],
    ['FROM debian:13-$TARGETARCH\n', []],
  ])('%j', (text, expected) => {
    expect(bases(text)).toEqual(expected);
  });
});

describe('a trust file with a list of bases', () => {
  it.each([
    ['ARG R\nFROM ${R:-evil.example/x:1}\n', ['mutable-base', 'untrusted-base']],
    ['ARG R\nFROM $R\n', ['untrusted-base']],
    ['ARG R\nFROM ${R:-debian:13}\n', ['mutable-base']],
    ['FROM scratch AS build-amd64\nFROM build-${TARGETARCH}\n', []],
    ['FROM scratch AS build-amd64\nFROM evil-${TARGETARCH}\n', ['untrusted-base']],
  ])('%j', (text, expected) => {
    expect(bases(text, TRUST)).toEqual(expected);
  });

  it('does not judge what arguments decide if it only denies', () => {
    const denied = { ...TRUST.trust, baseImages: { denied: [] } } as DockerfileSettings['trust'];
    expect(bases('ARG R\nFROM $R\n', { ...(denied && { trust: denied }) })).toEqual([]);
  });
});
