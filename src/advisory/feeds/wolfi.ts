/** Wolfi's security database. */

import { rollingSecdb } from './rolling-secdb.ts';

export const wolfi = rollingSecdb(
  'wolfi',
  'LicenseRef-Apache-2.0-until-2025-05-07-then-CC-BY-NC-ND-4.0',
);
