/**
 * Configuration of pre-commit: revisions of repositories of hooks, and images of local hooks.
 *
 * Source: pre-commit.com, "Creating .pre-commit-config.yaml", "pre-commit autoupdate" (`--freeze`
 * writes the commit and the comment `# frozen: TAG`), "docker_image".
 */

import { asScalar, valueOf } from '../../../formats/text/yaml/yaml-walk.ts';
import type { Finder } from '../finder.ts';
import { shownText } from './shown-text.ts';
import { isPreCommitPath } from './yaml-file-names.ts';
import { rootPlace, stepsOf, type YamlPlace } from './yaml-place.ts';
import { yamlReadings, type TextReader } from './yaml-references.ts';

export const preCommit: Finder = {
  find: (file) =>
    yamlReadings(
      file,
      {
        isNamed: isPreCommitPath(file.path),
        isOfFormat: ({ root }) =>
          isPreCommitPath(file.path) || valueOf(root, 'repos') !== undefined,
      },
      (document, references) => {
        const steps = stepsOf({ hasMerge: true });
        const root = rootPlace(document);
        // Versions before 3.0 read a list at the root.
        for (const entry of [...steps.at(root, 'repos', '*'), ...steps.items(root)]) {
          const url = steps.textAt(entry, 'repo')?.trim() ?? '';
          if (url !== 'local' && url !== 'meta') {
            for (const rev of steps.child(entry, 'rev')) {
              const where = `${rev.where} of ${shownText(url)}`;
              references.add(
                'git-repository',
                { ...rev, where },
                {
                  read: revisionOf(url),
                  label: 'frozen: ',
                },
              );
            }
          }
          for (const hook of steps.at(entry, 'hooks', '*')) {
            if (steps.textAt(hook, 'language') !== 'docker_image') continue;
            for (const image of steps.child(hook, 'entry')) addEntry(image);
          }
        }

        function addEntry(place: YamlPlace): void {
          if (asScalar(place.node) !== undefined)
            references.add('image', place, { read: firstWord });
        }
      },
    ),
};

/** Returns a revision, without the sign that separates it from the URL. */
function revisionOf(url: string): TextReader {
  return (rev) => {
    if (url === '' || /\s/u.test(url)) {
      const message =
        url === ''
          ? `"repo" is missing beside "${shownText(rev)}"`
          : `"${shownText(url)}" is not the URL of a repository`;
      const advice = 'Write the URL of the repository behind repo.';
      return { value: rev, obstacle: { id: 'not-a-reference', message, advice } };
    }
    return { value: `${url}@${rev}`, write: (value) => value.slice(value.lastIndexOf('@') + 1) };
  };
}

/**
 * Returns the image of a hook: the first word of its command, unless an option of `docker run`
 * stands before it.
 */
function firstWord(text: string): ReturnType<TextReader> {
  const [word = ''] = text.split(/\s/u, 1);
  if (!word.startsWith('-') && !/["'\\]/u.test(word)) {
    return { value: word, write: (value) => value + text.slice(word.length) };
  }
  const message = `the image of "${shownText(text)}" stands behind options`;
  return { value: text, obstacle: { id: 'computed-name', message } };
}
