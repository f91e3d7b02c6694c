import { describe, expect, it } from 'vitest';
import { integrityFindingOf, packageOf } from '../../../../test/support/evidence.ts';
import type { Accountability } from '../../../core/model/package/package.ts';
import type { ArtifactResult } from '../../../core/model/report/report.ts';
import { NO_FINDINGS } from '../../../core/model/severity/severity.ts';
import { contradictionLines, evidenceLines } from './evidence.ts';

const result = (more: Partial<ArtifactResult>): ArtifactResult => ({
  artifact: {
    kind: 'image',
    reference: 'app:1',
    layers: [{}, { createdBy: 'RUN /bin/sh -c echo evil >> /usr/bin/tar # buildkit' }],
  },
  inventory: { inventoryVersion: 1, packages: [] },
  findings: [],
  suppressed: [],
  diagnostics: [],
  notShown: NO_FINDINGS,
  ...more,
});

describe('contradictionLines', () => {
  it('say what, where, and which instruction did it, the severe first', () => {
    const tar = packageOf('tar', 'contradicted');
    const lines = contradictionLines(
      result({
        inventory: { inventoryVersion: 1, packages: [tar] },
        findings: [
          integrityFindingOf({
            id: 'a',
            isSevere: false,
            kind: 'missing',
            claimed: 'a file of tar',
            found: 'nothing',
          }),
          integrityFindingOf({ id: 'b', packageId: tar.id }),
        ],
      }),
    );
    expect(lines).toEqual([
      'Content contradicts metadata: 2',
      '  HIGH      tar 1.0: content: md5:1, but the bytes are md5:2',
      '            in usr/bin/tar, layer 2: RUN echo evil >> /usr/bin/tar',
      '  LOW       missing: a file of tar, but there is nothing',
      '            in usr/bin/tar, layer 2: RUN echo evil >> /usr/bin/tar',
    ]);
  });

  it('are none where nothing is contradicted', () => {
    expect(contradictionLines(result({}))).toEqual([]);
  });
});

describe('evidenceLines', () => {
  const accountability: Accountability = {
    executableCount: 1000,
    executableBytes: 100_000_000,
    explainedCount: 999,
    explainedBytes: 99_999_999,
    explainedBy: [
      { by: 'distribution', count: 900, bytes: 90_000_000 },
      { by: 'vendor', count: 90, bytes: 9_000_000 },
      { by: 'language', count: 9, bytes: 999_999 },
    ],
    unexplained: [{ location: { path: '/usr/bin/miner', layer: 1 }, sizeBytes: 1 }],
  };

  it('count levels and never round up to all', () => {
    const packages = [
      packageOf('a', 'verified'),
      packageOf('b', 'verified'),
      packageOf('c', 'claimed'),
      packageOf('d', 'claimed', 'declared'),
    ];
    expect(
      evidenceLines(result({ inventory: { inventoryVersion: 1, packages, accountability } })),
    ).toEqual([
      'Evidence: 2 verified, 1 claimed',
      'Accounted for: 99.9 % of 100.0 MB that can be run (999 of 1000 files; by packages of the distribution 900, of other vendors 90, of languages 9)',
      '  No package explains: usr/bin/miner (1 B)',
    ]);
  });

  it('say nothing where nothing was verified', () => {
    const packages = [packageOf('a', 'claimed')];
    expect(evidenceLines(result({ inventory: { inventoryVersion: 1, packages } }))).toEqual([]);
  });
});
