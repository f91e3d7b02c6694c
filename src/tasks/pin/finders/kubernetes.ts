/**
 * Manifests of Kubernetes: images of all containers, in every kind that has a pod template, and
 * image volumes; images of steps and sidecars of Tekton and Argo. A file is a manifest if it has
 * `apiVersion` and `kind`, whatever its name.
 *
 * Source: Kubernetes API reference, PodSpec, Container and ImageVolumeSource; Tekton, Task and
 * Pipeline; Argo Workflows, Template. Pod templates are recognized by their lists of containers, so
 * that workloads of other API groups are read too.
 */

import { hasUtf16Mark } from '../../../formats/bytes/byte-range.ts';
import type { PlacedDocument } from '../../../formats/text/yaml/yaml-node.ts';
import { asScalar } from '../../../formats/text/yaml/yaml-walk.ts';
import type { FileReadings, Finder, PinFile } from '../finder.ts';
import { TEMPLATE, textOrComputed, VARIABLE } from './computed-text.ts';
import { isHelmTemplatePath, isKustomizationPath } from './yaml-file-names.ts';
import {
  rootPlace,
  stepsOf,
  visitPlaces,
  type KeyedPlace,
  type YamlPlace,
  type YamlSteps,
} from './yaml-place.ts';
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
        const where = nameOf(rootPlace(document), steps);
        visitPlaces(rootPlace(document, where), { steps }, (_, children) => {
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
    if (steps.textAt(place, 'resolver') !== 'bundles') return;
    for (const param of steps.at(place, 'params', '*')) {
      if (steps.textAt(param, 'name') !== 'bundle') continue;
      for (const image of steps.child(param, 'value')) references.add('image', image, { read });
    }
  }
}

function isManifest(document: PlacedDocument): boolean {
  const steps = stepsOf({ hasMerge: true });
  const root = rootPlace(document);
  return ['apiVersion', 'kind'].every((key) => steps.textAt(root, key) !== undefined);
}

function nameOf(root: YamlPlace, steps: YamlSteps): string {
  const [name] = steps.at(root, 'metadata', 'name').map(({ node }) => asScalar(node)?.value);
  return `${steps.textAt(root, 'kind') ?? ''}${name === undefined ? '' : ` ${name}`}: `;
}

/**
 * Returns whether bytes can contain both keys, so that other YAML is not parsed. Escapes can hide
 * the keys in quotes, and UTF-16 is reported.
 */
function canBeManifest(bytes: Uint8Array): boolean {
  if (hasUtf16Mark(bytes)) return true;
  return ['apiVersion', 'kind'].every((key) => includes(bytes, key)) || includes(bytes, '\\');
}

/** Returns whether a file that has no manifest can be one that cannot be read. */
function mentionsManifest({ bytes }: PinFile): boolean {
  return hasUtf16Mark(bytes) || ['apiVersion', 'kind'].every((key) => includes(bytes, key));
}

function includes(bytes: Uint8Array, text: string): boolean {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).includes(text, 0, 'latin1');
}
