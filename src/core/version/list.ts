/**
 * The version schemes: one row each, loaded at once because they are small and everything orders
 * versions.
 */

import type { SchemeId } from '../model/package/ecosystem.ts';
import { alpm } from './alpm.ts';
import { apk } from './apk.ts';
import { composer } from './composer.ts';
import { conan } from './conan.ts';
import { cran } from './cran.ts';
import { deb } from './deb.ts';
import { gem } from './gem.ts';
import { gentoo } from './gentoo.ts';
import { go } from './go.ts';
import { hackage } from './hackage.ts';
import { maven } from './maven.ts';
import { nginx } from './nginx.ts';
import { npm } from './npm.ts';
import { nuget } from './nuget.ts';
import { program } from './program.ts';
import { pub } from './pub.ts';
import { pypi } from './pypi.ts';
import { rpm } from './rpm.ts';
import type { VersionScheme } from './scheme.ts';
import { semver } from './semver.ts';

/** All version schemes by id. */
export const VERSION_SCHEMES: Readonly<Record<SchemeId, VersionScheme>> = {
  deb,
  apk,
  rpm,
  alpm,
  gentoo,
  semver,
  npm,
  pypi,
  go,
  maven,
  gem,
  composer,
  nuget,
  pub,
  cran,
  hackage,
  conan,
  nginx,
  program,
};

/** All schemes, in the order of the table. */
export const SCHEME_IDS = Object.keys(VERSION_SCHEMES) as readonly SchemeId[];
