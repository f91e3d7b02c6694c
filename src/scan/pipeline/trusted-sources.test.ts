import { describe, expect, it } from 'vitest';

import type { Artifact, BaseStatement, ImageFacts } from '../../core/model/artifact/artifact.ts';
import { readTrustFile } from '../../trust/trust-file/read-trust-file.ts';
import { sourceOutcome } from './trusted-sources.ts';

const D1 = `sha256:${'1'.repeat(64)}` as const;
const D2 = `sha256:${'2'.repeat(64)}` as const;

type Scene = Partial<Pick<Artifact, 'kind' | 'reference' | 'source'>> & Partial<ImageFacts>;

function anImage({
  kind = 'image',
  reference = 'ghcr.io/acme/app:1',
  source = { kind: 'registry', place: 'ghcr.io' },
  ...facts
}: Scene): Artifact {
  const image: ImageFacts = {
    configDigest: D2,
    platform: { os: 'linux', architecture: 'amd64' },
    tags: ['ghcr.io/acme/app:1'],
    repoDigests: [`ghcr.io/acme/app@${D1}`, `ghcr.io/acme/app@${D2}`],
    env: [],
    entrypoint: [],
    user: '',
    labels: new Map(),
    ...facts,
  };
  return { kind, reference, layers: [], source, image };
}

function judge(rules: string, ...images: readonly Scene[]): ReturnType<typeof sourceOutcome> {
  const trust = readTrustFile('trust.yaml', Buffer.from(`version: 1\n${rules}`));
  return sourceOutcome(images.map(anImage), { trust });
}

const registries = (text: string): string => `registries: {${text}}\n`;
const bases = (text: string): string => `base-images: {${text}}\n`;

