/** Reads and tries the template of a run, and renders reports by it. */

import { resolve } from 'node:path';

import { readBoundedFile } from '../../../core/base/bounded-file.ts';
import { AssayError, errorMessage } from '../../../core/base/errors.ts';
import { detectEncoding, UTF_8_HINT } from '../../../core/base/text-encoding.ts';
import { REPORT_SHAPES } from '../../../core/codec/codec.ts';
import type { Report } from '../../../core/model/report/report.ts';
import { renderReport } from '../../../scan/report/index.ts';
import { isGoTemplate } from '../../../scan/report/template/go-template.ts';
import type {
  ReportNames,
  TemplateFailure,
  TemplateLimits,
} from '../../../scan/report/template/job.ts';
import { sampleReport } from '../../../scan/report/template/sample-report.ts';
import type { Session } from '../commands/command.ts';
import { readsImplicitFiles } from '../../config/implicit-config.ts';
import type { Template } from './outputs.ts';

/** The page on templates. */
export const TEMPLATES_PAGE = 'See docs/templates.md.';
/** The largest templates that come with scanners have some 10 KB. */
const MAX_TEMPLATE_BYTES = 256 * 1024;
const LIMITS: TemplateLimits = {
  cpuMs: 30_000,
  wallMs: 600_000,
  memoryUnits: 500_000_000,
  outputChars: 64 * 1024 * 1024,
};
/** Bounds for a report with three findings: what takes longer than this does not end. */
const TRIAL_LIMITS: TemplateLimits = { ...LIMITS, cpuMs: 5000, wallMs: 60_000 };
/** A tag of Liquid. Text without any is the same for every report. */
const TAG = /\{\{|\{%/u;
const MAX_NAME = 60;
/** Length of the text that is written at once. */
const PIECE_LENGTH = 64 * 1024;
/** Fields that are maps in the published schema. */
const MAPS = ['advisories', 'labels', 'qualifiers'];

/**
 * Reads the template of `--template` and runs it over a small report, so that most mistakes are
 * found before anything is scanned.
 *
 * @throws AssayError `USAGE`, with the place in the template
 */
export async function loadTemplate(session: Session): Promise<Template> {
  const given = session.flags.text('template') ?? '';
  const template = given.startsWith('@')
    ? { name: given.slice(1), text: await readTemplate(session, given.slice(1)) }
    : { name: shortened(given), text: given };
  if (isGoTemplate(template.text)) throw goTemplateError(template.name);
  if (!TAG.test(template.text)) throw withoutTags(template, given);
  const job = { text: template.text, limits: TRIAL_LIMITS, names: reportNames() };
  const outcome = await session.renderTemplate(job, renderReport(sampleReport(), 'json'));
  if (!outcome.isRendered) throw refusal(template, outcome.failure);
  for (const note of outcome.notes) {
    session.context.log.warn(`the template "${template.name}" may be wrong: ${note}`);
  }
  return template;
}

/**
 * Renders a report. The whole text is there before the first piece is given, so that a template
 * that fails writes nothing.
 *
 * @throws AssayError `USAGE` for a template that fails on this report
 */
export async function renderWithTemplate(
  session: Session,
  shown: Report,
  template: Template,
): Promise<AsyncIterable<string>> {
  const outcome = await session.renderTemplate(
    { text: template.text, limits: LIMITS },
    renderReport(shown, 'json'),
  );
  if (!outcome.isRendered) throw refusal(template, outcome.failure);
  return piecesOf(outcome.text);
}

async function* piecesOf(text: string): AsyncGenerator<string> {
  for (let at = 0; at < text.length;) {
    const end = at + PIECE_LENGTH;
    // The halves of a character stay together.
    const isHalved = /[\ud800-\udbff]/.test(text[end - 1] ?? '');
    yield await Promise.resolve(text.slice(at, isHalved ? end + 1 : end));
    at = isHalved ? end + 1 : end;
  }
}

async function readTemplate({ flags, io }: Session, path: string): Promise<string> {
  // A configuration that was only found must not show the content of another place.
  const isFound =
    flags.from('template') === 'assay.yaml' || flags.from('template') === 'trivy.yaml';
  try {
    const bytes = await readBoundedFile(resolve(io.cwd, path), {
      maxBytes: MAX_TEMPLATE_BYTES,
      ...(isFound && readsImplicitFiles(flags) && { within: io.cwd }),
    });
    if (detectEncoding(bytes) !== 'utf-8') throw new Error(`it is UTF-16; ${UTF_8_HINT}`);
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw new AssayError('USAGE', `cannot read the template "${path}": ${errorMessage(error)}`, {
      hint: `--template takes @FILE, or the template itself. ${TEMPLATES_PAGE}`,
      cause: error,
    });
  }
}

/** Returns the answer to a template in Go's language. */
export function goTemplateError(name: string): AssayError {
  return new AssayError(
    'USAGE',
    `cannot run the template "${name.slice(0, 100)}": it is written in Go's template language`,
    {
      hint: 'Write it in Liquid; docs/templates.md#from-go-to-liquid has each construct side by side.',
    },
  );
}

function withoutTags({ name }: Template, given: string): AssayError {
  const hint = given.startsWith('@')
    ? `Tags are written as {{ verdict.status }}. ${TEMPLATES_PAGE}`
    : `If it is a file, write --template @${name}. ${TEMPLATES_PAGE}`;
  return new AssayError('USAGE', `cannot run the template "${name}": it has no tag of Liquid`, {
    hint,
  });
}

function refusal({ name }: Template, { message, line, column }: TemplateFailure): AssayError {
  const place = line === undefined ? '' : `line ${line}, column ${column ?? 1}: `;
  return new AssayError('USAGE', `cannot run the template "${name}": ${place}${message}`, {
    hint: TEMPLATES_PAGE,
  });
}

function reportNames(): ReportNames {
  const shapes = Object.values(REPORT_SHAPES);
  const fieldsOf = ({
    requiredFields,
    optionalFields,
  }: (typeof shapes)[number]): readonly string[] => [...requiredFields, ...optionalFields];
  const { report } = REPORT_SHAPES;
  return {
    roots: report === undefined ? [] : fieldsOf(report),
    fields: [...new Set(shapes.flatMap(fieldsOf))],
    maps: MAPS,
  };
}

function shortened(text: string): string {
  const line = text.replaceAll(/\s+/gu, ' ');
  return line.length <= MAX_NAME ? line : `${line.slice(0, MAX_NAME)}…`;
}
