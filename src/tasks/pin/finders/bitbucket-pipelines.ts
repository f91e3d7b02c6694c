/**
 * Pipelines of Bitbucket: images of the pipeline, of steps and of services, and pipes.
 *
 * Source: "Bitbucket Pipelines configuration reference": image, definitions.services, pipe. A pipe
 * is a tag of a repository; the form `docker://IMAGE` is an image.
 */

import { resolveAlias, textAt, valueOf } from '../../../formats/text/yaml/yaml-walk.ts';
import type { Finder } from '../finder.ts';
import { behindPrefix, textOrComputed, VARIABLE } from './computed-text.ts';
import { shownText } from './shown-text.ts';
import { isBitbucketPath } from './yaml-file-names.ts';
import { rootPlace, stepsOf, visitPlaces, type KeyedPlace, type YamlSteps } from './yaml-place.ts';
import { yamlReadings, type TextReader, type YamlReferences } from './yaml-references.ts';
import { addScript } from './yaml-scripts.ts';

export const bitbucketPipelines: Finder = {
  find: (file) =>
    yamlReadings(
      file,
      {
        isNamed: isBitbucketPath(file.path),
        isOfFormat: ({ root }) =>
          isBitbucketPath(file.path) || valueOf(root, 'pipelines') !== undefined,
        isNeutral: ([first, second = '']) =>
          first === 'definitions' && second !== 'services' && second !== 'steps',
      },
      (document, references) => {
        const steps = stepsOf({ hasMerge: true });
        visitPlaces(rootPlace(document), { steps, except: NO_IMAGES }, (_, children) => {
          for (const child of children) addChild(child, steps, references);
        });
      },
    ),
};

/** Keys below which `image` and `pipe` are something else. */
const NO_IMAGES = new Set(['variables', 'caches', 'artifacts']);

const read = textOrComputed([VARIABLE]);
const DOCKER_SCHEME = 'docker://';

function addChild(place: KeyedPlace, steps: YamlSteps, references: YamlReferences): void {
  if (place.key === 'image') {
    const node = resolveAlias(place.node);
    const images = node?.kind === 'mapping' ? steps.child(place, 'name') : [place];
    const platform = node && textAt(node, 'platform');
    for (const image of images) {
      references.add('image', image, { read, ...(platform !== undefined && { platform }) });
    }
  } else if (place.key === 'pipe') addPipe(place, references);
  else if (place.key === 'script' || place.key === 'after-script') {
    addScript(place, steps, references);
  }
}

function addPipe(place: KeyedPlace, references: YamlReferences): void {
  const node = resolveAlias(place.node);
  if (node?.kind !== 'scalar') return;
  const isImage = node.value.trim().startsWith(DOCKER_SCHEME);
  if (isImage) references.add('image', place, { read: behindPrefix(DOCKER_SCHEME, read) });
  else references.add('git-repository', place, { read: readPipe });
}

function readPipe(text: string): ReturnType<TextReader> {
  return {
    value: text,
    obstacle: {
      id: 'no-digest-syntax',
      message: `the pipe "${shownText(text)}" can only be a tag`,
      advice: 'Name the image of the pipe, as in pipe: docker://bitbucketpipelines/NAME:VERSION.',
    },
  };
}
