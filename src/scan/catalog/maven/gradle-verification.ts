/**
 * Gradle's verified dependencies of a project: `gradle/verification-metadata.xml`.
 *
 * Source: Gradle user manual, "Verifying dependencies": `component` with group, name and version,
 * and the checksums of its artifacts. Entries stay when nothing needs them any longer, so the file
 * is only read if no `gradle.lockfile` of the project lists the used ones; an empty lockfile does
 * not count. The digest is that of the jar with the component's name. Refused: files that are no
 * XML, or have another root.
 */

import { childrenOf, readXml, type XmlElement } from '../../../formats/text/xml/xml.ts';
import type { Digest } from '../../../core/model/artifact/artifact.ts';
import { CatalogBuilder } from '../catalog-builder.ts';
import type { Cataloger } from '../cataloger.ts';
import { hexDigests } from '../../../formats/crypto/digest/package-digests.ts';
import { isIdentifier, isResolved, mavenName } from './coordinates.ts';

const FOLDER = /\/gradle\/[^/]+$/;
/** A line that pins something, and no comment or `empty=`. */
const PINNED = /^[^#=:\s][^=:\s]*:[^=:\s]+:/m;
const ALGORITHMS = ['sha512', 'sha256'] as const;

export const gradleVerification: Cataloger = {
  async read(file, siblings) {
    const result = new CatalogBuilder(file.path);
    const root = readXml(file.path, await file.bytes(), 'verification-metadata');
    const lock = siblings.get(file.path.replace(FOLDER, '/gradle.lockfile'));
    if (lock !== undefined && PINNED.test(new TextDecoder().decode(await lock.bytes()))) {
      result.note(`"${lock.path}" says which of these are used`);
      return result.done();
    }
    for (const list of childrenOf(root, 'components')) {
      for (const component of childrenOf(list, 'component')) {
        const { attributes, line } = component;
        const [group, name, version] = ['group', 'name', 'version'].map((it) => attributes.get(it));
        if (!isIdentifier(group) || !isIdentifier(name) || !isResolved(version)) {
          result.unreadableRow(name ?? group, { reason: 'no group, name and version', line });
          continue;
        }
        const digests = digestsOf(component, `${name}-${version}.jar`);
        result.add({
          name: mavenName(group, name),
          version,
          line,
          ...(digests.length > 0 && { digests }),
        });
      }
    }
    return result.done();
  },
};

function digestsOf(component: XmlElement, jar: string): readonly Digest[] {
  const artifact = childrenOf(component, 'artifact').find(
    ({ attributes }) => attributes.get('name') === jar,
  );
  if (artifact === undefined) return [];
  return ALGORITHMS.flatMap((algorithm) =>
    childrenOf(artifact, algorithm).flatMap(({ attributes }) =>
      hexDigests(algorithm, attributes.get('value')),
    ),
  );
}
