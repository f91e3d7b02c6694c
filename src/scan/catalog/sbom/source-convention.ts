/**
 * Decides whether a document's tool writes the source package of a system's package if the two
 * names differ, and omits it if they are equal.
 *
 * Source: CycloneDX, `metadata.tools`; SPDX 2, `creationInfo.creators`; SPDX 3, `Tool` and
 * `SoftwareAgent`. syft and Assay write the qualifier `upstream`, trivy the properties `SrcName`
 * and `SrcVersion`.
 */

import {
  isJsonArray,
  isJsonObject,
  readStrings,
  type JsonObject,
  type JsonValue,
} from '../../../formats/text/json/json.ts';

const TOOL = /^(?:Tool:\s*)?(?:anchore[- ]?)?(?:assay|syft|trivy)(?![a-z])/i;
const AGENTS: ReadonlySet<string> = new Set(['Tool', 'SoftwareAgent']);

/** Returns whether a document names such a tool. */
export function omitsEqualSources(root: JsonObject): boolean {
  return toolNames(root).some((name) => TOOL.test(name));
}

function toolNames(root: JsonObject): readonly string[] {
  const { metadata, creationInfo } = root;
  const tools = isJsonObject(metadata) ? metadata['tools'] : undefined;
  const listed = isJsonObject(tools) ? tools['components'] : tools;
  const creators = isJsonObject(creationInfo) ? creationInfo['creators'] : undefined;
  const agents = listOf(root['@graph']).filter((value) => AGENTS.has(typeOf(value)));
  return [
    ...[...listOf(listed), ...agents].map((value) => readStrings(value, ['name']).name ?? ''),
    ...listOf(creators).filter((value) => typeof value === 'string'),
  ];
}

function typeOf(value: JsonValue): string {
  return readStrings(value, ['type']).type ?? '';
}

function listOf(value: JsonValue | undefined): readonly JsonValue[] {
  return isJsonArray(value) ? value : [];
}
