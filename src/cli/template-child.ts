/**
 * The process that renders one template; `template-process.ts` starts it and ends it where it does not end by itself. Standard
 * input has a job as a line of JSON, and then the report as JSON. Standard output gets what the template writes, standard error
 * the outcome without the text, as a line of JSON.
 */

import type { TemplateJob } from '../report/template/job.ts';
import { renderTemplate } from '../report/template/engine.ts';

void run();

async function run(): Promise<void> {
  let input = '';
  process.stdin.setEncoding('utf8');
  for await (const piece of process.stdin) input += String(piece);
  const head = input.indexOf('\n');
  const outcome = renderTemplate(
    JSON.parse(input.slice(0, head)) as TemplateJob,
    input.slice(head + 1),
  );
  if (outcome.isRendered) process.stdout.write(outcome.text);
  const rest = outcome.isRendered ? { isRendered: true, notes: outcome.notes } : outcome;
  process.stderr.write(`${JSON.stringify(rest)}\n`);
}
