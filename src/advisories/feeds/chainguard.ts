/** Chainguard's security database. */

import { rollingSecdb } from './rolling-secdb.ts';

export const chainguard = rollingSecdb({
  id: 'chainguard',
  license: 'LicenseRef-none-stated',
  name: 'Chainguard',
  host: 'packages.cgr.dev',
});
