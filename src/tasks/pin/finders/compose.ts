/**
 * Compose files: images of services, of image mounts and of additional build contexts, and
 * Dockerfiles inside the file.
 *
 * Source: Compose Specification: services, build, interpolation, merge. The image of a service that
 * is built is the name of the result, and no reference, unless `pull_policy` makes Compose pull it.
 */

import { posix } from 'node:path';

import type { PlacedDocument } from '../../../formats/text/yaml/yaml-node.ts';
import { asScalar } from '../../../formats/text/yaml/yaml-walk.ts';
import type { Finder } from '../finder.ts';
import {
  addBuildArguments,
  MAX_DOCKERFILE_BYTES,
  type BuildReading,
} from './compose-build-arguments.ts';
import { behindPrefix, written } from './computed-text.ts';
import { composeText, pathWithValues, variablesOf } from './compose-variables.ts';
import { addInlineDockerfile } from './inline-dockerfile.ts';
import { shownText } from './shown-text.ts';
import { isComposePath } from '../../../formats/text/compose-name.ts';
import { rootPlace, stepsOf, type YamlPlace } from './yaml-place.ts';
import { yamlReadings, type TextReader } from './yaml-references.ts';

export const compose: Finder = {
  find: (file) =>
    yamlReadings(
      file,
      {
        isNamed: isComposePath(file.path),
        isOfFormat: (document) =>
          isComposePath(file.path) || file.isIncluded === true || hasService(document),
        isNeutral: (path) => path.some((key) => key.startsWith('x-')),
      },
      (document, references) => {
        const steps = stepsOf({ hasMerge: true });
        const variables = variablesOf(file);
        const budget = { bytes: MAX_DOCKERFILE_BYTES };
        const read = composeText(variables);
        const reading = { file, steps, references, variables, read, budget };
        addIncludes(rootPlace(document), reading);
        for (const service of steps.at(rootPlace(document), 'services', '*')) {
          addService(service, reading);
        }
      },
    ),
};

/** Returns whether a document has a service with an image or a build. */
function hasService(document: PlacedDocument): boolean {
  const steps = stepsOf({ hasMerge: true });
  return steps
    .at(rootPlace(document), 'services', '*')
    .some((service) => steps.children(service).some(({ key }) => SERVICE_KEYS.has(key)));
}

const SERVICE_KEYS = new Set(['image', 'build', 'extends']);

const PULLING = /^(?:always|missing|if_not_present|daily|weekly|every_.*)$/u;

function addService(service: YamlPlace, reading: BuildReading): void {
  const { steps, references, read } = reading;
  const [platform] = steps.child(service, 'platform').map(({ node }) => asScalar(node)?.value);
  const form = platform === undefined || platform.includes('$') ? {} : { platform };
  const builds = steps.child(service, 'build');
  for (const image of steps.child(service, 'image')) {
    if (builds.length === 0) references.add('image', image, { read, ...form });
    else if (
      steps
        .child(service, 'pull_policy')
        .some(({ node }) => PULLING.test(asScalar(node)?.value ?? ''))
    ) {
      references.add('image', image, { read: builtName });
    }
  }
  for (const volume of steps.at(service, 'volumes', '*')) {
    if (steps.textAt(volume, 'type') !== 'image') continue;
    for (const source of steps.child(volume, 'source')) references.add('image', source, { read });
  }
  for (const build of builds) addBuild(build, reading);
}

/** Adds what a service is built from. */
function addBuild(build: YamlPlace, reading: BuildReading): void {
  const { steps, references, read } = reading;
  addBuildArguments(build, reading);
  for (const context of [build, ...steps.child(build, 'context')]) addRemote(context, reading);
  for (const context of steps.at(build, 'additional_contexts', '*')) {
    addRemote(context, reading);
    references.add('image', context, { read: contextReader(read) });
  }
  const [context = '.'] = [build, ...steps.child(build, 'context')].map(textOf).filter(Boolean);
  for (const dockerfile of steps.child(build, 'dockerfile')) {
    const name = textOf(dockerfile);
    if (name !== '') addLocal(dockerfile, { context, name, format: 'dockerfile' }, reading);
  }
  for (const dockerfile of steps.child(build, 'dockerfile_inline')) {
    addInlineDockerfile(dockerfile, references);
  }
}

/** Adds files of other places: `include` and `extends`. */
function addIncludes(root: YamlPlace, reading: BuildReading): void {
  const { steps } = reading;
  const files = [
    ...steps.at(root, 'include', '*'),
    ...steps.at(root, 'include', '*', 'path'),
    ...steps.at(root, 'include', '*', 'path', '*'),
    ...steps.at(root, 'services', '*', 'extends', 'file'),
  ];
  for (const file of files) {
    addRemote(file, reading);
    addLocal(file, { context: '', name: textOf(file), format: 'compose' }, reading);
  }
}

const textOf = ({ node }: YamlPlace): string => asScalar(node)?.value.trim() ?? '';

/** A file that a Compose file names, as it is written. */
interface NamedFile {
  /** The directory or URL that the name is relative to. */
  readonly context: string;
  readonly name: string;
  readonly format: 'compose' | 'dockerfile';
}

/**
 * Adds a file of the repository. A path with variables counts if there is such a file with their
 * values or defaults.
 */
function addLocal(
  place: YamlPlace,
  { context, name, format }: NamedFile,
  { file, references, variables }: BuildReading,
): void {
  const [folder = '', last = ''] = [context, name].map((text) => pathWithValues(text, variables));
  if (last === '' || REMOTE.test(folder) || REMOTE.test(last)) return;
  const path = posix.isAbsolute(last) || context === '' ? last : posix.join(folder, last);
  if (path.includes('$')) return;
  const isComputed = context.includes('$') || name.includes('$');
  if (isComputed && file.other?.(path) === undefined) return;
  references.addInclude(place, { path, from: 'directory', format });
}

/** A URL of git, or of an artifact in a registry. */
const REMOTE = /^(?:[^=]+=)?(?:https?:\/\/|git:\/\/|ssh:\/\/|git@|oci:\/\/|github\.com\/)/u;
const PINNED = /#[0-9a-f]{40}(?::|$)|@sha256:[0-9a-f]{64}$/u;

/** Lists what a URL includes or builds, unless the URL has a commit or a digest. */
function addRemote(place: YamlPlace, { references, variables }: BuildReading): void {
  const value = textOf(place);
  const url = pathWithValues(value, variables);
  if (!REMOTE.test(url) || PINNED.test(url)) return;
  references.addOther('git-repository', place, {
    value,
    obstacle: {
      id: 'direct-url',
      message: `"${shownText(value)}" can change at any time`,
      advice: 'Name the commit behind the URL, as in https://example.com/a.git#COMMIT.',
    },
  });
}

const CONTEXT_SCHEME = 'docker-image://';

/** Reads `docker-image://IMAGE`, and `name=docker-image://IMAGE` of the list form. */
function contextReader(read: TextReader): TextReader {
  return (text) => {
    const at = text.indexOf(CONTEXT_SCHEME);
    if (at < 0 || !/^(?:[^=]+=)?$/u.test(text.slice(0, at))) return undefined;
    const reading = behindPrefix(CONTEXT_SCHEME, read)(text.slice(at));
    return reading && written(reading, (rest) => text.slice(0, at) + rest);
  };
}

function builtName(text: string): ReturnType<TextReader> {
  return {
    value: text,
    obstacle: {
      id: 'shared-value',
      message: `"${shownText(text)}" is pulled, and is also the name of what the service builds`,
      advice: 'Set pull_policy: build, so that the image is never pulled.',
    },
  };
}
