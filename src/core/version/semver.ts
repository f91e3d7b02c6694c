/**
 * Semantic versions: `major.minor.patch[-prerelease][+build]`.
 *
 * Source: Semantic Versioning 2.0.0, sections 2 to 11; `semantic-version.ts` says what is read more
 * leniently.
 */

import { semanticScheme, formatWithBuild } from './semantic-version.ts';

export const semver = semanticScheme({ id: 'semver', format: formatWithBuild });
