/**
 * An sbt project and what it requests: `build.sbt`.
 *
 * Source: sbt reference manual, "Library dependencies" and "Cross building". The file is a program
 * of Scala and is not run: `"group" % "artifact" % "1.2.5"` is read wherever it stands, with
 * properties of the same file put in. `%%` adds the binary version of Scala to the artifact
 * (`_2.13`, `_3`), which `scalaVersion` states. Versions are those of Maven and Ivy: `[1,2)`, `1.+`
 * and `latest.release` are open. Sources of the build (`project/*.scala`) are read alike;
 * dependencies of another place are not known. `Test` and the like are for development, `Provided`
 * is brought by the environment.
 */

import { directoryOf } from '../../../core/base/artifact-path.ts';
import type { RequestedPackage } from '../../../core/model/package/dependency-manifest.ts';
import type { Siblings } from '../../../core/model/catalog/catalog.ts';
import { CatalogBuilder } from '../catalog-builder.ts';
import type { Cataloger } from '../cataloger.ts';
import { lineNumberOf, propertiesIn, interpolate, withoutComments } from './build-text.ts';
import { scalaBinaryVersion, isIdentifier, mavenName } from './coordinates.ts';

const MODULE =
  /"(?<group>[^"\n]{1,200})"\s{0,20}(?<cross>%{1,3})\s{0,20}"(?<name>[^"\n]{1,200})"\s{0,20}%\s{0,20}(?:(?:s)?"(?<version>[^"\n]{0,200})"|(?<property>[A-Za-z_][\w.]{0,100}))(?:\s{0,20}%\s{0,20}"?(?<configuration>[\w>;,:-]{1,100}))?/g;
/** Dependencies that another file names: `libraryDependencies ++= Dependencies.all`. */
const ELSEWHERE =
  /\blibraryDependencies\s{0,20}\+{1,2}=\s{0,20}(?:(?:Seq|List|Vector)\s{0,5}\(\s{0,40})?(?<name>[A-Za-z_]\w{0,100})(?!\w|\s{0,5}\()/g;
const PLUGIN = /addSbtPlugin\s{0,5}\(\s{0,20}$/;
const OPEN = /^latest\.|[[(\])]|\+$/;
const DEVELOPMENT = /^(?:test|it|integrationtest|compile-internal)\b/i;
const PROVIDED = /^provided\b/i;

export const sbtBuild: Cataloger = {
  async read(file, siblings) {
    const result = new CatalogBuilder(file.path);
    const text = withoutComments(new TextDecoder().decode(await file.bytes()));
    const properties = propertiesIn(text.replaceAll(':=', '='));
    const requests = new Map<string, RequestedPackage>();
    let isComputed = false;
    for (const { groups = {}, index } of text.matchAll(MODULE)) {
      const request = readModule(groups, properties);
      if (PLUGIN.test(text.slice(Math.max(0, index - 40), index)) || request === undefined)
        continue;
      if (request === 'computed') isComputed = true;
      else
        requests.set(`${request.name}@${request.range}`, {
          ...request,
          line: lineNumberOf(text, index),
        });
    }
    isComputed ||= namesElsewhere(text) && !hasDefinitions(file.path, siblings);
    result.requests({
      requests: [...requests.values()],
      addsPins: true,
      ...(isComputed && { computed: 'computes versions of its dependencies' }),
    });
    return result.done();
  },
};

/** Returns whether the build takes dependencies from a name that the file does not define. */
function namesElsewhere(text: string): boolean {
  return [...text.matchAll(ELSEWHERE)].some(
    ({ groups }) => !new RegExp(`\\b(?:val|def)\\s+${groups?.['name'] ?? ''}\\b`).test(text),
  );
}

/** Returns whether sources of the build itself, which are read like this file, lie in `project`. */
function hasDefinitions(path: string, siblings: Siblings): boolean {
  const below = `${directoryOf(path)}/project/x`;
  return (siblings.beside?.(below, '.scala') ?? []).length > 0;
}

function readModule(
  groups: Readonly<Record<string, string | undefined>>,
  properties: ReadonlyMap<string, string>,
): RequestedPackage | 'computed' | undefined {
  const { group, name, cross, property, configuration = '' } = groups;
  if (PROVIDED.test(configuration) || !isIdentifier(group) || !isIdentifier(name)) return undefined;
  const scope = DEVELOPMENT.test(configuration) ? ({ scope: 'development' } as const) : {};
  const version =
    property === undefined
      ? interpolate(groups['version'] ?? '', properties)
      : properties.get(property.replace(/^.*\./, ''));
  const suffix = cross === '%' ? '' : scalaBinaryVersion(properties.get('scalaVersion'));
  if (version === undefined || suffix === undefined) {
    return 'scope' in scope ? undefined : 'computed';
  }
  return {
    name: mavenName(group, name + suffix),
    range: version,
    ...(!OPEN.test(version) && { version }),
    ...scope,
  };
}
