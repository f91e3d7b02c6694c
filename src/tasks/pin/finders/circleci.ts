/**
 * Configuration of CircleCI: images of jobs and executors, also of orbs inside the file, and
 * versions of orbs.
 *
 * Source: "CircleCI configuration reference": docker, executors, orbs; "Orbs concepts", semantic
 * versioning: a full version of a published orb never changes.
 */

import { asScalar, resolveAlias } from '../../../formats/text/yaml/yaml-walk.ts';
import type { Finder } from '../finder.ts';
import { textOrComputed, type Notation } from './computed-text.ts';
import { shownText } from './shown-text.ts';
import { isCirclePath } from './yaml-file-names.ts';
import { rootPlace, stepsOf, type YamlPlace, type YamlSteps } from './yaml-place.ts';
import { yamlReadings, type TextReader, type YamlReferences } from './yaml-references.ts';
import { addScript } from './yaml-scripts.ts';

export const circleci: Finder = {
  find: (file) =>
    yamlReadings(
      file,
      {
        isNamed: isCirclePath(file.path),
        isOfFormat: (document) =>
          isCirclePath(file.path) ||
          stepsOf({ hasMerge: true }).child(rootPlace(document), 'jobs').length > 0,
        isNeutral: ([first = '']) => !KNOWN.has(first),
      },
      (document, references) =>
        addDefinitions(rootPlace(document), stepsOf({ hasMerge: true }), references),
    ),
};

/** Keys at the root that have a meaning; others hold anchors. */
const KNOWN = new Set([
  'version',
  'setup',
  'parameters',
  'orbs',
  'commands',
  'executors',
  'jobs',
  'workflows',
  'job-groups',
]);

const PARAMETER: Notation = { pattern: /<</u, name: 'a parameter' };
const read = textOrComputed([PARAMETER]);

function addDefinitions(owner: YamlPlace, steps: YamlSteps, references: YamlReferences): void {
  for (const kind of ['jobs', 'executors']) {
    for (const image of steps.at(owner, kind, '*', 'docker', '*', 'image')) {
      references.add('image', image, { read });
    }
    for (const image of steps.at(owner, kind, '*', 'executor', 'docker', '*', 'image')) {
      references.add('image', image, { read });
    }
  }
  for (const kind of ['jobs', 'commands']) {
    for (const run of steps.at(owner, kind, '*', 'steps', '*', 'run')) {
      for (const script of [run, ...steps.child(run, 'command')]) {
        if (asScalar(script.node) !== undefined) addScript(script, steps, references);
      }
    }
  }
  for (const orb of steps.at(owner, 'orbs', '*')) {
    if (resolveAlias(orb.node)?.kind === 'mapping') addDefinitions(orb, steps, references);
    else references.add('git-repository', orb, { read: readOrb });
  }
}

/** Reads `namespace/orb@version`. Only a version that is not full is listed. */
function readOrb(text: string): ReturnType<TextReader> {
  if (/@\d+\.\d+\.\d+$/u.test(text)) return undefined;
  const shown = shownText(text);
  return {
    value: text,
    obstacle: {
      id: 'range',
      message: `the version of the orb "${shown}" can change`,
      advice: 'Name a full version, as in circleci/node@5.1.0: CircleCI never changes one.',
    },
  };
}