describe('registries of images', () => {
  it.each<[string, string, Scene]>([
    ['the registry', 'allowed: [ghcr.io]', {}],
    ['the repository', 'allowed: [ghcr.io/acme/*]', {}],
    ['the tag', "allowed: ['ghcr.io/acme/app:1*']", {}],
    ['the digest of the index', `allowed: ['ghcr.io/acme/app@${D1}']`, {}],
    ['the digest of the platform', `allowed: ['ghcr.io/acme/app@${D2}']`, {}],
    ['everything but another one', 'denied: [ghcr.io/acme/attic]', {}],
    [
      'Docker Hub under its short name',
      'allowed: [docker.io/library/*]',
      { reference: 'debian:12', tags: ['debian:12'], repoDigests: [`debian@${D1}`] },
    ],
    [
      'what a daemon pulled',
      'allowed: [ghcr.io]',
      { source: { kind: 'docker' }, reference: 'app:1', tags: ['app:1'] },
    ],
  ])('are allowed by %s', (_, rules, scene) => {
    const outcome = judge(registries(rules), scene);
    expect([outcome?.problems, outcome?.held.length]).toEqual([[], 1]);
    expect(outcome?.held[0]).toEqual({
      group: 'source',
      message: expect.stringContaining('allowed by trust.yaml') as string,
    });
  });

  it.each<[string, string, Scene, RegExp]>([
    [
      'another registry',
      'allowed: [quay.io]',
      {},
      /^the image comes from "ghcr\.io\/acme\/app", which is not one of those that are allowed \(quay\.io\)$/u,
    ],
    ['an empty list', 'allowed: []', {}, /none is/u],
    [
      'a denied repository',
      'allowed: [ghcr.io], denied: [{pattern: ghcr.io/acme/app, reason: moved}]',
      {},
      /is denied by "ghcr\.io\/acme\/app" \(trust\.yaml:\d+\): moved/u,
    ],
    ['a denied digest of the platform', `denied: ['ghcr.io/acme/app@${D2}']`, {}, /is denied by/u],
    ['another tag', "allowed: ['ghcr.io/acme/app:2*']", {}, /is not one of/u],
    [
      'a short name, because it is one of Docker Hub',
      'allowed: [ghcr.io]',
      { reference: 'debian:12', tags: ['debian:12'], repoDigests: [`debian@${D1}`] },
      /"docker\.io\/library\/debian"/u,
    ],
    [
      'a name that a reference only begins with',
      'allowed: [ghcr.io/acme]',
      {
        reference: 'ghcr.io/acme-evil/app',
        tags: [],
        repoDigests: [`ghcr.io/acme-evil/app@${D1}`],
      },
      /acme-evil/u,
    ],
    [
      'what a daemon pulled from elsewhere and named anew',
      'allowed: [ghcr.io]',
      {
        source: { kind: 'docker' },
        reference: 'ghcr.io/acme/app:1',
        repoDigests: [`evil.example/app@${D1}`],
      },
      /"evil\.example\/app"/u,
    ],
    [
      'one of two repositories of a daemon that is denied',
      'denied: [evil.example]',
      {
        source: { kind: 'podman' },
        repoDigests: [`ghcr.io/acme/app@${D1}`, `evil.example/app@${D1}`],
      },
      /is denied by "evil\.example"/u,
    ],
  ])('are refused: %s', (_, rules, scene, message) => {
    const outcome = judge(registries(rules), scene);
    expect([outcome?.held, outcome?.problems]).toEqual([
      [],
      [{ cause: 'untrustedSource', message: expect.stringMatching(message) as string }],
    ]);
  });

  it.each<[string, string, Scene]>([
    ['podman', 'allowed: [ghcr.io]', { source: { kind: 'podman' } }],
    ['podman, where nothing is denied', 'denied: [evil.example]', { source: { kind: 'podman' } }],
    [
      'Docker with containerd',
      'allowed: [ghcr.io]',
      { source: { kind: 'docker' }, manifestDigest: D1 },
    ],
    [
      'Docker with containerd and an index',
      'allowed: [ghcr.io]',
      { source: { kind: 'docker' }, indexDigest: D2 },
    ],
    [
      'Docker, where the tag may have been given to another image of the repository',
      "allowed: ['ghcr.io/acme/app:1*']",
      { source: { kind: 'docker' } },
    ],
  ])('are not proven by names in %s', (_, rules, scene) => {
    const outcome = judge(registries(rules), scene);
    expect([outcome?.problems, outcome?.held]).toEqual([[], []]);
    expect(outcome?.warnings).toEqual([
      expect.stringMatching(/do not prove where "ghcr\.io\/acme\/app:1" comes from/u),
    ]);
  });

  it.each<[string, Scene]>([
    ['a registry', {}],
    ['Docker', { source: { kind: 'docker' } }],
    ['podman', { source: { kind: 'podman' } }],
  ])('refuse each tag that is denied, in %s', (_, scene) => {
    const tags = ['ghcr.io/acme/app:1', 'ghcr.io/acme/app:2-attic'];
    const outcome = judge(registries("denied: ['ghcr.io/acme/app:2*']"), { ...scene, tags });
    expect([outcome?.held, outcome?.problems]).toEqual([
      [],
      [{ cause: 'untrustedSource', message: expect.stringContaining('is denied by') as string }],
    ]);
  });

  it.each<[string, Scene]>([
    ['an archive, whatever it names', { source: { kind: 'archive' }, reference: 'app.tar' }],
    ['a layout', { source: { kind: 'layout' }, reference: 'oci:app' }],
    ['standard input', { source: { kind: 'standard-input' }, reference: '-' }],
    ['an image that was built on this machine', { source: { kind: 'docker' }, repoDigests: [] }],
  ])('are not judged, and said so: %s', (_, scene) => {
    const outcome = judge(registries('allowed: [quay.io]'), scene);
    expect([outcome?.problems, outcome?.held]).toEqual([[], []]);
    expect(outcome?.warnings).toEqual([
      expect.stringMatching(
        /^the registries of trust\.yaml say nothing about ".*names no registry$/u,
      ),
    ]);
  });

  it.each<[string, string, Scene]>([
    ['a trust file without such rules', '', {}],
    ['a directory', registries('allowed: []'), { kind: 'directory' }],
    ['an SBOM', registries('allowed: []'), { kind: 'sbom' }],
  ])('play no part for %s', (_, rules, scene) => {
    expect(judge(rules, scene)).toBeUndefined();
  });

  it('are judged once for all platforms', () => {
    expect(judge(registries('allowed: []'), {}, {})?.problems).toHaveLength(1);
  });
});

