/**
 * Kustomizations: the images that `images` sets. The digest is a key of its own, which is added
 * before `newTag`; the tag stays for people and for updates.
 *
 * Source: kustomize, "images" of the kustomization file: `digest` overrides the tag; with both, the
 * image has both.
 */

import { textAt } from '../../../formats/text/yaml/yaml-walk.ts';
import type { Finder } from '../finder.ts';
import { addImageFields, type FieldsFormat } from './image-fields.ts';
import { shownText } from './shown-text.ts';
import { isKustomizationPath } from './yaml-file-names.ts';
import { parseYamlOnce } from './yaml-once.ts';
import { rootPlace, stepsOf } from './yaml-place.ts';
import { yamlReadings } from './yaml-references.ts';

export const kustomization: Finder = {
  find: (file) =>
    yamlReadings(
      file,
      {
        isNamed: isKustomizationPath(file.path),
        isOfFormat: ({ root }) =>
          isKustomizationPath(file.path) || isKustomize(textAt(root, 'apiVersion')),
      },
      (document, references) => {
        const into = { yaml: parseYamlOnce(file.bytes), references };
        const steps = stepsOf({ hasMerge: true });
        for (const owner of steps.at(rootPlace(document), 'images', '*')) {
          const [name] = steps.child(owner, 'newName').concat(steps.child(owner, 'name'));
          if (name === undefined) continue;
          const [tag] = steps.child(owner, 'newTag');
          const [digest] = steps.child(owner, 'digest');
          const hasNewName = steps.child(owner, 'newName').length > 0;
          addImageFields({ owner, name, tag, digest }, hasNewName ? NEW_NAME : SAME_NAME, into);
        }
      },
    ),
};

function isKustomize(apiVersion: string | undefined): boolean {
  return apiVersion?.startsWith('kustomize.config.k8s.io/') === true;
}

/** An image that keeps its name, tag and digest is changed by nothing. */
const SAME_NAME: FieldsFormat = { newDigest: 'key', untagged: () => undefined };

const NEW_NAME: FieldsFormat = {
  newDigest: 'key',
  untagged: (name) => ({
    id: 'partial-argument',
    message: `"${shownText(name)}" takes its tag from the resources`,
    advice: 'Add newTag with the tag that is deployed.',
  }),
};
