/** Flags of `assay base`: those of a scan and of its gate. */

import type { Flag } from '../../../config/flag.ts';
import { ADVISORY_FLAGS } from '../../shell/options/advisory-flags.ts';
import { REGISTRY_FLAGS } from '../../shell/options/registry-flags.ts';
import { GATE_FLAGS } from '../../shell/options/gate-flags.ts';
import { OUTPUT_FLAG, REPORT_FLAGS } from '../../shell/options/report-flags.ts';
import { DOCKERFILE_FLAG, TARGET_STAGE_FLAG } from '../../shell/options/base-flags.ts';
import { INPUT_FLAG, TARGET_FLAGS } from '../../shell/options/target-flags.ts';
import { TRUST_FLAG } from '../../shell/options/trust-options.ts';

/** All flags of the command. */
export const BASE_FLAGS: readonly Flag[] = [
  {
    name: 'format',
    short: 'f',
    value: 'NAME',
    group: 'Report',
    help: 'use one of these formats: table, markdown, json (default: table)',
  },
  OUTPUT_FLAG,
  INPUT_FLAG,
  {
    ...DOCKERFILE_FLAG,
    help: 'take the base of this Dockerfile as the first image',
  },
  {
    ...TARGET_STAGE_FLAG,
    help: 'compare the base of this build stage, by name or number (default: the last stage)',
  },
  {
    name: 'limit',
    value: 'N',
    group: 'Target',
    help: 'compare at most this many images of the same repository (default: 8)',
  },
  {
    name: 'width',
    value: 'N',
    group: 'Report',
    help: 'wrap the table at this many columns (default: those of the terminal, else COLUMNS, else 100)',
  },
  {
    name: 'diff',
    group: 'Report',
    help: 'print only the recommended change of the FROM line',
  },
  // Images are compared with each other here, and have no baseline.
  ...GATE_FLAGS.filter(({ name }) => name !== 'baseline'),
  ...REPORT_FLAGS.filter(({ name }) => name === 'severity').map((flag) => ({
    ...flag,
    help: 'fail on these severities with --exit-code, as in HIGH,CRITICAL; the table lists all',
  })),
  TRUST_FLAG,
  ...TARGET_FLAGS,
  ...REGISTRY_FLAGS,
  ...ADVISORY_FLAGS.filter(({ name }) => name !== 'download-db-only'),
];
