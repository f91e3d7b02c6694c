/** The version schemes: one row each, loaded at once because they are small and everything orders versions. */

import type { SchemeId } from '../model/ecosystem.ts';
import { apk } from './apk.ts';
import { deb } from './deb.ts';
import { go } from './go.ts';
import { npm } from './npm.ts';
import { pypi } from './pypi.ts';
import { rpm } from './rpm.ts';
import type { VersionScheme } from './scheme.ts';
import { semver } from './semver.ts';

export const VERSION_SCHEMES: Readonly<Record<SchemeId, VersionScheme>> = {
  deb,
  apk,
  rpm,
  semver,
  npm,
  pypi,
  go,
};

/** All schemes, in the order of the table. */
export const SCHEME_IDS = Object.keys(VERSION_SCHEMES) as readonly SchemeId[];
