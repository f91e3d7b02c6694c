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
    help: 'table (default), markdown or json',
  },
  OUTPUT_FLAG,
  INPUT_FLAG,
  {
    ...DOCKERFILE_FLAG,
    help: 'a Dockerfile whose base is the first image, as a Dockerfile among the operands',
  },
  {
    ...TARGET_STAGE_FLAG,
    help: 'the stage of the Dockerfile whose base is compared, by name or number (default: the last one)',
  },
  {
    name: 'limit',
    value: 'N',
    group: 'Target',
    help: 'how many images are compared where one name stands for its siblings (default: 8)',
  },
  {
    name: 'width',
    value: 'N',
    group: 'Report',
    help: 'columns of the lines of the table (default: those of the terminal, else COLUMNS, else 100)',
  },
  {
    name: 'diff',
    group: 'Report',
    help: 'print the change of the FROM line to what is recommended, and nothing else',
  },
  // Images are compared with each other here, and have no baseline.
  ...GATE_FLAGS.filter(({ name }) => name !== 'baseline'),
  ...REPORT_FLAGS.filter(({ name }) => name === 'severity').map((flag) => ({
    ...flag,
    help: 'severities that fail with --exit-code alone, as in HIGH,CRITICAL; the table has all',
  })),
  TRUST_FLAG,
  ...TARGET_FLAGS,
  ...REGISTRY_FLAGS,
  ...ADVISORY_FLAGS.filter(({ name }) => name !== 'download-db-only'),
];
