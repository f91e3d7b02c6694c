/** Wolfi's security database. */

import { rollingSecdb } from './rolling-secdb.ts';

export const wolfi = rollingSecdb({
  id: 'wolfi',
  license: 'LicenseRef-Apache-2.0-until-2025-05-07-then-CC-BY-NC-ND-4.0',
  name: 'Wolfi',
  host: 'packages.wolfi.dev',
});
