import { describe, expect, it } from 'vitest';

import { bestRecommendation, recommend, type NamedSheet } from './recommend.ts';

interface Image {
  readonly tag?: string;
  readonly repository?: string;
  readonly system?: readonly [id: string, versionId: string];
  /** Critical, high, medium. */
  readonly findings?: readonly [number, number, number] | 'unknown';
  readonly packages?: number;
  readonly bytes?: number;
  readonly tools?: 'none' | 'shell' | 'unknown';
  readonly isOver?: boolean | 'unknown';
  readonly gap?: string;
  readonly digest?: string;
}

function lifeOf(isOver: boolean | 'unknown'): Pick<NamedSheet['sheet'], 'endOfLife'> {
  return isOver === 'unknown' ? {} : { endOfLife: { isOver } };
}

let count = 0;
function image({
  tag = '3.12',
  repository = 'docker.io/library/python',
  system = ['debian', '12.5'],
  findings = [1, 10, 20],
  packages = 400,
  bytes = 1000,
  tools = 'shell',
  isOver = false,
  gap,
  digest = `sha256:${(count += 1)}`,
}: Image = {}): NamedSheet {
  const list = tools === 'none' ? [] : [{ name: 'sh', paths: ['/bin/sh'] }];
  const [critical, high, medium] = findings === 'unknown' ? [0, 0, 0] : findings;
  return {
    repository,
    tag,
    sheet: {
      name: `${repository}:${tag}`,
      pinned: `${repository}:${tag}@${digest}`,
      system: { id: system[0], versionId: system[1] },
      ...lifeOf(isOver),
      packageCount: packages,
      unpackedBytes: bytes,
      gaps: gap === undefined ? [] : [{ kind: gap, count: 1 }],
      tools: tools === 'unknown' ? {} : { shells: list, packageManagers: list },
      ...(findings !== 'unknown' && {
        findings: {
          total: critical + high + medium,
          bySeverity: { critical, high, medium, low: 0, unknown: 0 },
        },
      }),
    },
  };
}

