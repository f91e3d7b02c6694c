/**
 * Installed gems, by the specification that RubyGems writes for each:
 * `specifications/NAME-VERSION.gemspec`, and `specifications/default` for those that come with
 * Ruby.
 *
 * Source: RubyGems, `Gem::Specification#to_ruby` and `Gem::StubSpecification`. The file is Ruby and
 * is not run: name, version and platform are read where they are literals. Its second line, which
 * RubyGems reads first (`# stub: name version platform paths`), and its file name repeat them.
 * Other `.gemspec` files describe projects, not what is installed. Refused: a specification without
 * name and version in its body and its stub.
 */

import { ParseError } from '../../../core/base/errors.ts';
import type { CatalogedPackage, VersionClaim } from '../../../core/model/catalog/catalog.ts';
import { CatalogBuilder } from '../catalog-builder.ts';
import type { Cataloger } from '../cataloger.ts';
import {
  isGemName,
  readGemVersion,
  versionInFullName,
  withPlatform,
  type GemVersion,
} from './gem-name.ts';

const INSTALLED = /\/specifications\/(?:default\/)?(?<fullName>[^/]+)\.gemspec$/;
const STUB = /^# stub: (?<name>\S+) (?<version>\S+) (?<platform>\S+) /m;
const FULL_NAME = /^(?<name>.+?)-(?<version>\d.*)$/;
/** A string in quotes or in `%q`, after an assignment to a field at the beginning of a line. */
const ASSIGNMENT =
  /^[ \t]*\w+\.(?<field>name|version|platform|license|licenses)[ \t]*=[ \t]*(?<value>\[[^\]]{0,2000}\]|(?:Gem::Version\.new\()?(?:"[^"\n]{0,300}"|'[^'\n]{0,300}'|%q[<({[][^>)}\]\n]{0,300}[>)}\]]))/gm;
const STRING =
  /"(?<double>[^"\\\n]{0,300})"|'(?<single>[^'\\\n]{0,300})'|%q[<({[](?<quoted>[^>)}\]\n]{0,300})/g;
const DEPENDENCY =
  /^[ \t]*\w+\.add_(?<kind>runtime_|development_)?dependency\(?[ \t]*(?:%q<(?<quoted>[^>\n]{1,250})>|"(?<double>[^"\n]{1,250})"|'(?<single>[^'\n]{1,250})')/gm;

export const gemspec: Cataloger = {
  async read(file) {
    const result = new CatalogBuilder(file.path);
    const fullName = INSTALLED.exec(file.path)?.groups?.['fullName'];
    if (fullName === undefined) return result.done();
    const pkg = readSpecification(new TextDecoder().decode(await file.bytes()), fullName);
    if (pkg === undefined) throw new ParseError(file.path, 'no name and version of a gem');
    result.add(pkg);
    return result.done();
  },
};

function readSpecification(text: string, fullName: string): CatalogedPackage | undefined {
  const fields = fieldsOf(text);
  const stub = readStub(text);
  const name = fields.get('name')?.[0] ?? stub?.name ?? '';
  const own = ownVersion(fields, stub);
  const version = own ?? stub ?? versionInFullName(fullName, name);
  if (!isGemName(name) || version === undefined) return undefined;
  const licenses = [...(fields.get('licenses') ?? []), ...(fields.get('license') ?? [])];
  const dependsOn = dependenciesOf(text);
  const claims = claimsOf({ name, fullName, stub: own && stub });
  const { platform } = version;
  return {
    name,
    version: version.version,
    ...(platform !== undefined && { qualifiers: new Map([['platform', platform]]) }),
    ...(licenses.length > 0 && { licenses: [...new Set(licenses)] }),
    ...(dependsOn.length > 0 && { dependsOn }),
    ...(claims.length > 0 && { versionClaims: claims }),
  };
}

function readStub(text: string): (GemVersion & { readonly name: string }) | undefined {
  const { name = '', version = '', platform = '' } = STUB.exec(text)?.groups ?? {};
  const read = readGemVersion(`${version}-${platform}`);
  return read && { name, ...read };
}

/** Returns the strings of the fields wanted, of each the last assignment. */
function fieldsOf(text: string): ReadonlyMap<string, readonly string[]> {
  const fields = new Map<string, readonly string[]>();
  for (const { groups = {} } of text.matchAll(ASSIGNMENT)) {
    const strings = [...(groups['value'] ?? '').matchAll(STRING)].map(
      (match) =>
        match.groups?.['double'] ?? match.groups?.['single'] ?? match.groups?.['quoted'] ?? '',
    );
    fields.set(groups['field'] ?? '', strings);
  }
  return fields;
}

function ownVersion(
  fields: ReadonlyMap<string, readonly string[]>,
  stubbed: GemVersion | undefined,
): GemVersion | undefined {
  const version = readGemVersion(fields.get('version')?.[0] ?? '');
  return version && withPlatform(version.version, fields.get('platform')?.[0] ?? stubbed?.platform);
}

function claimsOf(from: {
  readonly name: string;
  readonly fullName: string;
  readonly stub: (GemVersion & { readonly name: string }) | undefined;
}): readonly VersionClaim[] {
  const { name, stub } = from;
  const named = versionInFullName(from.fullName, name);
  return [
    ...(stub === undefined ? [] : [claim('stub line', stub.name, stub)]),
    ...(named === undefined ? claimOfAnother(from.fullName) : [claim('file name', name, named)]),
  ];
}

/** Returns the claim of a file with the name of another gem. */
function claimOfAnother(fullName: string): readonly VersionClaim[] {
  const { name, version = '' } = FULL_NAME.exec(fullName)?.groups ?? {};
  const read = readGemVersion(version);
  return name === undefined || read === undefined ? [] : [claim('file name', name, read)];
}

function claim(by: string, name: string, { version }: GemVersion): VersionClaim {
  return { by, version, weight: 'binding', name };
}

/**
 * Old specifications name all dependencies once more as plain ones, for RubyGems that know no
 * others.
 */
function dependenciesOf(text: string): readonly string[] {
  const names = new Set<string>();
  const development = new Set<string>();
  for (const { groups = {} } of text.matchAll(DEPENDENCY)) {
    const name = groups['quoted'] ?? groups['double'] ?? groups['single'] ?? '';
    const isDevelopment = groups['kind'] === 'development_';
    if (isGemName(name)) (isDevelopment ? development : names).add(name);
  }
  return [...names].filter((name) => !development.has(name));
}
