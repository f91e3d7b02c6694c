/**
 * Applications of Erlang and Elixir as they are installed: `ebin/NAME.app`.
 *
 * Source: the Erlang/OTP documentation, "app": the term
 * `{application, NAME, [{vsn, "VERSION"}, …]}`. Most are packages of Hex of the same name. Written
 * rules: Elixir's own applications are the program Elixir. Those of Erlang/OTP are the program
 * Erlang, which an installed one names in `OTP_VERSION`; a release that was built with it has none,
 * and is listed by its kernel without a version. A version that is an atom stands for what the
 * build would fill in; one that is a text with more, several versions, and another name than that
 * of the file are gaps. A release has each application in `lib/NAME-VERSION` ("Release Structure";
 * so do all 83 of Debian's RabbitMQ and of packages of its Erlang): another version there
 * contradicts, and in a folder of that form elsewhere is a doubt. A term that is not closed was cut
 * off, a gap. Refused: a file that does not begin so.
 */

import { baseName } from '../../../core/base/artifact-path.ts';
import { ParseError } from '../../../core/base/errors.ts';
import type { VersionClaim } from '../../../core/model/catalog/catalog.ts';
import { CatalogBuilder } from '../catalog-builder.ts';
import type { Cataloger } from '../cataloger.ts';

/** The longest one seen has 30 KB. */
const MAX_BYTES = 1024 * 1024;
const HEAD =
  /^(?:\s|%[^\n]*\n)*\{\s{0,100}application\s{0,100},\s{0,100}'?(?<name>[a-z][A-Za-z0-9_@]{0,200})'?\s{0,100},/;
const VERSION =
  /\{\s{0,100}(?:vsn|'vsn')\s{0,100},\s{0,100}(?:"(?<version>[^"\\]{0,200})"\s{0,100}\}|(?<other>["'$(]))/y;
/**
 * Matches a bracket, or a token that may contain one without meaning (comments, texts, quoted
 * atoms, characters).
 */
const TOKEN =
  /%[^\n]*|"[^"\\]*(?:\\.[^"\\]*)*(?:"|$)|'[^'\\]*(?:\\.[^'\\]*)*(?:'|$)|\$\\?.|[{}[\]]/gs;
/** Depth of an application's property: within its tuple and the list of that. */
const PROPERTY_DEPTH = 2;
/** An application has one. */
const MAX_VERSIONS = 10;
/** Erlang/OTP documentation, "Applications". */
const OF_ERLANG: ReadonlySet<string> = new Set(
  [
    'asn1 common_test compiler crypto debugger dialyzer diameter edoc eldap erts et eunit ftp inets kernel',
    'megaco mnesia observer odbc os_mon parsetools public_key reltool runtime_tools sasl snmp ssh ssl stdlib',
    'syntax_tools tftp tools wx xmerl',
  ].flatMap((row) => row.split(' ')),
);
const OF_ELIXIR: ReadonlySet<string> = new Set(['eex', 'ex_unit', 'iex', 'logger', 'mix']);
/** Matches the installation directory of Erlang/OTP itself. */
const INSTALLED_ERLANG = /\/erlang\/lib\/[^/]+\/ebin\/[^/]+$/;

const FOLDER =
  /(?:^|\/)(?<parent>[^/]*)\/(?<name>[a-z][A-Za-z0-9_@]*)-(?<version>\d+\.[^/]{1,200})\/ebin\/[^/]+$/;

export const otpApp: Cataloger = {
  async read(file) {
    const result = new CatalogBuilder(file.path);
    const head = await file.readAt(0, Math.min(MAX_BYTES, file.sizeBytes));
    const text = new TextDecoder().decode(head);
    const name = HEAD.exec(text)?.groups?.['name'];
    if (name === undefined) throw new ParseError(file.path, 'no application of Erlang');
    const { versions, isClosed } = readTerm(text);
    const [version = ''] = versions;
    reportDoubts(file.path, name, versions, result);
    if (!isClosed && file.sizeBytes <= MAX_BYTES) {
      result.gap('unreadable', 'cut off: nothing closes the term');
    }
    if (OF_ERLANG.has(name)) {
      if (name === 'kernel' && !INSTALLED_ERLANG.test(file.path)) {
        result.add({ ecosystem: 'program', name: 'erlang', version: '' });
      }
    } else if (!OF_ELIXIR.has(name)) {
      const versionClaims = folderClaims(file.path, name);
      result.add({
        ...(name === 'elixir' && { ecosystem: 'program' }),
        name,
        version,
        ...(versionClaims.length > 0 && { versionClaims }),
      });
    }
    return result.done();
  },
};

/**
 * Erlang looks for an application by the name of its file, and takes the first version as it is
 * written.
 */
function reportDoubts(
  path: string,
  name: string,
  versions: readonly (string | undefined)[],
  result: CatalogBuilder,
): void {
  const fileName = baseName(path);
  if (fileName !== `${name}.app`) {
    result.unreadableRow(name, { reason: `another name than that of its file, "${fileName}"` });
  }
  if (versions.includes(undefined)) {
    result.unreadableRow(name, { reason: 'a version that is no plain text' });
  }
  if (new Set(versions).size > 1) result.unreadableRow(name, { reason: 'several versions' });
}

function folderClaims(path: string, name: string): readonly VersionClaim[] {
  const { parent, name: named, version } = FOLDER.exec(path)?.groups ?? {};
  if (version === undefined || named !== name) return [];
  const weight = parent === 'lib' ? 'binding' : 'doubt';
  return [{ by: 'directory name', version, weight, path }];
}

/**
 * Reads the versions of the application itself, and of nothing that its properties hold; one that
 * is a text and more is `undefined`.
 */
function readTerm(text: string): {
  readonly versions: readonly (string | undefined)[];
  readonly isClosed: boolean;
} {
  let depth = 0;
  const versions: (string | undefined)[] = [];
  for (const { 0: token, index } of text.matchAll(TOKEN)) {
    if (token === '}' || token === ']') {
      depth -= 1;
      if (depth === 0) return { versions, isClosed: true };
    }
    if (token !== '{' && token !== '[') continue;
    if (depth === PROPERTY_DEPTH && versions.length < MAX_VERSIONS) {
      VERSION.lastIndex = index;
      const found = VERSION.exec(text);
      if (found !== null) versions.push(found.groups?.['version']);
    }
    depth += 1;
  }
  return { versions, isClosed: false };
}
