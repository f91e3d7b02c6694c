/**
 * Templates in Liquid over the published JSON of a report, rendered by liquidjs
 * (https://liquidjs.com).
 *
 * Template and data are hostile. Templates reach own properties of the data alone, no files and no
 * network. Time, memory and output are bounded here as far as liquidjs counts them: some loops
 * inside of filters and comparisons are not counted, so that the caller runs this in a process that
 * it can end (`app/cli/print/template-process.ts`).
 */

import { Context, Liquid, toValueSync, type Emitter, type Template } from 'liquidjs';

import { CPU_EXCEEDED, templateFailure } from './failure.ts';
import { meteredEscape, registerFilters } from './filters.ts';
import { sanitizeOutput, sanitizeReport, outputText } from './sanitize.ts';
import type { TemplateJob, TemplateOutcome } from './job.ts';
import { joinsOf } from './joins.ts';
import { nameProblems } from './unknown-names.ts';

/** Tags of Liquid that read files. */
const FILE_TAGS = ['include', 'render', 'layout', 'block'];

/**
 * Renders a report, which is given as its published JSON after `JSON.parse`; it is changed. Never
 * throws for what template or report contain.
 */
export function renderTemplate(job: TemplateJob, data: unknown): TemplateOutcome {
  const report = sanitizeReport(data);
  const liquid = makeEngine(job);
  registerFilters(liquid, joinsOf(report));
  try {
    const templates = liquid.parse(job.text);
    const { unknownRoot, notes } =
      job.names === undefined ? { notes: [] } : nameProblems(liquid, templates, job.names);
    if (unknownRoot !== undefined) return { isRendered: false, failure: unknownRoot };
    return { isRendered: true, text: render(liquid, templates, { job, report }), notes };
  } catch (error) {
    return { isRendered: false, failure: templateFailure(error, liquid, job.limits) };
  }
}

function makeEngine({ limits }: TemplateJob): Liquid {
  const liquid = new Liquid({
    strictFilters: true,
    ownPropertyOnly: true,
    relativeReference: false,
    templates: {},
    // Two runs over one report give the same text on every machine.
    timezoneOffset: 0,
    locale: 'en-US',
    memoryLimit: limits.memoryUnits,
    outputEscape: meteredEscape((value) => sanitizeOutput(outputText(value))),
  });
  for (const tag of FILE_TAGS) {
    liquid.registerTag(tag, {
      parse: () => {
        throw new Error(`the tag "${tag}" reads files, and a template has none but itself`);
      },
      render: () => undefined,
    });
  }
  return liquid;
}

function render(
  liquid: Liquid,
  templates: Template[],
  { job, report }: { readonly job: TemplateJob; readonly report: object },
): string {
  const output = new BoundedOutput(job.limits.outputChars);
  const context = new Context(report, liquid.options, { sync: true }, { liquid });
  context.renderLimit.check = cpuCheck(job.limits.cpuMs);
  toValueSync(liquid.renderer.renderTemplates(templates, context, output));
  return output.text();
}

/** Interval between readings of the processor time, which take longer than those of the clock. */
const CPU_CHECK_MS = 20;

/**
 * Returns a check that throws once the process has used more processor time than allowed from now.
 */
function cpuCheck(maxMs: number): () => void {
  const start = process.cpuUsage();
  let last = performance.now();
  return () => {
    const now = performance.now();
    if (now - last < CPU_CHECK_MS) return;
    last = now;
    const { user, system } = process.cpuUsage(start);
    if ((user + system) / 1000 > maxMs) throw new Error(CPU_EXCEEDED);
  };
}

/** Collects the output of a template up to a limit. */
class BoundedOutput implements Emitter {
  /** liquidjs returns it as the result of a rendering, which is not used. */
  readonly buffer = '';
  readonly #pieces: string[] = [];
  readonly #maxChars: number;
  #lengthChars = 0;

  constructor(maxChars: number) {
    this.#maxChars = maxChars;
  }

  /** @throws RangeError beyond the limit */
  write(value: unknown): void {
    const piece = outputText(value);
    this.#lengthChars += piece.length;
    if (this.#lengthChars > this.#maxChars) throw new RangeError('output limit exceeded');
    this.#pieces.push(piece);
  }

  text(): string {
    return this.#pieces.join('');
  }
}
