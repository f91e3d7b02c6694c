/**
 * The name and version in the file name of a Java archive: `artifact-version[-classifier].jar`, the
 * layout of Maven repositories. The artifact may itself hold numbers (`log4j-1.2-api-2.17.1.jar`).
 * A name is easily changed, so it is a hint.
 */

import { baseName } from '../../../core/base/artifact-path.ts';

/** A file name, without directories and extension. */
export interface JarFileName {
  /** The whole name without version where there is one. */
  readonly stem: string;
  readonly version?: string;
}

/** File systems allow no longer ones; members of archives do. */
const MAX_LENGTH = 255;
const EXTENSION = /\.[A-Za-z]{1,5}$/;
const PARTS = /-/;
/** Eclipse's plugins: `org.eclipse.core.runtime_3.20.0.v20210111`. */
const BUNDLE = /^(?<stem>[A-Za-z][\w-]*(?:\.[\w-]+)+)_(?<version>\d+(?:\.\w[\w-]*){2,3})$/;
/** `3.x` stands for many. */
const STARTS_VERSION = /^v?\d(?!.*\.x$)/;
/** Matches text that may follow the number of a version after a dash. */
const QUALIFIER =
  /^(?:\d[\w.+]*|(?:alpha|beta|rc|cr|m|sp|b|build|pre|preview|milestone|snapshot|final|release|ga|jre|jdk|java|android|incubating|redhat|atlassian|patch|post|hotfix|debian)[-.]?\d*[\w.+]*)$/i;
/** Classifiers of the common build plugins and of native libraries. */
const CLASSIFIER =
  /^(?:linux|osx|macos|windows|win|sources|tests?|javadoc|all|shaded|fat|uber|exec|standalone|runner|plain|bin|dist|min|jakarta|nodeps|jar|with|dependencies|x86_64|x86_32|aarch_?64|amd64|arm64|native|natives)(?:[._]\w*)*$/i;

/** Reads the last part of a path. */
export function readJarFileName(path: string): JarFileName {
  const name = baseName(path).replace(EXTENSION, '');
  if (name.length > MAX_LENGTH) return { stem: name };
  const { stem, version } = BUNDLE.exec(name)?.groups ?? {};
  if (stem !== undefined && version !== undefined) return { stem, version };
  const parts = name.split(PARTS);
  for (let at = 1; at < parts.length; at += 1) {
    if (!STARTS_VERSION.test(parts[at] ?? '')) continue;
    const end = endOfVersion(parts, at);
    const isWhole = parts.slice(end).every((part) => CLASSIFIER.test(part));
    if (!isWhole) continue;
    return { stem: parts.slice(0, at).join('-'), version: parts.slice(at, end).join('-') };
  }
  return { stem: name };
}

function endOfVersion(parts: readonly string[], start: number): number {
  let end = start + 1;
  while (end < parts.length && QUALIFIER.test(parts[end] ?? '')) end += 1;
  return end;
}
