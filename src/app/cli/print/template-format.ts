/**
 * The meaning of `-f template`. The templates that come with trivy for JUnit and GitLab stand for
 * Assay's formats of that name. The others of trivy are written in Go's template language, which
 * Assay does not run. Every other template is the user's own, in Liquid.
 */

import { AssayError } from '../../../core/base/errors.ts';
import { FORMAT_NAMES, TEMPLATE_FORMAT } from '../../../scan/report/list.ts';
import type { Session } from '../commands/command.ts';
import { checkFormat, type Output } from './outputs.ts';
import { goTemplateError, TEMPLATES_PAGE, loadTemplate } from './template-output.ts';

const FILE = /^@(?:.*[/\\])?(?<name>[a-z0-9-]+)\.tpl$/iu;
const IN_CONTRIB = /^@(?:.*[/\\])?contrib[/\\][^/\\]*\.tpl$/iu;
/** Templates that come with trivy, with the format that each stands for. */
const CONTRIB: ReadonlyMap<string, string | undefined> = new Map([
  ['junit', 'junit'],
  ['gitlab', 'gitlab'],
  ['html', 'html'],
  ['asff', undefined],
  ['gitlab-codequality', 'gitlab-codequality'],
]);

/**
 * Returns the format that the template of `--template` stands for, and says so once; `template` for
 * one of the user's own, and `undefined` where none is asked for.
 *
 * @throws AssayError `USAGE` for the format without a template, a template without the format, and
 * other templates of trivy.
 */
function templateFormat(
  { flags, context }: Pick<Session, 'flags' | 'context'>,
  isAsked: boolean,
): string | undefined {
  const template = flags.text('template');
  if (!isAsked) {
    refuseUnasked({ flags, context });
    return undefined;
  }
  if (template === undefined || template === '') {
    throw new AssayError('USAGE', '-f template has no --template', {
      hint: `Write --template @FILE, or the template itself: --template '{{ verdict.status }}'. ${TEMPLATES_PAGE}`,
    });
  }
  const name = (FILE.exec(template)?.groups?.['name'] ?? '').toLowerCase();
  const format = CONTRIB.get(name);
  if (format === undefined && (CONTRIB.has(name) || IN_CONTRIB.test(template))) {
    throw goTemplateError(template);
  }
  if (format !== undefined && format !== 'html') {
    context.log.warn(`--template ${template} writes -f ${format}`);
  }
  return format ?? TEMPLATE_FORMAT;
}

/**
 * Gives outputs of the format `template` their template, which is tried, or the format that it
 * stands for.
 *
 * @throws AssayError `USAGE` as {@link templateFormat} and {@link loadTemplate}
 */
export async function attachTemplate(
  session: Session,
  outputs: readonly Output[],
): Promise<readonly Output[]> {
  const isAsked = outputs.some(({ format }) => format === TEMPLATE_FORMAT);
  const meant = templateFormat(session, isAsked);
  if (meant === undefined) return outputs;
  const format = checkFormat(meant, FORMAT_NAMES);
  const own =
    meant === TEMPLATE_FORMAT ? { format, template: await loadTemplate(session) } : { format };
  return outputs.map((output) =>
    output.format === TEMPLATE_FORMAT ? { ...output, ...own } : output,
  );
}

/** A setting may stand for several runs; a flag is of this one. */
function refuseUnasked({ flags, context }: Pick<Session, 'flags' | 'context'>): void {
  if (!flags.isOn('template')) return;
  const where = flags.where('template') ?? '--template';
  const message = `${where} has no effect without -f template`;
  if (flags.from('template') !== 'flag') {
    context.log.warn(message);
    return;
  }
  throw new AssayError('USAGE', message, {
    hint: `Add -f template, or -o template=FILE; or leave --template out. ${TEMPLATES_PAGE}`,
  });
}
