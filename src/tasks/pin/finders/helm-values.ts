/**
 * Values of Helm charts: images in parts (`registry`, `repository`, `tag`, `digest`) and whole
 * references. A digest without a key of its own is written behind the tag, where the usual
 * templates (`repository:tag`) put it.
 *
 * Source: Helm, "Chart Best Practices Guide: Values" and "Pods and PodTemplates" (Images). Charts
 * are free in their names; these are the ones of `helm create` and of the large collections of
 * charts.
 */

import { asScalar } from '../../../formats/text/yaml/yaml-walk.ts';
import { canBePlain } from '../../../formats/text/yaml/yaml-write.ts';
import type { Finder, FileReadings } from '../finder.ts';
import { TEMPLATE, textOrComputed, VARIABLE } from './computed-text.ts';
import { addImageFields, type FieldsFormat, type ImageFields } from './image-fields.ts';
import { shownText } from './shown-text.ts';
import { isHelmValuesPath } from './yaml-file-names.ts';
import { parseYamlOnce } from './yaml-once.ts';
import { rootPlace, stepsOf, visitPlaces, type KeyedPlace, type YamlPlace } from './yaml-place.ts';
import { yamlReadings } from './yaml-references.ts';

const NOTHING: FileReadings = { references: [], problems: [] };

export const helmValues: Finder = {
  find: (file) =>
    isHelmValuesPath(file.path)
      ? yamlReadings(file, { isNamed: true, isOfFormat: () => true }, (document, references) => {
          const into = { yaml: parseYamlOnce(file.bytes), references };
          const steps = stepsOf({ hasMerge: true });
          const root = rootPlace(document);
          const [registry] = steps.at(root, 'global', 'imageRegistry').filter(isText);
          visitPlaces(root, { steps }, (owner, children) => {
            const fields = fieldsOf(owner, children, registry);
            if (fields !== undefined) addImageFields(fields, FORMAT, into);
            for (const child of children) {
              if (child !== fields?.name && IMAGE_KEY.test(child.key) && isWhole(child)) {
                references.add('image', child, { read });
              }
            }
          });
        })
      : NOTHING,
};

const read = textOrComputed([TEMPLATE, VARIABLE]);

const FORMAT: FieldsFormat = {
  newDigest: 'tag',
  untagged: (name) => ({
    id: 'partial-argument',
    message: `"${shownText(name)}" takes its tag from the chart`,
    advice: 'Set the tag in the values.',
  }),
};

/** Keys of whole references, and of mappings that are an image. */
const IMAGE_KEY = /^image$|Image$/u;
/** Values with a scheme or a path are other things than images. */
const NO_IMAGE = /:\/\/|^[./~]|^git@|\s/u;

/** Returns the parts of an image if a mapping is one. */
function fieldsOf(
  owner: YamlPlace,
  children: readonly KeyedPlace[],
  globalRegistry: YamlPlace | undefined,
): ImageFields | undefined {
  const field = (...keys: readonly string[]): KeyedPlace | undefined =>
    children.find(({ key, node }) => keys.includes(key) && asScalar(node) !== undefined);
  const isImage = IMAGE_KEY.test(owner.key ?? '');
  const tag = field('tag', 'imageTag');
  const digest = field('digest', 'imageDigest');
  const registry = field('registry', 'imageRegistry');
  const hasVersion = tag !== undefined || digest !== undefined;
  const name =
    (hasVersion || isImage ? field('repository') : undefined) ??
    (hasVersion && isImage ? field('name') : undefined) ??
    field('image');
  if (name === undefined || !isImageName(name)) return undefined;
  if (name.key === 'image' && isWhole(name)) return undefined;
  return { owner, name, tag, digest, registry: registry && (globalRegistry ?? registry) };
}

function isText(place: YamlPlace): boolean {
  const text = asScalar(place.node)?.value.trim() ?? '';
  return text !== '' && text !== '~' && text !== 'null';
}

function isImageName(place: YamlPlace): boolean {
  const scalar = asScalar(place.node);
  if (scalar === undefined || NO_IMAGE.test(scalar.value.trim())) return false;
  return scalar.style !== 'plain' || scalar.value.includes('{') || canBePlain(scalar.value, false);
}

/** Returns whether a value is a reference with a tag or a digest, or is computed. */
function isWhole(place: YamlPlace): boolean {
  const text = asScalar(place.node)?.value.trim() ?? '';
  if (text.includes('{{')) return true;
  return isImageName(place) && (text.includes('@') || /:[^/]*$/u.test(text));
}
