/**
 * Pods pinned by CocoaPods: `Podfile.lock`.
 *
 * Source: the CocoaPods guides, "The Podfile.lock file", and its form: YAML with `PODS`, a list of
 * `Name (version)` or of that with its requirements; `DEPENDENCIES` of the Podfile;
 * `EXTERNAL SOURCES` and `CHECKOUT OPTIONS` of git and folders. A subspec (`Name/Part`) is a part
 * of its pod: both are one package. Pods of folders are listed as they are recorded. CocoaPods
 * writes `DEPENDENCIES` behind `PODS`: a file without it was cut off, a gap, and so is one without
 * pods beside a `Podfile` that requests some, or without a requested pod. Refused: files that are
 * no YAML mapping.
 */

import { siblingPath } from '../../../core/base/artifact-path.ts';
import { ParseError } from '../../../core/base/errors.ts';
import {
  isJsonArray,
  isJsonObject,
  readStrings,
  type JsonObject,
  type JsonValue,
} from '../../../formats/text/json/json.ts';
import { readYamlDocuments } from '../../../formats/text/yaml/yaml.ts';
import { readPrefix, ROW_STARTS } from '../read-prefix.ts';
import { CatalogBuilder } from '../catalog-builder.ts';
import type { Cataloger } from '../cataloger.ts';
import { reportEmptyLock } from '../empty-lockfile.ts';
import { reportMissingLockEntries } from '../missing-lock-entries.ts';
import { gitQualifiers } from '../vcs-url.ts';
import { requiredPods } from './podfile.ts';

const MANIFEST = 'Podfile';
const POD = /^(?<name>[^\s()/]{1,300})(?:\/[^\s()]{1,300})?(?: \((?<version>[^()\s]{1,200})\))?$/;
const NEEDED = /^(?<name>[^\s()/]{1,300})/;
const LISTED = /^ {2}- "?(?<pod>[^\s"()/]{1,300})(?:\/[^\s"()]{1,300})? \(/;
/** No pod needs as many. */
const MAX_EDGES = 500;

interface Pod {
  readonly name: string;
  readonly version: string;
  readonly needed: Set<string>;
}

export const podfileLock: Cataloger = {
  async read(file, siblings, context) {
    const result = new CatalogBuilder(file.path, context.limits.maxPackages);
    const bytes = await readPrefix(file, result, ROW_STARTS.yaml);
    const root = readYamlDocuments(file.path, bytes)[0]?.root ?? '';
    const manifest = siblings.get(siblingPath(file.path, MANIFEST));
    if (root === '') {
      await reportEmptyLock(result, manifest, requiredPods);
      return result.done();
    }
    if (!isJsonObject(root)) throw new ParseError(file.path, 'no mapping');
    const lines = linesOf(new TextDecoder().decode(bytes));
    const direct = namesIn(root['DEPENDENCIES']);
    const pods = readPods(root, result);
    for (const { name, version, needed } of pods) {
      const line = lines.get(name);
      const git = readStrings(at(root['EXTERNAL SOURCES'], name), [':git'])[':git'];
      const checkout = readStrings(at(root['CHECKOUT OPTIONS'], name), [':commit']);
      result.add({
        name,
        version,
        relationship: direct.has(name) ? 'direct' : 'indirect',
        ...(line !== undefined && { line }),
        ...(needed.size > 0 && { dependsOn: [...needed] }),
        ...(git !== undefined && { qualifiers: gitQualifiers(git, checkout[':commit']) }),
      });
    }
    if (isJsonArray(root['PODS']) && root['DEPENDENCIES'] === undefined) {
      result.missingEnd('no "DEPENDENCIES" behind the pods');
    } else if (result.packageCount === 0) await reportEmptyLock(result, manifest, requiredPods);
    else {
      const known = new Set(pods.map(({ name }) => name));
      const asked = [...direct, ...pods.flatMap(({ needed }) => [...needed])];
      reportMissingLockEntries(
        asked.filter((name) => !known.has(name)),
        result,
      );
    }
    return result.done();
  },
};

function readPods(root: JsonObject, result: CatalogBuilder): readonly Pod[] {
  const pods = new Map<string, Pod>();
  for (const row of asList(root['PODS'])) {
    const [text, needs] = isJsonObject(row) ? (Object.entries(row)[0] ?? []) : [row];
    const { name, version } = typeof text === 'string' ? (POD.exec(text)?.groups ?? {}) : {};
    if (name === undefined || version === undefined) {
      result.unreadableRow(text ?? row);
      continue;
    }
    const pod = pods.get(`${name} ${version}`) ?? { name, version, needed: new Set() };
    pods.set(`${name} ${version}`, pod);
    for (const needed of namesIn(needs)) {
      if (needed !== name && pod.needed.size < MAX_EDGES) pod.needed.add(needed);
    }
  }
  return [...pods.values()];
}

/** Returns the names of the pods that a list of requirements names. */
function namesIn(value: JsonValue | undefined): ReadonlySet<string> {
  const names = new Set<string>();
  for (const row of asList(value)) {
    const name = typeof row === 'string' ? NEEDED.exec(row)?.groups?.['name'] : undefined;
    if (name !== undefined) names.add(name);
  }
  return names;
}

function asList(value: JsonValue | undefined): readonly JsonValue[] {
  return isJsonArray(value) ? value : [];
}

function at(value: JsonValue | undefined, key: string): JsonValue | undefined {
  return isJsonObject(value) ? value[key] : undefined;
}

/** Returns the first line of each pod; the list of pods comes first in the file. */
function linesOf(text: string): ReadonlyMap<string, number> {
  const lines = new Map<string, number>();
  for (const [index, line] of text.split('\n').entries()) {
    const pod = LISTED.exec(line)?.groups?.['pod'];
    if (pod !== undefined && !lines.has(pod)) lines.set(pod, index + 1);
  }
  return lines;
}
