/**
 * Pipelines of GitLab: images and services of jobs, and what `include` takes from other
 * repositories.
 *
 * Source: "CI/CD YAML syntax reference": image, services, include, default, spec; "CI/CD
 * components".
 */

import type { PlacedDocument, YamlNode } from '../../../formats/text/yaml/yaml-node.ts';
import {
  asScalar,
  itemsOf,
  resolveAlias,
  textAt,
  valueOf,
} from '../../../formats/text/yaml/yaml-walk.ts';
import type { Finder, Obstacle } from '../finder.ts';
import { textOrComputed, VARIABLE, type Notation } from './computed-text.ts';
import { shownText } from './shown-text.ts';
import { isGitlabPath } from './yaml-file-names.ts';
import { rootPlace, stepsOf, type YamlPlace, type YamlSteps } from './yaml-place.ts';
import { yamlReadings, type TextReader, type YamlReferences } from './yaml-references.ts';
import { addScript } from './yaml-scripts.ts';

export const gitlabCi: Finder = {
  find: (file) =>
    yamlReadings(
      file,
      {
        isNamed: isGitlabPath(file.path),
        isOfFormat: (document) =>
          isGitlabPath(file.path) || file.isIncluded === true || hasJob(document),
        isNeutral: ([first = '']) => first.startsWith('.') || first.startsWith('x-'),
      },
      (document, references) => {
        const steps = stepsOf({ hasMerge: true });
        const root = rootPlace(document);
        const owners = [root, ...steps.children(root).filter(({ key }) => !NO_JOBS.has(key))];
        for (const owner of owners) {
          addImages(owner, { root, steps, references });
          for (const key of ['before_script', 'script', 'after_script']) {
            for (const script of steps.child(owner, key)) addScript(script, steps, references);
          }
        }
        for (const owner of [root, ...owners.flatMap((job) => steps.child(job, 'trigger'))]) {
          for (const include of steps.child(owner, 'include')) {
            const isList = resolveAlias(include.node)?.kind === 'sequence';
            const includes = isList ? steps.items(include) : [include];
            for (const each of includes) addInclude(each, steps, references);
          }
        }
      },
    ),
};

/** Keys at the root that are no jobs. `default` has the images of all jobs. */
const NO_JOBS = new Set([
  'include',
  'stages',
  'variables',
  'workflow',
  'spec',
  'cache',
  'image',
  'services',
]);

