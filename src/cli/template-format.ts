/**
 * What `-f template` means. The templates that come with trivy for JUnit and GitLab stand for Assay's formats of that name. Others
 * are written in Go's template language, which Assay does not run.
 */

import { AssayError } from '../base/errors.ts';
import type { Session } from './command.ts';

const CONTRIB = /^@(?:.*[/\\])?(?<name>[a-z0-9-]+)\.tpl$/iu;
const FORMATS: ReadonlyMap<string, string> = new Map([
  ['junit', 'junit'],
  ['gitlab', 'gitlab'],
  ['html', 'html'],
]);

/**
 * Returns the format that the template of `--template` stands for, and says so once.
 *
 * @throws AssayError `USAGE` for every other template.
 */
export function templateFormat({ flags, context }: Pick<Session, 'flags' | 'context'>): string {
  const template = flags.text('template');
  if (template === undefined) {
    throw new AssayError('USAGE', '-f template has no --template', {
      hint: `Write --template @contrib/junit.tpl or --template @contrib/gitlab.tpl. ${PAGE}`,
    });
  }
  const name = CONTRIB.exec(template)?.groups?.['name'] ?? '';
  const format = FORMATS.get(name.toLowerCase());
  if (format === undefined) {
    throw new AssayError('USAGE', `cannot run the template "${template.slice(0, 100)}"`, {
      hint: `Assay runs no templates in Go's language; -f junit, gitlab, csv and markdown need none. ${PAGE}`,
    });
  }
  if (format !== 'html') context.log.warn(`--template ${template} writes -f ${format}`);
  return format;
}

const PAGE = 'See docs/machine-formats.md#templates.';
