/**
 * Scripts of .NET that name their packages: file-based apps (`*.cs`), C# and F# scripts, notebooks
 * of Polyglot, and Cake.
 *
 * Source: Microsoft, "File-based apps" (`#:package NAME@VERSION`), "F# Interactive" and "C#
 * scripting" (`#r "nuget: NAME, VERSION"`); Cake documentation, "Preprocessor directives"
 * (`#addin nuget:?package=NAME&version=VERSION`). NuGet takes the lowest version that a requirement
 * allows, so that `1.2.3` is fixed; `*`, floating versions and no version are open. Nothing is
 * refused.
 */

import { ancestorDirectories, directoryOf } from '../../../core/base/artifact-path.ts';
import type { RequestedPackage } from '../../../core/model/package/dependency-manifest.ts';
import type { Siblings } from '../../../core/model/catalog/catalog.ts';
import { CatalogBuilder } from '../catalog-builder.ts';
import type { Cataloger } from '../cataloger.ts';
import { lineNumberAt } from '../line-number.ts';
import { requestedVersion } from './requested-version.ts';

const PACKAGE =
  /^#:(?:package|sdk)[ \t]+(?<name>[A-Za-z0-9_][\w.-]{0,200})(?:[ \t]*@[ \t]*(?<version>[^\s]{1,100})|[ \t]+version="(?<quoted>[^"\n]{1,100})")?/gm;
const REFERENCE =
  /^[ \t]*(?:"\s*)?#(?:r|load)[ \t]+\\?"nuget:[ \t]*(?<name>[A-Za-z0-9_][\w.-]{0,200})[ \t]*(?:,[ \t]*(?<version>[^"\\\n]{1,100}))?\\?"/gm;
const CAKE =
  /^[ \t]*#(?:addin|tool|module|load|l)[ \t]+"?nuget:[^\s"?]{0,300}\?package=(?<name>[A-Za-z0-9_][\w.-]{0,200})(?:&[^\s"]{0,300}?version=(?<version>[^&\s"]{1,100}))?/gim;
/** Parts of the SDK itself. */
const SDK = /^Microsoft\.NET\.Sdk(?:\.|$)/i;
const PROJECT = '.csproj';
const FIXED = { detectionPriority: 'precise' } as const;

export const dotnetScript: Cataloger = {
  async read(file, siblings) {
    const result = new CatalogBuilder(file.path);
    if (file.path.endsWith('.cs') && isOfProject(file.path, siblings)) return result.done();
    const text = new TextDecoder().decode(await file.bytes());
    const requests = new Map<string, RequestedPackage>();
    for (const pattern of [PACKAGE, REFERENCE, CAKE]) {
      for (const { groups, index } of text.matchAll(pattern)) {
        const { name = '', version = groups?.['quoted'] ?? '' } = groups ?? {};
        if (SDK.test(name)) continue;
        const fixed = requestedVersion(version, FIXED);
        const line = lineNumberAt(text, index);
        requests.set(`${name}@${version}`, {
          name,
          range: version.trim(),
          line,
          ...(fixed !== '' && { version: fixed }),
        });
      }
    }
    if (requests.size > 0) result.requests({ requests: [...requests.values()], addsPins: true });
    return result.done();
  },
};

/**
 * Returns whether a project above compiles the file: there, directives of file-based apps are
 * errors.
 */
function isOfProject(path: string, siblings: Siblings): boolean {
  for (const directory of ancestorDirectories(directoryOf(path))) {
    if ((siblings.beside?.(`${directory}/x`, PROJECT) ?? []).length > 0) return true;
  }
  return false;
}
