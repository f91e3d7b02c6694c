/**
 * Workflows of GitHub Actions: actions and reusable workflows by their commit, images of containers
 * and services.
 *
 * Source: "Workflow syntax for GitHub Actions". Merge keys are not read, as GitHub refuses them.
 */

import { asMapping, resolveAlias, valueOf } from '../../../formats/text/yaml/yaml-walk.ts';
import type { Finder } from '../finder.ts';
import { addSteps, addUses, plainText } from './github-uses.ts';
import { isWorkflowPath } from './yaml-file-names.ts';
import { rootPlace, stepsOf } from './yaml-place.ts';
import { yamlReadings } from './yaml-references.ts';

export const githubWorkflow: Finder = {
  find: (file) =>
    yamlReadings(
      file,
      {
        isNamed: isWorkflowPath(file.path),
        isOfFormat: ({ root }) =>
          isWorkflowPath(file.path) ||
          (asMapping(valueOf(root, 'jobs')) !== undefined && valueOf(root, 'on') !== undefined),
      },
      (document, references) => {
        const steps = stepsOf({ hasMerge: false });
        for (const job of steps.at(rootPlace(document), 'jobs', '*')) {
          for (const uses of steps.child(job, 'uses')) addUses(uses, references);
          addSteps(job, steps, references);
          const containers = [...steps.child(job, 'container'), ...steps.at(job, 'services', '*')];
          for (const container of containers) {
            const isMapping = resolveAlias(container.node)?.kind === 'mapping';
            const images = isMapping ? steps.child(container, 'image') : [container];
            for (const image of images) references.add('image', image, { read: plainText });
          }
        }
      },
    ),
};
