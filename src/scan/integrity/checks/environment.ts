/**
 * Versions of programs that variables of the image's configuration claim, such as `PYTHON_VERSION`.
 */

import { claimedPrograms } from '../../../core/model/program/program.ts';
import type { Package } from '../../../core/model/package/package.ts';
import { isSameUpstreamVersion } from '../../../core/model/distro/upstream-version.ts';
import type { ArtifactCheck, CheckInput } from '../check.ts';
import { isSameVersion } from '../same-version.ts';
import { giveVersion, type Statement } from '../statement.ts';

/** Compares variables with the programs that no package of the system explains. */
export const environment: ArtifactCheck = {
  id: 'environment',
  needs: ['variables of programs'],
  ofArtifact: compareEnvironment,
};

/**
 * Compares the versions in environment variables. A variable is about one copy of a program and
 * does not name its path, so one copy that agrees is enough.
 */
function compareEnvironment({
  environment: variables = [],
  subjects,
  programs: { places },
}: CheckInput): readonly Statement[] {
  return claimedPrograms(variables).flatMap(({ program, variable, version }) => {
    const named = subjects.all.filter(
      ({ pkg }) => pkg.name === program && (places.get(pkg.id) ?? []).length > 0,
    );
    const by = `the variable ${variable} of the image`;
    const agreeing = named.filter(({ pkg }) => agrees(pkg, version));
    if (agreeing.length > 0) {
      const reason = `version: ${by} agrees`;
      return agreeing.map((subject): Statement => ({ kind: 'agreement', subject, reason }));
    }
    return named
      .filter(({ pkg }) => pkg.version !== '')
      .flatMap((subject) =>
        giveVersion(subject, { found: version, by, at: subject.pkg.locations[0] }),
      );
  });
}

/** Returns whether a claim agrees: `3.12` agrees with `3.12.5`. */
function agrees({ ecosystem, version }: Package, claimed: string): boolean {
  return isSameVersion(ecosystem, version, claimed) || isSameUpstreamVersion(version, claimed);
}
