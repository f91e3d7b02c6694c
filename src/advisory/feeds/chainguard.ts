/** Chainguard's security database. */

import { rollingSecdb } from './rolling-secdb.ts';

export const chainguard = rollingSecdb('chainguard', 'LicenseRef-none-stated');
