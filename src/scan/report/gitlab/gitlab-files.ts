/**
 * `dependency_files` of GitLab's dependency scanning: the packages of each lockfile or directory.
 */

import { groupBy } from '../../../core/base/maps.ts';
import {
  StreamedList,
  StreamedObject,
  type Json,
  type StreamedJson,
} from '../../../core/codec/streamed-json.ts';
import type { Artifact } from '../../../core/model/artifact/artifact.ts';
import type { Package } from '../../../core/model/package/package.ts';
import type { ArtifactResult } from '../../../core/model/report/report.ts';
import { placePath } from '../findings/artifact-identity.ts';
import { terminalText } from '../text/terminal-text.ts';

/** Yields one entry for each place and ecosystem. */
export function* dependencyFiles(results: readonly ArtifactResult[]): Generator<StreamedJson> {
  for (const { artifact, inventory } of results) {
    const files = groupBy(inventory.packages, (pkg) => `${pkg.ecosystem} ${pkg.locations[0].path}`);
    for (const packages of files.values()) yield* fileOf(packages, artifact);
  }
}

function* fileOf(packages: readonly Package[], artifact: Artifact): Generator<StreamedJson> {
  const [first] = packages;
  if (first === undefined) return;
  yield new StreamedObject([
    ['path', terminalText(placePath(artifact, first.locations[0]), 1000) || '.'],
    ['package_manager', first.ecosystem],
    ['dependencies', new StreamedList(dependencies(packages))],
  ]);
}

function* dependencies(packages: readonly Package[]): Generator<Json> {
  for (const { name, version } of packages) {
    yield {
      package: { name: terminalText(name) || 'unnamed' },
      version: terminalText(version) || 'unknown',
    };
  }
}
