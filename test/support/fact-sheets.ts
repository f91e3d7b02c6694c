/**
 * Facts of images for tests of comparisons: every field has a plain value, and a test gives those
 * it is about.
 */

import type { ComparedImage, ImageFactSheet } from '../../src/core/model/report/base-comparison.ts';
import type { Tool } from '../../src/core/model/artifact/contents.ts';

/** A tool without a version, in `/usr/bin`. */
export function aTool(name: string, version?: string): Tool {
  return { name, ...(version !== undefined && { version }), paths: [`/usr/bin/${name}`] };
}

/** An image of Debian without findings, whose facts are all known. */
export function aFactSheet(name: string, fields: Partial<ImageFactSheet> = {}): ImageFactSheet {
  return {
    name,
    reference: name,
    judgedAt: '2025-06-01T00:00:00.000Z',
    findings: {
      total: 0,
      bySeverity: { unknown: 0, low: 0, medium: 0, high: 0, critical: 0 },
      fixable: 0,
      exploited: 0,
    },
    packageCount: 10,
    layerCount: 1,
    compressedBytes: 1000,
    unpackedBytes: 3000,
    tools: { libc: [], shells: [], packageManagers: [], interpreters: [], compilers: [] },
    user: 'root',
    evidence: { claimed: 0, consistent: 0, verified: 10, proven: 0, contradicted: 0 },
    gaps: [],
    vulnerabilities: [],
    ...fields,
  };
}

/** The same, compared with others. */
export function aComparedImage(name: string, fields: Partial<ComparedImage> = {}): ComparedImage {
  const pareto = { isMember: 'yes', dominatedBy: [] } as const;
  return { kind: 'image', ...aFactSheet(name), pareto, ...fields };
}
