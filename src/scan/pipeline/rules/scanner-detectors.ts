/**
 * The detectors that the scanners of a request give to an artifact, and the scanners that have none
 * for it.
 */

import { pluralize } from '../../../core/base/pluralize.ts';
import type { DetectorRow } from '../../../rules/detect/detector.ts';
import { DETECTORS, detectorsOf } from '../../../rules/detect/list.ts';
import type { Artifact } from '../../../core/model/artifact/artifact.ts';
import type { Diagnostic } from '../../../core/model/finding/finding.ts';
import type { RuleScanner } from '../../../core/model/rule/rule-scanner.ts';
import type { OpenArtifact } from '../../source/source.ts';

/** The detectors of some scanners for an artifact. */
export interface ScannerDetectors {
  readonly detectors: readonly DetectorRow[];
  /** The scanners that have detectors for it. */
  readonly scanners: readonly RuleScanner[];
  /** A gap for each scanner that looks at nothing, and one where layers are not read. */
  readonly gaps: readonly Diagnostic[];
}

/** Returns the detectors of some scanners for an artifact. */
export function detectorsFor(
  scanners: readonly RuleScanner[],
  opened: Pick<OpenArtifact, 'artifact' | 'isLazy'>,
): ScannerDetectors {
  const { kind } = opened.artifact;
  const detectors = detectorsOf(scanners, kind);
  const active = new Set(detectors.map(({ scanner }) => scanner));
  const idle = scanners.filter((name) => !active.has(name));
  return {
    detectors,
    scanners: scanners.filter((name) => active.has(name)),
    gaps: [...idle.map((name) => idleGap(name, kind)), ...lazyGaps(opened, detectors)],
  };
}

/** Detectors look at the bytes of files, which a table of contents does not have. */
function lazyGaps(
  opened: Pick<OpenArtifact, 'artifact' | 'isLazy'>,
  detectors: readonly DetectorRow[],
): readonly Diagnostic[] {
  const { artifact } = opened;
  const lazyCount = artifact.layers.filter((_, layer) => opened.isLazy?.(layer) === true).length;
  const looksAtFiles = detectors.some(({ kind }) => kind !== 'inventory');
  if (lazyCount === 0 || !looksAtFiles) return [];
  const layers = pluralize(lazyCount, 'layer');
  const message = `rules have not looked at the files of ${layers} of "${artifact.reference}", of which only the table of contents was read; scan without --lazy`;
  return [{ stage: 'detect', message, gap: 'lazy' }];
}

const KIND_NAMES: Readonly<Record<Artifact['kind'], string>> = {
  image: 'images',
  rootfs: 'root filesystems',
  directory: 'directories',
  file: 'files',
  repository: 'repositories',
  sbom: 'SBOMs',
};

function idleGap(scanner: RuleScanner, kind: Artifact['kind']): Diagnostic {
  const looksAt = new Set(
    DETECTORS.filter((row) => row.scanner === scanner).flatMap(({ artifacts = [] }) => artifacts),
  );
  const names = [...looksAt].map((one) => KIND_NAMES[one]).join(' and ');
  return {
    stage: 'detect',
    message: `the scanner ${scanner} has looked at nothing: it has rules for ${names}, and none for ${KIND_NAMES[kind]}`,
    gap: 'unread',
  };
}
