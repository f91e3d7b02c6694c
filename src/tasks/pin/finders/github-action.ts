/**
 * Metadata of GitHub actions: the actions that a composite action uses, and the image of a Docker
 * action.
 *
 * Source: "Metadata syntax for GitHub Actions", `runs`. An image that is no `docker://` is a
 * Dockerfile of the action.
 */

import { asScalar, valueOf } from '../../../formats/text/yaml/yaml-walk.ts';
import type { Finder } from '../finder.ts';
import { behindPrefix } from './computed-text.ts';
import { addSteps, DOCKER_SCHEME, plainText } from './github-uses.ts';
import { isActionPath } from './yaml-file-names.ts';
import { rootPlace, stepsOf, type YamlPlace } from './yaml-place.ts';
import { yamlReadings, type YamlReferences } from './yaml-references.ts';

export const githubAction: Finder = {
  find: (file) =>
    yamlReadings(
      file,
      {
        isNamed: isActionPath(file.path),
        isOfFormat: ({ root }) => asScalar(valueOf(valueOf(root, 'runs'), 'using')) !== undefined,
      },
      (document, references) => {
        const steps = stepsOf({ hasMerge: false });
        for (const runs of steps.child(rootPlace(document), 'runs')) {
          addSteps(runs, steps, references);
          for (const image of steps.child(runs, 'image')) {
            references.add('image', image, { read: behindPrefix(DOCKER_SCHEME, plainText) });
            addDockerfile(image, references);
          }
        }
      },
    ),
};

/** Adds the Dockerfile of an action, which can have any name. */
function addDockerfile(image: YamlPlace, references: YamlReferences): void {
  const path = asScalar(image.node)?.value.trim() ?? '';
  if (path === '' || path.toLowerCase().startsWith(DOCKER_SCHEME) || path.includes('${{')) return;
  references.addInclude(image, { path, from: 'directory', format: 'dockerfile' });
}
