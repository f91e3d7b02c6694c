/**
 * Reads the parts of an image configuration that only image rules look at.
 *
 * Source: OCI image specification, "Image Configuration"; Docker image specification 1.2,
 * "Healthcheck": its `Test` is a list whose first word is `NONE`, `CMD` or `CMD-SHELL`, and an
 * empty list inherits the check of the base image. Refuses what `image-config.ts` refuses.
 */

import { compareText } from '../../../core/base/compare.ts';
import { isJsonArray, isJsonObject, type JsonValue } from '../../../formats/text/json/json.ts';
import type {
  BuildStep,
  ImageConfiguration,
} from '../../../core/model/artifact/image-configuration.ts';
import { readImageDocument } from '../../../clients/oci/image-document.ts';
import { parseImageConfig, readHistory } from './image-config.ts';

/**
 * Reads the bytes of a configuration. `name` says in errors what it belongs to.
 *
 * @throws AssayError `DAMAGED`
 */
export function readImageConfiguration(bytes: Uint8Array, name: string): ImageConfiguration {
  const { user, env, diffIds, labels, entrypoint, cmd } = parseImageConfig(bytes, name);
  const document = readImageDocument(bytes, 'config', `the configuration of ${name}`);
  const config = isJsonObject(document) ? document : {};
  const settings = isJsonObject(config['config']) ? config['config'] : {};
  const ports = settings['ExposedPorts'];
  return {
    user,
    env,
    exposedPorts: isJsonObject(ports) ? Object.keys(ports).sort(compareText) : [],
    hasHealthCheck: hasHealthCheck(settings['Healthcheck']),
    labels: [...labels].map(([key, value]) => `${key}=${value}`),
    command: [...entrypoint, ...cmd],
    history: stepsOf(config['history'], diffIds.length),
  };
}

function hasHealthCheck(check: JsonValue | undefined): boolean {
  const test = isJsonObject(check) ? check['Test'] : undefined;
  return isJsonArray(test) && test.length > 0 && test[0] !== 'NONE';
}

function stepsOf(history: JsonValue | undefined, layerCount: number): readonly BuildStep[] {
  let layer = -1;
  return readHistory(history, layerCount).map(({ hasLayer, command }) => {
    if (hasLayer) layer += 1;
    return { createdBy: command, layer: Math.max(0, layer) };
  });
}