describe('base images', () => {
  const base = (facts: Partial<BaseStatement>): Scene => ({
    baseBy: [{ by: 'label', name: 'docker.io/library/debian:12', comparison: 'equal', ...facts }],
  });

  it.each<[string, string, Scene]>([
    ['a known one', 'allowed: [docker.io/library/debian]', base({ by: 'known' })],
    ['a label whose layers are equal', "allowed: ['docker.io/library/debian:12*']", base({})],
    ['a digest', `allowed: ['docker.io/library/debian@${D1}']`, base({ digest: D1 })],
  ])('hold: %s', (_, rules, scene) => {
    const outcome = judge(bases(rules), scene);
    expect([outcome?.problems, outcome?.held]).toEqual([
      [],
      [{ group: 'source', message: expect.stringContaining('is built on') as string }],
    ]);
  });

  it.each<[string, string, Scene, RegExp]>([
    ['a known one', 'allowed: [quay.io]', base({ by: 'known' }), /is built on .* not one of/u],
    ['a denied one', 'denied: [docker.io/library/debian]', base({}), /is denied by/u],
    [
      'a label that nothing confirms',
      'denied: [docker.io/library/debian]',
      base({ comparison: 'different' }),
      /says that it is built on "docker\.io\/library\/debian:12", which is denied by/u,
    ],
    [
      'a Dockerfile',
      'allowed: [quay.io]',
      base({ by: 'dockerfile', comparison: 'notCompared' }),
      /says that it is built on/u,
    ],
    [
      'another digest',
      `allowed: ['docker.io/library/debian@${D1}']`,
      base({ digest: D2 }),
      /is not one of/u,
    ],
  ])('are refused: %s', (_, rules, scene, message) => {
    const outcome = judge(bases(rules), scene);
    expect(outcome?.problems).toEqual([
      { cause: 'untrustedSource', message: expect.stringMatching(message) as string },
    ]);
  });

  it.each<[string, BaseStatement['by'], boolean]>([
    ['a label', 'label', false],
    ['provenance', 'provenance', false],
    ['a Dockerfile', 'dockerfile', false],
    ['the trust file', 'trust', true],
    ['the user', 'known', true],
  ])('are proven by a tag beside a digest only if %s may give it', (_, by, isProven) => {
    const rules = bases("allowed: ['docker.io/library/debian:12*']");
    const outcome = judge(rules, base({ by, digest: D1 }));
    expect([outcome?.problems, outcome?.held.length]).toEqual([[], isProven ? 1 : 0]);
    expect(outcome?.warnings?.join('') ?? '').toMatch(isProven ? /^$/u : /only claimed beside/u);
  });

  it('are refused by the digest that is claimed, whatever tag is beside it', () => {
    const rules = bases(
      `allowed: ['docker.io/library/debian:12*'], denied: ['docker.io/library/debian@${D1}']`,
    );
    expect(judge(rules, base({ digest: D1 }))?.problems).toHaveLength(1);
  });

  it('hold where a label is inherited from an allowed base', () => {
    const inherited = { by: 'label', name: 'docker.io/library/debian:12' } as const;
    const outcome = judge(bases('allowed: [ghcr.io/acme/base]'), {
      baseBy: [
        { by: 'trust', name: 'ghcr.io/acme/base:1', comparison: 'equal' },
        { ...inherited, comparison: 'notCompared' },
        { by: 'trust', name: 'quay.io/acme/other:1', comparison: 'different' },
      ],
    });
    expect([outcome?.problems, outcome?.held.length]).toEqual([[], 1]);
  });

  it.each<[string, Scene, RegExp]>([
    [
      'a file',
      base({ by: 'known', name: './base.tar' }),
      /is not an image of a registry: the base images of trust\.yaml say nothing about it/u,
    ],
    ['no base', {}, /names no base, so the base images of trust\.yaml are not proven/u],
    ['a label alone', base({ comparison: 'notCompared' }), /only names its base/u],
    ['a label of other layers', base({ comparison: 'different' }), /only names its base/u],
    [
      'a named image of other layers',
      base({ by: 'known', comparison: 'different' }),
      /names no base/u,
    ],
  ])('are not proven by %s', (_, scene, note) => {
    const outcome = judge(bases('allowed: [docker.io/library/debian]'), scene);
    expect([outcome?.problems, outcome?.held]).toEqual([[], []]);
    expect(outcome?.warnings).toEqual([expect.stringMatching(note)]);
  });
});