describe('recommend in place of python:3.12.3 on Debian 12', () => {
  const current = image({ tag: '3.12.3', digest: 'sha256:own' });
  it.each<[string, Image, string]>([
    ['the same tag, built again', { tag: '3.12.3', findings: [0, 8, 20] }, 'rebuilt'],
    ['the same tag with as many findings', { tag: '3.12.3' }, 'rebuilt'],
    ['a newer patch', { tag: '3.12.11' }, 'patch'],
    ['a newer minor version', { tag: '3.13.1', findings: [0, 9, 20] }, 'minor'],
    ['a newer minor version with as many findings', { tag: '3.13.1' }, 'no-gain'],
    ['a newer major version', { tag: '4.0.0', findings: [0, 0, 0] }, 'no-kind'],
    ['an older patch', { tag: '3.12.2', findings: [0, 0, 0] }, 'no-kind'],
    ['another variant of another version', { tag: '3.11.9-slim', findings: [0, 0, 0] }, 'no-kind'],
    ['a smaller variant', { tag: '3.12.3-slim', bytes: 100, findings: [0, 1, 2] }, 'slimmer'],
    ['a smaller variant with as many findings', { tag: '3.12.3-slim', bytes: 100 }, 'slimmer'],
    ['a larger variant of the same system', { tag: '3.12.3-fat', bytes: 2000 }, 'no-kind'],
    [
      'another distribution',
      { tag: '3.12.3-alpine', system: ['alpine', '3.20.1'], findings: [0, 0, 1] },
      'other-distribution',
    ],
    [
      'a newer release of the distribution',
      { tag: '3.12.3-trixie', system: ['debian', '13.1'], findings: [0, 2, 1] },
      'other-distribution',
    ],
    [
      'another repository without a shell',
      {
        repository: 'gcr.io/distroless/python3',
        tag: 'nonroot',
        tools: 'none',
        findings: [0, 0, 3],
      },
      'distroless',
    ],
    [
      'another repository whose tools are not known',
      {
        repository: 'gcr.io/x/python3',
        tag: '1',
        tools: 'unknown',
        bytes: 10,
        findings: [0, 0, 3],
      },
      'slimmer',
    ],
    ['the image that one has', { tag: '3.12', digest: 'sha256:own' }, 'same-image'],
    [
      'the image that one has by its own tag',
      { tag: '3.12.3', digest: 'sha256:own' },
      'same-image',
    ],
    [
      'an image past its end of life',
      { tag: '3.12.3-buster', system: ['debian', '10'], findings: [0, 0, 0], isOver: true },
      'end-of-life',
    ],
    [
      'an image with a gap',
      { tag: '3.12.3-slim', bytes: 10, findings: [0, 0, 0], gap: 'noAdvisoryData' },
      'incomplete',
    ],
    ['an image without matching', { tag: '3.12.3-slim', findings: 'unknown' }, 'no-findings-known'],
    ['a worse image', { tag: '3.12.3-slim', bytes: 10, findings: [2, 0, 0] }, 'more-findings'],
    [
      'fewer in all and more severe ones',
      { tag: '3.12.11', findings: [1, 11, 0] },
      'more-findings',
    ],
  ])('%s', (_name, candidate, expected) => {
    const { recommendations, left } = recommend(current, [image(candidate)]);
    expect([
      ...recommendations.map(({ kind }) => kind),
      ...left.map(({ reason }) => reason),
    ]).toEqual([expected]);
  });

  it.each<[string, Image, string]>([
    ['a supported release with more findings', {}, 'other-distribution'],
    ['a supported release with as many findings', { findings: [0, 0, 1] }, 'other-distribution'],
    ['a newer patch on a supported release', { tag: '3.12.11-buster' }, 'patch'],
    ['a release past its end of life', { isOver: true }, 'end-of-life'],
    ['a release with a gap', { gap: 'noAdvisoryData' }, 'incomplete'],
    ['a release whose end of life is not known', { isOver: 'unknown' }, 'more-findings'],
  ])('recommends in place of an image past its end of life: %s', (_name, other, expected) => {
    const old = image({
      ...{ tag: '3.12.3-buster', system: ['debian', '10'], findings: [0, 0, 1] },
      ...{ isOver: true, gap: 'endOfLife' },
    });
    const { recommendations, left } = recommend(old, [
      image({ tag: '3.12.3-bookworm', bytes: 5000, ...other }),
    ]);
    expect([
      ...recommendations.map(({ kind }) => kind),
      ...left.map(({ reason }) => reason),
    ]).toEqual([expected]);
  });

  it('lists the smallest change first, with differences, and knows the best', () => {
    const slim = image({ tag: '3.12.3-slim', bytes: 100, packages: 100, findings: [0, 1, 2] });
    const { recommendations } = recommend(current, [
      slim,
      image({ tag: '3.12.11', findings: [0, 5, 20] }),
      image({ tag: '3.12.3', findings: [0, 8, 20] }),
    ]);
    expect(recommendations.map(({ kind }) => kind)).toEqual(['rebuilt', 'patch', 'slimmer']);
    expect(recommendations[2]).toMatchObject({
      pinned: slim.sheet.pinned,
      difference: {
        total: -28,
        bySeverity: { critical: -1, high: -9, medium: -18, low: 0, unknown: 0 },
        packageCount: -300,
        unpackedBytes: -900,
      },
    });
    expect(bestRecommendation(recommendations)?.kind).toBe('slimmer');
    expect(bestRecommendation([])).toBeUndefined();
  });

  it('gives no difference where the findings of the image that one has are not known', () => {
    const [one] = recommend(image({ findings: 'unknown' }), [
      image({ tag: '3.12' }),
    ]).recommendations;
    expect(one?.difference.total).toBeUndefined();
  });

  it.each([
    ['alpine', '3.19.1', '3.20.0', 'other-distribution'],
    ['alpine', '3.20.0', '3.20.3', 'slimmer'],
    ['debian', '12.5', '12.6', 'slimmer'],
    ['ubuntu', '22.04', '24.04', 'other-distribution'],
    ['ubuntu', '24.04', '24.10', 'other-distribution'],
  ] as const)('%s %s and %s', (id, from, to, expected) => {
    const own = image({ system: [id, from] });
    const other = image({ tag: '3.12-x', system: [id, to], bytes: 10, findings: [0, 0, 0] });
    expect(recommend(own, [other]).recommendations.map(({ kind }) => kind)).toEqual([expected]);
  });
});
