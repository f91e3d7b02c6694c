/** The detectors that the scanners of a request give to an artifact, and the scanners that have none for it. */

import type { DetectorRow } from '../detect/detector.ts';
import { DETECTORS, detectorsOf } from '../detect/list.ts';
import type { Artifact } from '../model/artifact.ts';
import type { Diagnostic } from '../model/finding.ts';
import type { RuleScanner } from '../model/rule-scanner.ts';

/** What some scanners look at in an artifact. */
export interface ScannerDetectors {
  readonly detectors: readonly DetectorRow[];
  /** A gap for each scanner that looks at nothing. */
  readonly gaps: readonly Diagnostic[];
}

/** Returns the detectors of some scanners for artifacts of a kind. */
export function detectorsFor(
  scanners: readonly RuleScanner[],
  kind: Artifact['kind'],
): ScannerDetectors {
  const detectors = detectorsOf(scanners, kind);
  const idle = scanners.filter((name) => detectors.every(({ scanner }) => scanner !== name));
  return { detectors, gaps: idle.map((name) => idleGap(name, kind)) };
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
