/** The version schemes: one row each, loaded at once because they are small and everything orders versions. */

import type { SchemeId } from '../model/ecosystem.ts';
import { apk } from './apk.ts';
import { deb } from './deb.ts';
import { npm } from './npm.ts';
import { pypi } from './pypi.ts';
import type { VersionScheme } from './scheme.ts';
import { semver } from './semver.ts';

export const VERSION_SCHEMES: Readonly<Record<SchemeId, VersionScheme>> = {
  deb,
  apk,
  semver,
  npm,
  pypi,
};

/** All schemes, in the order of the table. */
export const SCHEME_IDS = Object.keys(VERSION_SCHEMES) as readonly SchemeId[];
