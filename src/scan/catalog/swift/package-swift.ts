/**
 * A Swift package and what it requests: `Package.swift` and `Package@swift-VERSION.swift`.
 *
 * Source: the Swift Package Manager's documentation, "PackageDescription", "Package.Dependency".
 * The file is a program and is not run: calls of `.package` with an address or an identity are
 * read. Written rules: `exact:` and `.exact(…)` are one version; `from:`, ranges, branches and
 * commits leave the version open. A package with a `path` is a directory of the project. A call
 * that computes its address requests something unknown. Nothing is refused.
 */

import type { RequestedPackage } from '../../../core/model/package/dependency-manifest.ts';
import { CatalogBuilder } from '../catalog-builder.ts';
import type { Cataloger } from '../cataloger.ts';
import { repositoryName } from './repository-name.ts';

/**
 * `.package(url: "…", …)`, `.package(name: "…", url: "…")` and `.package(id: "…", …)`; folders have
 * a `path`.
 */
const ASKED =
  /\.package\(\s{0,100}(?:name:\s{0,10}"[^"\n]{0,300}",\s{0,100})?(?<kind>url|id):\s{0,10}"(?<name>[^"\n]{1,500})"(?:\s{0,100},\s{0,100}(?<requirement>(?:(?!\.package\()[^\n]){0,500}))?/g;
const COMPUTED =
  /\.package\(\s{0,100}(?:name:\s{0,10}[^,\n]{0,300},\s{0,100})?(?:url|id):\s{0,10}(?!["\s])/;
const INTERPOLATION = '\\(';
const EXACT = /^\.?exact(?::\s{0,10}|\(\s{0,10})(?:Version\()?"(?<version>[^"\n]{1,100})"/;
const COMMENT = /(?<![:"])\/\/[^\n]*/g;
const BLOCK_COMMENT = /\/\*[^*]*(?:\*(?!\/)[^*]*)*\*\//g;

export const packageSwift: Cataloger = {
  async read(file) {
    const result = new CatalogBuilder(file.path);
    const text = textOf(await file.bytes());
    const requests = new Map<string, RequestedPackage>();
    let isComputed = COMPUTED.test(text);
    for (const { groups } of text.matchAll(ASKED)) {
      const { kind, name = '', requirement = '' } = groups ?? {};
      isComputed ||= name.includes(INTERPOLATION);
      const known = kind === 'id' ? name.replace('.', '/') : repositoryName(name);
      if (known === undefined) continue;
      const version = EXACT.exec(requirement)?.groups?.['version'];
      requests.set(known, {
        name: known,
        range: requirement,
        ...(version !== undefined && { version }),
      });
    }
    result.requests({
      requests: [...requests.values()],
      leavesIndirect: true,
      addsPins: true,
      ...(isComputed && { computed: 'computes addresses of its dependencies' }),
    });
    return result.done();
  },
};

/** Yields the addresses or identities of the packages. */
export function* requiredSwiftPackages(bytes: Uint8Array): Generator<string> {
  for (const { groups } of textOf(bytes).matchAll(ASKED)) yield groups?.['name'] ?? '';
}

function textOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes).replaceAll(BLOCK_COMMENT, '').replaceAll(COMMENT, '');
}
