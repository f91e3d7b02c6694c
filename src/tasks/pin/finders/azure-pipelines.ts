/**
 * Azure pipelines: container jobs, service containers, containers and repositories of `resources`,
 * and templates.
 *
 * Source: "YAML schema reference for Azure Pipelines": jobs.job.container, jobs.job.services,
 * resources.containers, resources.repositories. Jobs are found below any key, because keys can be
 * template expressions.
 */

import { asScalar, resolveAlias, textAt, valueOf } from '../../../formats/text/yaml/yaml-walk.ts';
import type { Finder } from '../finder.ts';
import { textOrComputed, VARIABLE } from './computed-text.ts';
import { shownText } from './shown-text.ts';
import { isAzurePath } from './yaml-file-names.ts';
import {
  rootPlace,
  stepsOf,
  visitPlaces,
  type KeyedPlace,
  type YamlPlace,
  type YamlSteps,
} from './yaml-place.ts';
import { yamlReadings, type YamlReferences } from './yaml-references.ts';
import { addScript } from './yaml-scripts.ts';

export const azurePipelines: Finder = {
  find: (file) =>
    yamlReadings(
      file,
      {
        isNamed: isAzurePath(file.path),
        isOfFormat: ({ root }) =>
          isAzurePath(file.path) ||
          file.isIncluded === true ||
          (['pool', 'trigger', 'pr', 'resources'].some((key) => valueOf(root, key) !== undefined) &&
            ['stages', 'jobs', 'steps'].some((key) => valueOf(root, key) !== undefined)),
      },
      (document, references) => {
        const steps = stepsOf({ hasMerge: false });
        const root = rootPlace(document);
        const aliases = addResources(root, steps, references);
        visitPlaces(root, { steps, except: NO_JOBS }, (_, children) => {
          for (const child of children) addJobImages(child, { steps, references, aliases });
        });
      },
    ),
};

/** Keys below which `container` and `services` are something else. */
const NO_JOBS = new Set(['resources', 'inputs', 'parameters', 'variables', 'env', 'target']);

const SCRIPTS = new Set(['script', 'bash', 'pwsh', 'powershell']);

const read = textOrComputed([VARIABLE]);

/** A template of the repository itself: `PATH` or `PATH@self`. */
const TEMPLATE = /^(?<path>[^@]+)(?<isSelf>@self)?$/u;

/**
 * Adds the containers and repositories of `resources`. Returns the names by which jobs use the
 * containers.
 */
function addResources(
  root: YamlPlace,
  steps: YamlSteps,
  references: YamlReferences,
): ReadonlySet<string> {
  const aliases = new Set<string>();
  for (const container of steps.at(root, 'resources', 'containers', '*')) {
    const name = textAt(container.node, 'container');
    if (name !== undefined) aliases.add(name);
    for (const image of steps.child(container, 'image')) references.add('image', image, { read });
  }
  for (const repository of steps.at(root, 'resources', 'repositories', '*')) {
    const [name] = steps.child(repository, 'name');
    if (name === undefined) continue;
    const value = `${asScalar(name.node)?.value ?? ''}@${textAt(repository.node, 'ref') ?? 'HEAD'}`;
    references.addOther('git-repository', name, {
      value,
      obstacle: {
        id: 'no-digest-syntax',
        message: `"${shownText(value)}" can only be a branch or a tag`,
        advice: 'Copy the templates into this repository, or protect the tag that ref names.',
      },
    });
  }
  return aliases;
}

interface Reading {
  readonly steps: YamlSteps;
  readonly references: YamlReferences;
  readonly aliases: ReadonlySet<string>;
}

function addJobImages(place: KeyedPlace, { steps, references, aliases }: Reading): void {
  if (place.key === 'container') {
    const isMapping = resolveAlias(place.node)?.kind === 'mapping';
    const images = isMapping ? steps.child(place, 'image') : [place];
    for (const image of images) addUnlessAlias(image);
  } else if (place.key === 'services') {
    for (const service of steps.children(place)) addUnlessAlias(service);
  } else if (place.key === 'template') addTemplate(place, references);
  else if (SCRIPTS.has(place.key)) addScript(place, steps, references);

  function addUnlessAlias(image: YamlPlace): void {
    const node = resolveAlias(image.node);
    if (node?.kind !== 'scalar' || aliases.has(node.value)) return;
    references.add('image', image, { read });
  }
}

/**
 * Adds a template of the repository. Its path is relative to the file that names it, or begins with
 * `/` at the root; behind `@` stands the name of a repository. A path with expressions names none.
 */
function addTemplate(place: YamlPlace, references: YamlReferences): void {
  const text = asScalar(place.node)?.value.trim() ?? '';
  const { path, isSelf } = TEMPLATE.exec(text)?.groups ?? {};
  if (path === undefined || path.includes('$')) return;
  const isFromRoot = path.startsWith('/') || isSelf !== undefined;
  references.addInclude(place, {
    path: path.replace(/^\/+/u, ''),
    from: isFromRoot ? 'root' : 'directory',
    format: 'azure-pipelines',
  });
}