const INPUT: Notation = { pattern: /\$\[\[/u, name: 'an input' };
const read = textOrComputed([INPUT, VARIABLE]);

interface Reading {
  readonly root: YamlPlace;
  readonly steps: YamlSteps;
  readonly references: YamlReferences;
}

function addImages(owner: YamlPlace, reading: Reading): void {
  const { steps } = reading;
  for (const image of steps.child(owner, 'image')) addImage(image, reading);
  for (const services of steps.child(owner, 'services')) {
    if (resolveAlias(services.node)?.tag?.text === '!reference') addImage(services, reading);
    else for (const service of steps.items(services)) addImage(service, reading);
  }
}

function addImage(place: YamlPlace, { root, steps, references }: Reading): void {
  const node = resolveAlias(place.node);
  if (node?.tag?.text === '!reference') {
    if (isInFile(root, itemsOf(node), steps)) return;
    const path = itemsOf(node).map((item) => asScalar(item)?.value ?? '?');
    references.addOther('image', place, {
      value: `!reference [${path.join(', ')}]`,
      obstacle: { id: 'other-file', message: `the file has no value at ${path.join('.')}` },
    });
    return;
  }
  const images = node?.kind === 'mapping' ? steps.child(place, 'name') : [place];
  const platform = textAt(node && valueOf(node, 'docker'), 'platform');
  for (const image of images) {
    references.add('image', image, {
      read,
      ...(platform !== undefined && !platform.includes('$') && { platform }),
    });
  }
}

/**
 * Returns whether the file has the value that a `!reference` names: it is listed at its own place.
 */
function isInFile(root: YamlPlace, path: readonly YamlNode[], steps: YamlSteps): boolean {
  const keys = path.map((item) => asScalar(item)?.value ?? '');
  return steps.at(root, ...keys).length > 0;
}

function addInclude(include: YamlPlace, steps: YamlSteps, references: YamlReferences): void {
  for (const component of steps.child(include, 'component')) {
    references.add('git-repository', component, { read: readComponent });
  }
  for (const remote of steps.child(include, 'remote')) {
    if (steps.child(include, 'integrity').length === 0) addRemote(remote, references);
  }
  for (const local of steps.child(include, 'local')) addLocal(local, references);
  // A text is a path or an address.
  if (/^https?:/iu.test(asScalar(resolveAlias(include.node))?.value ?? ''))
    addRemote(include, references);
  else addLocal(include, references);
  for (const project of steps.child(include, 'project')) {
    const name = asScalar(project.node)?.value ?? '';
    const [ref] = steps.child(include, 'ref');
    if (ref === undefined) {
      const message = `"${shownText(name)}" is included without ref, so from its default branch`;
      references.addOther('git-repository', project, {
        value: name,
        obstacle: { id: 'unset-argument', message, advice: 'Add ref: with a commit.' },
      });
    } else references.add('git-repository', ref, { read: projectRef(name) });
  }
}

function addRemote(place: YamlPlace, references: YamlReferences): void {
  const value = asScalar(place.node)?.value ?? '';
  references.addOther('git-repository', place, {
    value,
    obstacle: {
      id: 'direct-url',
      message: `"${shownText(value)}" can change at any time`,
      advice: 'Add integrity: sha256-… with the hash of the file.',
    },
  });
}

/**
 * Adds a file of the repository, whose path GitLab takes from the root. A path with variables names
 * none.
 */
function addLocal(place: YamlPlace, references: YamlReferences): void {
  const path = (asScalar(place.node)?.value ?? '').trim().replace(/^\/+/u, '');
  if (path === '' || path.includes('$')) return;
  references.addInclude(place, { path, from: 'root', format: 'gitlab-ci' });
}

const COMMIT = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/u;

/**
 * Reads the `ref` of a project. The file does not name the server, so that only a commit can be
 * judged.
 */
function projectRef(project: string): TextReader {
  return (ref) => {
    const value = `${project}@${ref}`;
    return COMMIT.test(ref) ? undefined : { value, obstacle: unknownServer(value) };
  };
}

const COMPONENT = /^(?<host>[^/@$]+)\/(?<project>[^@]+)\/(?<component>[^/@]+)@(?<version>[^@]+)$/u;

/** Reads `HOST/PROJECT/COMPONENT@VERSION`. */
function readComponent(text: string): ReturnType<TextReader> {
  const version = text.slice(text.lastIndexOf('@') + 1);
  if (COMMIT.test(version) && text.startsWith('$')) return undefined;
  const { host, project } = COMPONENT.exec(text)?.groups ?? {};
  if (/^\$\{?CI_SERVER_(?:FQDN|HOST)\}?\//u.test(text))
    return { value: text, obstacle: unknownServer(text) };
  if (text.includes('$') || host === undefined || project === undefined) return read(text);
  if (version === '~latest' || /^\d+(?:\.\d+)?$/u.test(version)) {
    return {
      value: text,
      obstacle: {
        id: 'range',
        message: `"${shownText(text)}" allows any newer version`,
        advice: 'Name a full version, as in 1.2.3, or a commit.',
      },
    };
  }
  const head = text.slice(0, text.lastIndexOf('@'));
  return {
    value: `https://${host}/${project}@${version}`,
    write: (value) => head + value.slice(value.lastIndexOf('@')),
  };
}

function unknownServer(value: string): Obstacle {
  return {
    id: 'unknown-server',
    message: `the server of "${shownText(value)}" is not in the file`,
  };
}

/** Returns whether a document has a job of GitLab: a mapping with a `script`. */
function hasJob(document: PlacedDocument): boolean {
  return stepsOf({ hasMerge: true })
    .children(rootPlace(document))
    .some(({ key, node }) => key !== 'jobs' && valueOf(node, 'script') !== undefined);
}
