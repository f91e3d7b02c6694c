/**
 * Manifests of Kubernetes: images of all containers, in every kind that has a pod template, and image volumes; images of
 * steps and sidecars of Tekton and Argo. A file is a manifest if it has `apiVersion` and `kind`, whatever its name.
 *
 * Source: Kubernetes API reference, PodSpec, Container and ImageVolumeSource; Tekton, Task and Pipeline; Argo Workflows,
 * Template. Pod templates are recognized by their lists of containers, so that workloads of other API groups are read too.
 */

import { hasUtf16Mark } from '../../format/byte-range.ts';
import type { PlacedDocument } from '../../format/yaml-node.ts';
import { asMapping, asScalar, textAt, valueOf } from '../../format/yaml-walk.ts';
import type { FileReadings, Finder, PinFile } from '../finder.ts';
import { TEMPLATE, textOrComputed, VARIABLE } from './computed-text.ts';
import { isHelmTemplatePath, isKustomizationPath } from './yaml-file-names.ts';
import { rootPlace, stepsOf, visitPlaces, type KeyedPlace, type YamlSteps } from './yaml-place.ts';
import { yamlReadings, type YamlReferences } from './yaml-references.ts';

export const kubernetes: Finder = {
  find: (file) => {
    if (!canBeManifest(file.bytes) || isKustomizationPath(file.path)) return NOTHING;
    if (isHelmTemplatePath(file.path) && includes(file.bytes, '{{')) return NOTHING;
    return yamlReadings(
      file,
      { isNamed: mentionsManifest(file), isOfFormat: isManifest },
      (document, references) => {
        const steps = stepsOf({ hasMerge: true });
        visitPlaces(rootPlace(document, nameOf(document)), { steps }, (_, children) => {
          for (const child of children) addImages(child, steps, references);
        });
      },
    );
  },
};

const NOTHING: FileReadings = { references: [], problems: [] };
const read = textOrComputed([TEMPLATE, VARIABLE]);

/** Lists whose items are containers. */
const LISTS = new Set(['containers', 'initContainers', 'ephemeralContainers', 'steps', 'sidecars']);
/** Single containers. */
const CONTAINERS = new Set(['container', 'script', 'stepTemplate']);
/** References to the tasks and pipelines of Tekton. */
const BUNDLED = new Set(['taskRef', 'pipelineRef']);

function addImages(place: KeyedPlace, steps: YamlSteps, references: YamlReferences): void {
  const add = (...path: string[]): void => {
    for (const image of steps.at(place, ...path)) references.add('image', image, { read });
  };
  if (LISTS.has(place.key)) {
    for (const item of steps.items(place)) {
      for (const image of steps.child(item, 'image')) references.add('image', image, { read });
    }
  } else if (CONTAINERS.has(place.key)) add('image');
  else if (place.key === 'volumes') {
    for (const volume of steps.items(place)) {
      for (const image of steps.at(volume, 'image', 'reference')) {
        references.add('image', image, { read });
      }
    }
  } else if (BUNDLED.has(place.key)) {
    add('bundle');
    if (textAt(place.node, 'resolver') !== 'bundles') return;
    for (const param of steps.at(place, 'params', '*')) {
      if (textAt(param.node, 'name') !== 'bundle') continue;
      for (const image of steps.child(param, 'value')) references.add('image', image, { read });
    }
  }
}

function isManifest({ root }: PlacedDocument): boolean {
  return ['apiVersion', 'kind'].every((key) => asScalar(valueOf(root, key)) !== undefined);
}

function nameOf({ root }: PlacedDocument): string {
  const name = textAt(asMapping(valueOf(root, 'metadata')), 'name');
  return `${textAt(root, 'kind') ?? ''}${name === undefined ? '' : ` ${name}`}: `;
}

/**
 * Whether bytes can contain both keys, so that other YAML is not parsed. Escapes can hide the keys in quotes, and UTF-16
 * is reported.
 */
function canBeManifest(bytes: Uint8Array): boolean {
  if (hasUtf16Mark(bytes)) return true;
  return ['apiVersion', 'kind'].every((key) => includes(bytes, key)) || includes(bytes, '\\');
}

/** Whether a file that has no manifest can be one that cannot be read. */
function mentionsManifest({ bytes }: PinFile): boolean {
  return hasUtf16Mark(bytes) || ['apiVersion', 'kind'].every((key) => includes(bytes, key));
}

function includes(bytes: Uint8Array, text: string): boolean {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).includes(text, 0, 'latin1');
}
